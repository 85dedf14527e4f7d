import type { JSX } from "preact";
import { useId, useRef } from "preact/hooks";

import { askSeries } from "../exports/question";
import type { CardFigures } from "../figures/buckets";
import { explained } from "../i18n/definitions";
import type { Kpi, Unit } from "../state/kpi";
import { isWholeYear } from "../state/period";
import { useSetting } from "../state/setting";
import { Change } from "./change";
import { DataTable } from "./data-table";
import { SparkLine } from "./spark-line";
import { Tools } from "./tools";

interface Props {
  readonly kpi: Kpi;
  /** Absent while they are on their way. */
  readonly figures: CardFigures | undefined;
  /** Whether the view's charts show this KPI, and what makes them. */
  readonly chosen?: boolean;
  readonly onChoose?: () => void;
}

/** One KPI at a glance. */
export function Card({ kpi, figures, chosen = false, onChoose }: Props): JSX.Element {
  const setting = useSetting();
  const { kpiName, format, address, days, grain } = setting;
  const heading = useId();
  const drawing = useRef<HTMLDivElement>(null);
  const id = `card-${kpi}`;
  const title = kpiName(kpi);
  const changes = days.from === undefined ? 0 : isWholeYear(days) ? 1 : 2;
  const isUnknown = figures !== undefined && isSum(format.unitOf(kpi)) && (figures.value === null || figures.value === undefined);
  return (
    <article
      class={`card ${chosen ? "chosen" : ""}`}
      style={{ "--changes": isUnknown ? Math.max(1, changes) : changes + (figures?.note ? 1 : 0) }}
      aria-labelledby={heading}
      data-kpi={kpi}
    >
      <header class="card-head">
        <h2 id={heading}>
          {onChoose ? (
            <button type="button" class="card-choose" aria-pressed={chosen} onClick={onChoose}>
              {title}
            </button>
          ) : (
            title
          )}
        </h2>
        <Tools
          id={id}
          title={title}
          explained={[explained(kpi)]}
          sheet={figures?.sheet}
          question={askSeries(setting, grain, [kpi])}
          picture={{ drawing, title: `${title}: ${format.headline(kpi, figures?.value)}`, legend: [] }}
        />
      </header>
      {figures ? (
        <>
          <p class="card-value" title={format.kpi(kpi, figures.value)}>
            {format.headline(kpi, figures.value)}
          </p>
          <Changes kpi={kpi} figures={figures} isUnknown={isUnknown} />
          <div class="card-drawing" ref={drawing}>
            {address.tables.includes(id) ? (
              <DataTable sheet={figures.sheet} caption={title} />
            ) : (
              <SparkLine values={figures.spark} />
            )}
          </div>
        </>
      ) : (
        <div class="card-outline" aria-hidden="true">
          <div class="skeleton" />
        </div>
      )}
    </article>
  );
}

/** What the figure is of, and how far it moved. */
function Changes({ kpi, figures, isUnknown }: { kpi: Kpi; figures: CardFigures; isUnknown: boolean }): JSX.Element {
  const { words, days } = useSetting();
  return (
    <div class="changes">
      {figures.note && <p class="change change-since">{figures.note}</p>}
      {isUnknown && <p class="change change-since">{words.states.notKnown}</p>}
      {/* Before a year comes the year before: said twice, it would be read as two figures. */}
      {!isWholeYear(days) && <Change kpi={kpi} value={figures.onPeriod} since="period" />}
      <Change kpi={kpi} value={figures.onYear} since="year" />
    </div>
  );
}

/** A sum or a count that is not there is not known; a ratio may only lack what to divide by. */
function isSum(unit: Unit): boolean {
  return unit === "money" || unit === "count";
}
