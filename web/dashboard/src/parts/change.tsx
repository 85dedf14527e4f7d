import type { JSX } from "preact";

import type { Value } from "../format/format";
import { greaterIsBetter, type Kpi } from "../state/kpi";
import { baselineOf, wasThere } from "../state/period";
import { type Setting, useSetting } from "../state/setting";

interface Props {
  readonly kpi: Kpi;
  /** The relative change, or for a ratio the difference. */
  readonly value: Value;
  readonly since: "period" | "year";
}

/** How far a KPI moved: an arrow and a sign say it, the colour only repeats it. */
export function Change({ kpi, value, since }: Props): JSX.Element | null {
  const setting = useSetting();
  const { words, format } = setting;
  if (value === null || value === undefined) return null;
  const began = beganWithin(setting, since);
  if (began) {
    return (
      <p class="change change-since" title={began}>
        {since === "year" ? words.change.partOfYear : words.change.partOfPeriod}
      </p>
    );
  }
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

/** That the shop began in the middle of what a period stands beside, in words: a whole is not compared with a part. */
export function beganWithin({ days, calendar, words, format }: Setting, since: Props["since"]): string | undefined {
  const baseline = baselineOf(days, since);
  if (!baseline || !calendar.firstDay || wasThere(calendar, baseline)) return undefined;
  return words.change.began(format.day(calendar.firstDay));
}
