import type { JSX } from "preact";

import type { Value } from "../format/format";
import { greaterIsBetter, type Kpi } from "../state/kpi";
import { useSetting } from "../state/setting";

interface Props {
  readonly kpi: Kpi;
  /** The relative change, or for a ratio the difference. */
  readonly value: Value;
  readonly since: "period" | "year";
}

/** How far a KPI moved: an arrow and a sign say it, the colour only repeats it. */
export function Change({ kpi, value, since }: Props): JSX.Element | null {
  const { words, format } = useSetting();
  if (value === null || value === undefined) return null;
  const still = Math.abs(value) < 0.0005;
  const better = greaterIsBetter(kpi);
  const judged = still || better === undefined ? "" : value > 0 === better ? "good" : "bad";
  return (
    <p class="change">
      <span class={`change-value ${judged}`}>
        <span aria-hidden="true">{still ? "→" : value > 0 ? "↑" : "↓"}</span> {format.unitOf(kpi) === "ratio" ? format.points(value) : format.change(value)}
      </span>{" "}
      <span class="change-since">{since === "year" ? words.change.shortYear : words.change.shortPeriod}</span>
    </p>
  );
}
