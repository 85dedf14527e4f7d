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
  /** Which places are not complete: still running, or cut by the period. */
  readonly cut: readonly boolean[];
  readonly cutName: string;
  readonly shown: (value: Value) => string;
  readonly short: (value: number) => string;
}

/** Values over time, with what they are compared with behind them. */
export function lineOption(chart: LineChart, palette: Palette): EChartsCoreOption {
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
        const cut = chart.cut[index] ? ` · ${chart.cutName}` : "";
        return tip((chart.names[index] ?? "") + cut, tipLines(chart, index, palette));
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
  const { values, role } = line;
  if (role === "before") return [stroke(line, values, "dashed", palette)];
  if (!chart.cut.some(Boolean) || values.length <= 2) return [stroke(line, values, "solid", palette)];
  // The way to a place that is not complete is drawn apart: it says nothing of how things go.
  const whole = values.map((value, index) => (chart.cut[index] ? null : value));
  const beside = (index: number) => chart.cut[index - 1] || chart.cut[index] || chart.cut[index + 1];
  const apart = values.map((value, index) => (beside(index) ? value : null));
  return [stroke(line, whole, "solid", palette), stroke(line, apart, [3, 4], palette)];
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
