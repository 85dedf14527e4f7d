import type { ComponentChildren, JSX, RefObject } from "preact";
import { useId, useRef } from "preact/hooks";

import type { Query } from "../api/use-query";
import type { Question } from "../exports/question";
import { mayAsk } from "../exports/within-reach";
import type { Sheet } from "../figures/sheet";
import type { Explained } from "../i18n/definitions";
import type { Kpi } from "../state/kpi";
import { useSetting } from "../state/setting";
import { DataTable } from "./data-table";
import { Failure, Stale } from "./failure";
import { Legend, type LegendItem } from "./legend";
import { Tools } from "./tools";

interface Props {
  /** What the address calls it, where its table is shown. */
  readonly id: string;
  readonly title: string;
  readonly explained: readonly Explained[];
  /** The figures; absent while they are on their way. */
  readonly sheet: Sheet | undefined;
  /** What came of asking for them, where they are not the view's. */
  readonly query?: Query<unknown>;
  /** Where the panel is, for whoever waits until it is near. */
  readonly place?: RefObject<HTMLElement>;
  /** What the figures answer. */
  readonly question: Question;
  /** The KPIs without which it is nothing, beside what its rows come first by. */
  readonly needs?: readonly Kpi[];
  /** How much of the grid's twelve columns it takes on a wide screen. */
  readonly width: 4 | 5 | 6 | 7 | 8 | 12;
  /** What the chart's colours stand for. */
  readonly legend?: readonly LegendItem[] | undefined;
  /** Where it stands: beside the title, below the chart, or in the chart itself. */
  readonly legendAt?: "title" | "foot" | "chart";
  /** A switch beside the title. */
  readonly aside?: ComponentChildren;
  /** Whether it is a table by nature, without a chart. */
  readonly tabular?: boolean;
  /** How high the figures will be, in pixels, so that nothing moves when they arrive. */
  readonly height?: number;
  /** What to say where there are no figures. */
  readonly empty?: string | undefined;
  readonly footnote?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** A chart under its title, with what it means and the table behind it; nothing where its reader may not ask for it. */
export function Panel(props: Props): JSX.Element | null {
  const { address, may } = useSetting();
  const heading = useId();
  const body = useRef<HTMLDivElement>(null);
  const { id, title, query, tabular = false, legend, legendAt = "title" } = props;
  if (!mayAsk(may, props.question, props.needs)) return null;
  // Figures of other days or filters than the page names would be taken for these.
  const failed = query?.error !== undefined && (query.data === undefined || query.isOfAnother);
  const sheet = failed ? undefined : props.sheet;
  const asTable = tabular || address.tables.includes(id);
  const isDrawn = !asTable && sheet?.rows.length !== 0;
  const shown = isDrawn && legend && legend.length > 0 ? legend : undefined;
  return (
    <section
      class={`panel span-${props.width} ${tabular ? "tabular" : ""}`}
      aria-labelledby={heading}
      aria-busy={query && !failed && (query.loading || !sheet)}
      data-panel={id}
      {...(props.place && { ref: props.place })}
    >
      <header class="panel-head">
        <h2 id={heading}>{title}</h2>
        {(props.aside || (shown && legendAt === "title")) && (
          <div class="panel-aside">
            {shown && legendAt === "title" && <Legend items={shown} />}
            {props.aside}
          </div>
        )}
        <Tools
          id={id}
          title={title}
          explained={props.explained}
          sheet={sheet}
          tabular={tabular}
          question={props.question}
          picture={{ drawing: body, title, legend: legend ?? [] }}
        />
      </header>
      <div class={`panel-body ${query?.loading && sheet ? "stale" : ""}`} ref={body}>
        <Body {...props} failed={failed} sheet={sheet} asTable={asTable} />
      </div>
      {shown && legendAt === "foot" && <Legend items={shown} />}
      {sheet && props.footnote && <p class="footnote">{props.footnote}</p>}
    </section>
  );
}

interface BodyProps extends Props {
  readonly failed: boolean;
  readonly asTable: boolean;
}

function Body({ sheet, query, failed, title, height = 240, empty, asTable, children }: BodyProps): JSX.Element {
  const { words } = useSetting();
  if (failed && query?.error) return <Failure words={words} error={query.error} />;
  if (!sheet) return <div key="outline" class="skeleton" style={{ height }} />;
  if (sheet.rows.length === 0) return <p class="small">{empty ?? words.states.noData}</p>;
  return (
    <>
      {query?.error && <Stale error={query.error} answeredAt={query.answeredAt} />}
      {asTable ? <DataTable sheet={sheet} caption={title} /> : children}
    </>
  );
}
