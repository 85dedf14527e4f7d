import type { JSX } from "preact";

import type { Value } from "../format/format";

const WIDTH = 120;
const HEIGHT = 32;
const PAD = 2.5;

/** A word-sized line without axes: which way it went, not how far. */
export function SparkLine({ values }: { values: readonly Value[] }): JSX.Element | null {
  const points = pointsOf(values);
  const last = points.at(-1);
  if (points.length < 2 || !last) return null;
  const line = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={`M${line}`} fill="none" stroke="currentColor" stroke-width="1.5" vector-effect="non-scaling-stroke" stroke-linejoin="round" />
    </svg>
  );
}

function pointsOf(values: readonly Value[]): [number, number][] {
  const known = values.filter((value) => value !== null && value !== undefined);
  const low = Math.min(...known);
  const range = Math.max(...known) - low || 1;
  return values.flatMap((value, index): [number, number][] => {
    if (value === null || value === undefined) return [];
    const x = PAD + (index / Math.max(1, values.length - 1)) * (WIDTH - 2 * PAD);
    return [[x, HEIGHT - PAD - ((value - low) / range) * (HEIGHT - 2 * PAD)]];
  });
}
