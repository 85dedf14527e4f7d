import type { Value } from "../format/format";
import type { Palette } from "./palette";

/** What every chart shares: quiet axes, one type scale, no frame. */
export function base(palette: Palette) {
  return {
    textStyle: { fontFamily: palette.font, fontSize: 12, color: palette.soft },
    animationDuration: 350,
    animationDurationUpdate: 250,
  };
}

/** How the steps of an axis of values are set, where what it counts bounds them. */
export interface Steps {
  readonly max?: number;
  readonly interval?: number;
  readonly minInterval?: number;
}

/** Steps for these values: of a ratio not beyond the whole, of what is counted no halves. */
export function stepsOf(isRatio: boolean, least: number | undefined, values: readonly Value[]): Steps {
  const known = values.filter((value) => typeof value === "number");
  const high = Math.max(0, ...known);
  const bounds = least === undefined ? {} : { minInterval: least };
  if (!isRatio || high > 1 || high <= 0.75) return bounds;
  return { ...bounds, max: 1, ...(Math.min(0, ...known) === 0 && { interval: 0.25 }) };
}

export function valueAxis(palette: Palette, formatter: (value: number) => string, steps: Steps = {}) {
  return {
    type: "value" as const,
    splitNumber: 4,
    ...steps,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: palette.soft, fontSize: 12, formatter },
    splitLine: { lineStyle: { color: palette.rule } },
  };
}

/** An axis that is not drawn, along which bars are as long as there is room for, rather than up to a round number. */
export function lengthAxis() {
  return {
    type: "value" as const,
    show: false,
    min: ({ min }: { min: number }) => Math.min(0, min),
    max: ({ min, max }: { min: number; max: number }) => Math.max(0, max) || (min < 0 ? 0 : 1),
  };
}

export function nameAxis(palette: Palette, data: readonly string[]) {
  return {
    type: "category" as const,
    data: [...data],
    axisLine: { lineStyle: { color: palette.rule } },
    axisTick: { show: false },
    axisLabel: { color: palette.soft, fontSize: 12, margin: 12, hideOverlap: true },
  };
}

/** From this many ticks on, not all of them are written. */
const MANY = 15;

interface Ticks {
  readonly lastTick?: boolean;
  readonly allTicks?: boolean;
}

/** Names along the foot of a drawing, in an order; the last one or all can be insisted on. */
export function tickAxis(palette: Palette, ticks: readonly string[], { lastTick = false, allTicks = false }: Ticks) {
  const axis = nameAxis(palette, ticks);
  return {
    ...axis,
    axisLabel: {
      ...axis.axisLabel,
      ...(lastTick && { showMaxLabel: true }),
      ...(allTicks && { interval: 0, hideOverlap: false }),
      // In the middle below a narrow last place, a long name would leave the drawing.
      ...(ticks.length > MANY && { alignMaxLabel: "right" as const }),
    },
  };
}

/** From this many places on, a chart of time has a slider to look closer. */
const CROWDED = 60;
const SLIDER = 18;

/** The line of years below an axis of time. */
const YEARS = 18;

/** Ways to look closer at places along the foot: a slider where they are many, two fingers, the wheel with Ctrl. */
export function zoomOf(palette: Palette, count: number): { readonly room: number; readonly dataZoom: readonly object[] } {
  const slider = {
    type: "slider",
    height: SLIDER,
    bottom: 0,
    showDetail: false,
    brushSelect: false,
    borderColor: palette.rule,
    fillerColor: palette.hover,
    handleStyle: { color: palette.surface, borderColor: palette.soft },
    moveHandleSize: 0,
    dataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } },
    selectedDataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } },
  };
  const inside = { type: "inside", zoomOnMouseWheel: "ctrl", moveOnMouseMove: false };
  if (count < 3) return { room: 0, dataZoom: [] };
  return count < CROWDED ? { room: 0, dataZoom: [inside] } : { room: SLIDER + 10, dataZoom: [inside, slider] };
}

/** The years below an axis: a narrow drawing has no room for them beside a day. */
export function yearsBelow(palette: Palette, times: readonly number[]) {
  const ends = [times[0], times.at(-1)].filter((time) => time !== undefined);
  const years = [...new Set(ends.map((time) => new Date(time).getUTCFullYear()))];
  return {
    room: YEARS,
    isOne: years.length < 2,
    axis: {
      name: years.join(" – "),
      nameLocation: "middle" as const,
      nameGap: 32,
      nameTextStyle: { color: palette.soft, fontSize: 12 },
    },
  };
}

/** Time along the foot of a drawing, with its years below, and ways to look closer. */
export function timeFoot(palette: Palette, times: readonly number[], tick: (time: number, inOneYear: boolean) => string) {
  const zoom = zoomOf(palette, times.length);
  const years = yearsBelow(palette, times);
  return {
    room: years.room + zoom.room,
    axis: {
      ...nameAxis(palette, []),
      type: "time" as const,
      ...years.axis,
      axisLabel: {
        color: palette.soft,
        fontSize: 12,
        margin: 12,
        hideOverlap: true,
        formatter: (time: number) => tick(time, years.isOne),
      },
    },
    dataZoom: zoom.dataZoom,
  };
}

/** One line of a tooltip: what, how much, and the colour that shows it. */
export interface TipLine {
  readonly name: string;
  readonly value: string;
  readonly colour?: string;
}

/**
 * A tooltip as an element.
 *
 * Names come from the shop's data: as text they cannot be taken for markup.
 */
export function tip(title: string, lines: readonly TipLine[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "tip";
  box.append(textElement("strong", title));
  for (const line of lines) {
    const row = document.createElement("div");
    row.className = "tip-line";
    const name = textElement("span", line.name);
    if (line.colour) name.style.setProperty("--mark", line.colour);
    name.className = line.colour ? "tip-mark" : "";
    row.append(name, textElement("b", line.value));
    box.append(row);
  }
  return box;
}

export function tooltip(palette: Palette) {
  return {
    backgroundColor: palette.surface,
    borderColor: palette.rule,
    borderWidth: 1,
    padding: 0,
    textStyle: { color: palette.ink, fontSize: 13 },
    extraCssText: "border-radius: 8px; box-shadow: var(--shadow-2);",
    confine: true,
    transitionDuration: 0,
  };
}

function textElement(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  element.dir = "auto";
  return element;
}
