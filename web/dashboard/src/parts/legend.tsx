import type { JSX } from "preact";

import { type Line, lineColour } from "../charts/line";
import type { Palette } from "../charts/palette";

/** What a colour in a chart stands for. */
export interface LegendItem {
  readonly name: string;
  readonly colour: string;
  readonly mark: "line" | "dashes" | "block";
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

export function lineLegend(lines: readonly Line[], palette: Palette): LegendItem[] {
  return lines.map((line) => ({
    name: line.name,
    colour: lineColour(line, palette),
    mark: line.role === "before" ? "dashes" : "line",
  }));
}

/** From the pale end of the ramp to the deep one. */
export function rampLegend(names: readonly string[], { ramp }: Palette): LegendItem[] {
  return names.map((name, index) => ({
    name,
    colour: ramp[Math.round((index / Math.max(1, names.length - 1)) * (ramp.length - 1))] ?? "",
    mark: "block",
  }));
}
