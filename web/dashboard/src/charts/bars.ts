import type { EChartsCoreOption } from "echarts/core";

import type { Value } from "../format/format";
import { base, lengthAxis, nameAxis, type Steps, tickAxis, tip, type TipLine, tooltip, valueAxis, yearsBelow, zoomOf } from "./common";
import type { Palette } from "./palette";

export interface Bar {
  readonly name: string;
  readonly value: Value;
  /** How it stands to the filter: chosen, left out by a choice, or the rest of the groups. */
  readonly state: "plain" | "faded" | "rest";
  readonly tip: readonly TipLine[];
}

export interface Bars {
  readonly bars: readonly Bar[];
  readonly shown: (value: Value) => string;
  /** The widest that names may get, in pixels. */
  readonly nameWidth?: number;
}

const ROW = 32;
const BAR = 14;

/** How high a list of bars is: rows keep their distance, so that lists side by side line up. */
export function barsHeight(count: number): number {
  return count * ROW;
}

/** Groups by length, the greatest on top, each with its figure at its end. */
export function barsOption({ bars, shown, nameWidth = 148 }: Bars, palette: Palette): EChartsCoreOption {
  return {
    ...base(palette),
    grid: { left: 0, right: 72, top: 0, bottom: 0, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: lengthAxis(),
    yAxis: {
      ...nameAxis(palette, bars.map((bar) => bar.name)),
      inverse: true,
      axisLine: { show: false },
      axisLabel: { color: palette.ink, fontSize: 13, width: nameWidth, overflow: "truncate", interval: 0 },
    },
    tooltip: {
      ...tooltip(palette),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const bar = bars[dataIndex];
        return bar ? tip(bar.name, bar.tip) : "";
      },
    },
    series: [
      {
        type: "bar",
        barWidth: BAR,
        data: bars.map((bar) => ({
          // Without a value there is no bar, but the dash that says so.
          value: bar.value ?? 0,
          itemStyle: { color: colourOf(bar, palette), opacity: bar.state === "faded" ? 0.28 : 1, borderRadius: 3 },
        })),
        label: {
          show: true,
          position: "right",
          color: palette.ink,
          // A bar fades where others are chosen; its figure can still be read.
          opacity: 1,
          fontSize: 12,
          formatter: ({ dataIndex }: { dataIndex: number }) => shown(bars[dataIndex]?.value),
        },
        emphasis: { disabled: true },
        cursor: "pointer",
      },
    ],
  };
}

function colourOf(bar: Bar, palette: Palette): string {
  if (bar.state === "rest") return palette.ghost;
  return (bar.value ?? 0) < 0 ? palette.loss : palette.accent;
}

export interface Columns {
  readonly ticks: readonly string[];
  readonly names: readonly string[];
  /** From the bottom up. */
  readonly stacks: readonly { readonly name: string; readonly values: readonly Value[] }[];
  readonly shown: (value: Value) => string;
  readonly short: (value: number) => string;
  /** Which columns are not complete, and how to say so. */
  readonly cut?: readonly boolean[];
  readonly cutName?: string;
  /** Whether every tick has to be written: there are few, and each is known by its name alone. */
  readonly allTicks?: boolean;
  readonly steps?: Steps;
  /** Whether the last tick says what no other tells, and has to be seen. */
  readonly lastTick?: boolean;
  /** Where they begin, where they are stretches of time: then one can look closer. */
  readonly times?: readonly number[];
  /** Whether the ticks of such columns are days or hours, which do not say their year. */
  readonly yearless?: boolean;
  /** A level to read the columns against. */
  readonly level?: number;
  readonly tip?: (index: number) => readonly TipLine[];
}

/** Columns over something that has an order: time, a cycle, a distance. */
export function columnsOption(columns: Columns, palette: Palette): EChartsCoreOption {
  const colours = stackColours(columns.stacks.length, palette);
  const lines = (index: number): readonly TipLine[] =>
    columns.tip?.(index) ??
    columns.stacks.map((stack, at) => ({
      name: stack.name,
      value: columns.shown(stack.values[index]),
      ...(columns.stacks.length > 1 && { colour: colours[at] ?? palette.accent }),
    }));
  const foot = footOf(columns, palette);
  return {
    ...base(palette),
    dataZoom: foot.dataZoom,
    grid: { left: 0, right: 4, top: 14, bottom: 4 + foot.room, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { ...tickAxis(palette, columns.ticks, columns), ...foot.axis },
    yAxis: valueAxis(palette, columns.short, columns.steps),
    tooltip: {
      ...tooltip(palette),
      trigger: "axis",
      axisPointer: { type: "none" },
      formatter: (points: { dataIndex: number }[]) => {
        const index = points[0]?.dataIndex ?? 0;
        const cut = columns.cut?.[index] ? ` · ${columns.cutName}` : "";
        return tip((columns.names[index] ?? "") + cut, lines(index));
      },
    },
    series: columns.stacks.map((stack, at) => ({
      type: "bar",
      name: stack.name,
      stack: "all",
      barMaxWidth: 36,
      barCategoryGap: "28%",
      data: stack.values.map((value, index) => ({
        value: value ?? null,
        itemStyle: { opacity: columns.cut?.[index] ? 0.45 : 1 },
      })),
      itemStyle: { color: colours[at], borderRadius: at === columns.stacks.length - 1 ? [3, 3, 0, 0] : 0 },
      emphasis: { disabled: true },
      ...(at === 0 && columns.level !== undefined && { markLine: levelLine(columns.level, palette) }),
    })),
  };
}

function footOf({ times, yearless }: Columns, palette: Palette) {
  if (!times) return { room: 0, dataZoom: [], axis: {} };
  const zoom = zoomOf(palette, times.length);
  if (!yearless) return { ...zoom, axis: {} };
  const years = yearsBelow(palette, times);
  return { dataZoom: zoom.dataZoom, room: zoom.room + years.room, axis: years.axis };
}

/** From the bottom up: what is looked at stands on the rest. */
export function stackColours(count: number, palette: Palette): readonly string[] {
  if (count > 2) return [palette.second, palette.ghost, palette.accent];
  return count === 1 ? [palette.accent] : [palette.ghost, palette.accent];
}

function levelLine(at: number, palette: Palette): object {
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: palette.ink, width: 1, type: [2, 3] },
    label: { show: false },
    data: [{ yAxis: at }],
  };
}
