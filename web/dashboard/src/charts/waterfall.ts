import type { EChartsCoreOption } from "echarts/core";

import { base, lengthAxis, nameAxis, tip, type TipLine, tooltip } from "./common";
import type { Palette } from "./palette";

export interface Fall {
  readonly name: string;
  /** Where it starts and where it ends: a sum starts at nothing. */
  readonly from: number;
  readonly to: number;
  readonly isSum: boolean;
  readonly shown: string;
  readonly tip: readonly TipLine[];
}

const ROW = 32;
const BAR = 16;

/** How high the steps are together. */
export function waterfallHeight(count: number): number {
  return count * ROW;
}

/**
 * How sums follow from each other: each step hangs between what was before and what is
 * after it. They go down the page, so that their names can be read on a phone.
 */
export function waterfallOption(falls: readonly Fall[], palette: Palette): EChartsCoreOption {
  const bar = { type: "bar", stack: "all", stackStrategy: "all", barWidth: BAR };
  const low = (fall: Fall) => Math.min(fall.from, fall.to);
  return {
    ...base(palette),
    grid: { left: 0, right: 76, top: 0, bottom: 0, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: lengthAxis(),
    yAxis: {
      ...nameAxis(palette, falls.map((fall) => fall.name)),
      inverse: true,
      axisLine: { show: false },
      axisLabel: { color: palette.ink, fontSize: 13, width: 148, overflow: "truncate", interval: 0 },
    },
    tooltip: {
      ...tooltip(palette),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const fall = falls[dataIndex];
        return fall ? tip(fall.name, fall.tip) : "";
      },
    },
    series: [
      { ...bar, silent: true, itemStyle: { color: "transparent" }, data: falls.map(low) },
      {
        ...bar,
        data: falls.map((fall) => ({
          value: Math.abs(fall.to - fall.from),
          itemStyle: { color: fallColour(fall, palette), borderRadius: 3 },
        })),
        label: {
          show: true,
          position: "right",
          color: palette.ink,
          fontSize: 12,
          formatter: ({ dataIndex }: { dataIndex: number }) => falls[dataIndex]?.shown ?? "",
        },
        emphasis: { disabled: true },
        cursor: "pointer",
        markLine: zeroLine(palette),
      },
    ],
  };
}

/** What rises and what falls is seen from here. */
function zeroLine(palette: Palette): object {
  return {
    silent: true,
    symbol: "none",
    animation: false,
    lineStyle: { color: palette.rule, width: 1, type: "solid" },
    label: { show: false },
    data: [{ xAxis: 0 }],
  };
}

/** A sum is the figure; what takes from it is a loss, what adds to it is neither. */
export function fallColour({ from, to, isSum }: Pick<Fall, "from" | "to" | "isSum">, palette: Palette): string {
  if (isSum) return palette.accent;
  return to < from ? palette.loss : palette.ghost;
}
