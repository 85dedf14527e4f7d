import type { EChartsCoreOption } from "echarts/core";

import type { Value } from "../format/format";
import { base, type Steps, timeFoot, tip, type TipLine, tooltip, valueAxis } from "./common";
import type { Palette } from "./palette";

export interface Line {
  readonly name: string;
  readonly values: readonly Value[];
  /** What the line stands for: the figures, others beside them, or what they are compared with. */
  readonly role: "figure" | "second" | "beside" | "before";
}

export interface LineChart {
  /** Where each place begins on the axis. */
  readonly times: readonly number[];
  readonly tick: (time: number, inOneYear: boolean) => string;
  readonly names: readonly string[];
  readonly lines: readonly Line[];
  /** Which places are not complete: still running, or cut by the period. */
  readonly cut: readonly boolean[];
  readonly cutName: string;
  readonly shown: (value: Value) => string;
  readonly short: (value: number) => string;
  readonly steps: Steps;
}

/** Values over time, with what they are compared with behind them. */
export function lineOption(chart: LineChart, palette: Palette): EChartsCoreOption {
  const foot = timeFoot(palette, chart.times, chart.tick);
  return {
    ...base(palette),
    useUTC: true,
    grid: { left: 0, right: 8, top: 12, bottom: 4 + foot.room, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: foot.axis,
    yAxis: valueAxis(palette, chart.short, chart.steps),
    dataZoom: foot.dataZoom,
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
  if (role === "before") return [stroke(line, chart.times, values, "dashed", palette)];
  if (!chart.cut.some(Boolean)) return [stroke(line, chart.times, values, "solid", palette)];
  // The way to a place that is not complete is drawn apart: it says nothing of how things go.
  const whole = values.map((value, index) => (chart.cut[index] ? null : value));
  const beside = (index: number) => chart.cut[index - 1] || chart.cut[index] || chart.cut[index + 1];
  const apart = values.map((value, index) => (beside(index) ? value : null));
  return [stroke(line, chart.times, whole, "solid", palette), stroke(line, chart.times, apart, [3, 4], palette)];
}

function stroke(
  line: Line,
  times: readonly number[],
  values: readonly Value[],
  type: string | number[],
  palette: Palette,
): object {
  const colour = lineColour(line, palette);
  const isThere = (index: number) => typeof values[index] === "number";
  // Between places without a value no line leads to one: it is a dot, and an open one where it is not complete.
  const alone = values.map((_, index) => isThere(index) && !isThere(index - 1) && !isThere(index + 1));
  const isOpen = Array.isArray(type);
  return {
    type: "line",
    name: line.name,
    data: values.map((value, index) => [times[index], value ?? null]),
    showSymbol: alone.some(Boolean),
    symbol: "circle",
    symbolSize: alone.some(Boolean) ? (_: unknown, { dataIndex }: { dataIndex: number }) => (alone[dataIndex] ? 7 : 0) : 7,
    lineStyle: { color: colour, width: line.role === "before" ? 1.25 : 2, type, cap: "round", join: "round" },
    itemStyle: { color: isOpen ? palette.surface : colour, borderColor: isOpen ? colour : palette.surface, borderWidth: 2 },
    emphasis: { lineStyle: { width: line.role === "before" ? 1.25 : 2 } },
    ...(line.role === "figure" && type === "solid" && { areaStyle: { color: palette.accent, opacity: 0.07 } }),
  };
}

export function lineColour(line: Pick<Line, "role">, palette: Palette): string {
  if (line.role === "before" || line.role === "beside") return palette.ghost;
  return line.role === "figure" ? palette.accent : palette.second;
}
