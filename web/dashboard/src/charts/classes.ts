import type { Palette } from "./palette";

/** Values that share a colour: from one bound up to the next. */
export interface Class {
  readonly from: number;
  readonly to: number;
  readonly colour: string;
}

/**
 * Few classes, because nobody reads twenty shades of one hue.
 *
 * Amounts are shared out very unevenly between places: their bounds grow by the
 * square, so that the many small ones differ too. Means and ratios lie close to
 * each other: theirs are even, from the least to the greatest.
 */
export function classesOf(values: readonly number[], isAmount: boolean, palette: Palette): readonly Class[] {
  if (values.length === 0) return [];
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low === high) return [{ from: low, to: high, colour: palette.ramp.at(-1) ?? palette.accent }];
  if (low < 0) return between(lossBounds(Math.max(-low, high)), palette.diverging);
  const start = isAmount ? 0 : low;
  const steps = palette.ramp.map((_, index) => (index + 1) / palette.ramp.length);
  const bounds = steps.map((step) => start + (isAmount ? step ** 2 : step) * (high - start));
  return between([start, ...bounds].map(round), palette.ramp);
}

export function colourIn(classes: readonly Class[], value: number): string | undefined {
  return (classes.find(({ to }) => value < to) ?? classes.at(-1))?.colour;
}

/** Deep and slight losses, slight and deep profits, that meet at nothing. */
function lossBounds(reach: number): number[] {
  return [-reach, -reach / 4, 0, reach / 4, reach].map(round);
}

/** Bounds that have become the same by rounding hold nothing between them. */
function between(bounds: readonly number[], colours: readonly string[]): Class[] {
  return colours
    .map((colour, index) => ({ from: bounds[index] ?? 0, to: bounds[index + 1] ?? 0, colour }))
    .filter(({ from, to }) => from < to);
}

function round(value: number): number {
  return Number(value.toPrecision(2));
}
