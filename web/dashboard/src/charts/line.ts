import type { EChartsCoreOption } from "echarts/core";

import type { Value } from "../format/format";
import { base, tickAxis, tip, type TipLine, tooltip, valueAxis } from "./common";
import type { Palette } from "./palette";

export interface Line {
  readonly name: string;
  readonly values: readonly Value[];
  /** What the line stands for: the figures, or what they are compared with. */
  readonly role: "figure" | "second" | "before";
}

export interface LineChart {
  readonly ticks: readonly string[];
  readonly names: readonly string[];
  readonly lines: readonly Line[];
  /** Whether the last bucket is not complete: it is still running, or cut by the period. */
  readonly unfinished: boolean;
  readonly unfinishedName: string;
  readonly shown: (value: Value) => string;
  readonly short: (value: number) => string;
}

/** Values over time, with what they are compared with behind them. */
export function lineOption(chart: LineChart, palette: Palette): EChartsCoreOption {
  const last = chart.ticks.length - 1;
  return {
    ...base(palette),
    grid: { left: 0, right: 8, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { ...tickAxis(palette, chart.ticks), boundaryGap: chart.ticks.length === 1 },
    yAxis: valueAxis(palette, chart.short),
    tooltip: {
      ...tooltip(palette),
      trigger: "axis",
      axisPointer: { type: "line", lineStyle: { color: palette.ghost, width: 1 } },
      formatter: (points: { dataIndex: number }[]) => {
        const index = points[0]?.dataIndex ?? 0;
        const running = chart.unfinished && index === last ? ` · ${chart.unfinishedName}` : "";
        return tip((chart.names[index] ?? "") + running, tipLines(chart, index, palette));
      },
    },
    series: [...chart.lines].reverse().flatMap((line) => seriesOf(line, chart, palette)),
  };
}

function tipLines(chart: LineChart, index: number, palette: Palette): TipLine[] {
  return chart.lines.map((line) => ({
    name: line.name,
    value: chart.shown(line.values[index]),
    colour: lineColour(line, palette),
  }));
}

function seriesOf(line: Line, chart: LineChart, palette: Palette): object[] {
  const split = chart.unfinished && line.role !== "before" && line.values.length > 2;
  if (!split) return [stroke(line, line.values, line.role === "before" ? "dashed" : "solid", palette)];
  // The way to a bucket that still runs is drawn apart: it may yet go anywhere.
  const last = line.values.length - 1;
  const finished = line.values.map((value, index) => (index < last ? value : null));
  const running = line.values.map((value, index) => (index >= last - 1 ? value : null));
  return [stroke(line, finished, "solid", palette), stroke(line, running, [3, 4], palette)];
}

function stroke(line: Line, values: readonly Value[], type: string | number[], palette: Palette): object {
  const colour = lineColour(line, palette);
  const alone = values.length === 1;
  return {
    type: "line",
    name: line.name,
    data: values.map((value) => value ?? null),
    showSymbol: alone,
    symbol: "circle",
    symbolSize: 7,
    lineStyle: { color: colour, width: line.role === "before" ? 1.25 : 2, type, cap: "round", join: "round" },
    itemStyle: { color: colour, borderColor: palette.surface, borderWidth: 2 },
    emphasis: { lineStyle: { width: line.role === "before" ? 1.25 : 2 } },
    ...(line.role === "figure" && type === "solid" && { areaStyle: { color: palette.accent, opacity: 0.07 } }),
  };
}

export function lineColour(line: Pick<Line, "role">, palette: Palette): string {
  if (line.role === "before") return palette.ghost;
  return line.role === "figure" ? palette.accent : palette.second;
}
