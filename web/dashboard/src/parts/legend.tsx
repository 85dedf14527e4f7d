import type { JSX } from "preact";

import { type Columns, stackColours } from "../charts/bars";
import { type LineChart, lineColour } from "../charts/line";
import type { Palette } from "../charts/palette";
import { type Fall, fallColour } from "../charts/waterfall";
import type { Messages } from "../i18n/messages";

/** What a colour in a chart stands for. */
export interface LegendItem {
  readonly name: string;
  readonly colour: string;
  readonly mark: "line" | "dashes" | "dots" | "block" | "pale";
}

export function Legend({ items }: { items: readonly LegendItem[] }): JSX.Element {
  return (
    <ul class="legend">
      {items.map(({ name, colour, mark }) => (
        <li class={`mark-${mark}`} style={{ "--mark": colour }}>
          {name}
        </li>
      ))}
    </ul>
  );
}

/** The lines, where there are several, and the way to a place that is not complete. */
export function lineLegend({ lines, cut, cutName }: LineChart, palette: Palette): LegendItem[] {
  const named = lines.map((line) => ({
    name: line.name,
    colour: lineColour(line, palette),
    mark: line.role === "before" ? ("dashes" as const) : ("line" as const),
  }));
  const isDotted = cut.some(Boolean);
  return [
    ...(named.length > 1 ? named : []),
    ...(isDotted ? [{ name: cutName, colour: palette.accent, mark: "dots" as const }] : []),
  ];
}

/** The parts of columns, the topmost first, and the look of those that are not complete. */
export function columnLegend(columns: Columns, palette: Palette): LegendItem[] {
  const { stacks } = columns;
  const colours = stackColours(stacks.length, palette);
  const parts = stacks.map(({ name }, index) => ({ name, colour: colours[index] ?? palette.accent, mark: "block" as const }));
  return [...parts.reverse(), ...paleLegend(columns, palette)];
}

/** The look of columns that are not complete, where there are any. */
export function paleLegend({ cut, cutName }: Columns, palette: Palette): LegendItem[] {
  const isPale = cut?.some(Boolean) && cutName !== undefined;
  return isPale ? [{ name: cutName, colour: palette.accent, mark: "pale" }] : [];
}

/** The kinds of steps that a waterfall has. */
export function fallLegend(falls: readonly Fall[], { charts }: Messages, palette: Palette): LegendItem[] {
  const kinds = [
    { name: charts.sum, from: 0, to: 1, isSum: true },
    { name: charts.rise, from: 0, to: 1, isSum: false },
    { name: charts.fall, from: 1, to: 0, isSum: false },
  ].map(({ name, ...kind }) => ({ name, colour: fallColour(kind, palette), mark: "block" as const }));
  const drawn = new Set(falls.map((fall) => fallColour(fall, palette)));
  return kinds.filter(({ colour }) => drawn.has(colour));
}

/** From the pale end of the ramp to the deep one. */
export function rampLegend(names: readonly string[], { ramp }: Palette): LegendItem[] {
  return names.map((name, index) => ({
    name,
    colour: ramp[Math.round((index / Math.max(1, names.length - 1)) * (ramp.length - 1))] ?? "",
    mark: "block",
  }));
}
