import type { EChartsCoreOption } from "echarts/core";

import { base, nameAxis, tip, tooltip, valueAxis } from "./common";
import type { Palette } from "./palette";

export interface Fall {
  readonly name: string;
  /** Where it starts and where it ends: a sum starts at nothing. */
  readonly from: number;
  readonly to: number;
  readonly shown: string;
}

/** How sums follow from each other: each step hangs between what was before and what is after it. */
export function waterfallOption(
  { falls, short }: { falls: readonly Fall[]; short: (value: number) => string },
  palette: Palette,
): EChartsCoreOption {
  const bar = { type: "bar", stack: "all", stackStrategy: "all", barMaxWidth: 56, barCategoryGap: "24%" };
  return {
    ...base(palette),
    grid: { left: 0, right: 4, top: 24, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: nameAxis(palette, falls.map((fall) => fall.name)),
    yAxis: valueAxis(palette, short),
    tooltip: {
      ...tooltip(palette),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const fall = falls[dataIndex];
        return fall ? tip(fall.name, [{ name: fall.name, value: fall.shown }]) : "";
      },
    },
    series: [
      {
        ...bar,
        silent: true,
        itemStyle: { color: "transparent" },
        data: falls.map((fall) => Math.min(fall.from, fall.to)),
      },
      {
        ...bar,
        data: falls.map((fall) => ({
          value: Math.abs(fall.to - fall.from),
          itemStyle: { color: colourOf(fall, palette), borderRadius: 3 },
        })),
        label: {
          show: true,
          position: "top",
          color: palette.ink,
          fontSize: 12,
          formatter: ({ dataIndex }: { dataIndex: number }) => falls[dataIndex]?.shown ?? "",
        },
        emphasis: { disabled: true },
      },
    ],
  };
}

function colourOf({ from, to }: Fall, palette: Palette): string {
  if (from === 0) return palette.accent;
  return to < from ? palette.loss : palette.ghost;
}
