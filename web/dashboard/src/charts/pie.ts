import type { EChartsCoreOption } from "echarts/core";

import { base, tip, type TipLine, tooltip } from "./common";
import type { Palette } from "./palette";

export interface Slice {
  readonly name: string;
  readonly value: number;
  readonly share: string;
  readonly state: "plain" | "faded" | "rest";
  /** Its own colour, where it has one in other charts too. */
  readonly colour?: string | undefined;
  readonly tip: readonly TipLine[];
}

/** Parts of a whole, few of them; the list beside it names them. */
export function pieOption(slices: readonly Slice[], palette: Palette): EChartsCoreOption {
  return {
    ...base(palette),
    tooltip: {
      ...tooltip(palette),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const slice = slices[dataIndex];
        return slice ? tip(slice.name, slice.tip) : "";
      },
    },
    series: [
      {
        type: "pie",
        radius: ["62%", "96%"],
        // A part below nothing, such as returns alone, has no angle.
        data: slices.map((slice, index) => ({
          name: slice.name,
          value: Math.max(0, slice.value),
          itemStyle: {
            color: sliceColour(slice, index, palette),
            opacity: slice.state === "faded" ? 0.3 : 1,
          },
        })),
        itemStyle: { borderColor: palette.surface, borderWidth: 2, borderRadius: 4 },
        label: { show: false },
        emphasis: { scale: false },
      },
    ],
  };
}

export function sliceColour(slice: Slice, index: number, palette: Palette): string {
  if (slice.colour) return slice.colour;
  return (slice.state === "rest" ? undefined : palette.parts[index]) ?? palette.ghost;
}
