import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";

import { useLive } from "../api/use-live";
import { type Query, useRefresh } from "../api/use-query";
import { asKnown, type Scopes } from "../figures/unknown";
import type { Messages } from "../i18n/messages";
import { startOver } from "../state/navigation";
import type { Kpi } from "../state/kpi";
import { type Setting, useSetting } from "../state/setting";
import { Failure, Stale } from "./failure";
import { LeftOut } from "./reach";
import { Icon } from "./icons";
import { periodName } from "./scope-name";

const NONE: readonly Kpi[] = [];

type Missing = keyof Messages["states"]["missing"];

interface Props<Result> {
  readonly query: Query<Result>;
  /** What is not there, where without it there is nothing to show. */
  readonly missing: (data: Result) => Missing | undefined;
  /** The view's figures; without data, the places where they will stand. */
  readonly children: (data: Result | undefined) => ComponentChildren;
  /** The KPIs of the shop's own that it shows, and others that its document does not name. */
  readonly own?: readonly Kpi[];
  /** What to choose from above the figures. */
  readonly controls?: ComponentChildren;
}

/** A view's heading and freshness, and its figures or why there are none. */
export function ViewFrame<Result extends Scopes>(props: Props<Result>): JSX.Element {
  const setting = useSetting();
  const { words, address } = setting;
  const { query } = props;
  const shown = query.isOfAnother ? undefined : query.data;
  const live = useLive(
    props.own ?? NONE,
    { filter: setting.filter(), shown: shown?.kpis },
    { filter: setting.inPeriod, shown: shown?.inPeriod },
  );
  return (
    <main id="figures" tabIndex={-1} aria-busy={query.loading}>
      <p class="unseen" role="status">
        {query.data && !query.loading && !query.error && announcement(setting, query.data.shop.freshness.asOf, live)}
      </p>
      <div class={`progress ${query.loading ? "running" : ""}`} />
      <div class="view-head">
        <div>
          <h1>{words.views[address.view]}</h1>
          <p class="lead">{words.leads[address.view]}</p>
        </div>
        <Freshness asOf={query.data?.shop.freshness.asOf ?? setting.shop.freshness.asOf} live={live} />
      </div>
      {props.controls && <div class="controls">{props.controls}</div>}
      <Body {...props} />
    </main>
  );
}

/**
 * What screen readers say of each answer; the time makes every one a new text. Figures that
 * move by themselves are told of once a minute.
 */
function announcement(setting: Setting, asOf: string, live: boolean): string {
  const { words, format, address } = setting;
  const filters = Object.values(address.filters).flat().length;
  const time = format.instant(asOf, {
    hour: "numeric",
    minute: "2-digit",
    ...(!live && { second: "2-digit" }),
  });
  return words.states.shown(words.views[address.view], periodName(setting), filters, time);
}

function Body<Result extends Scopes>({ query, missing, children }: Props<Result>): JSX.Element {
  const { words, shop } = useSetting();
  const { data, error, loading, isOfAnother, answeredAt } = query;
  const known = useMemo(() => data && asKnown(data), [data]);
  // Figures of other days or filters than the page names would be taken for these.
  if (error && (!data || isOfAnother)) return <Failure words={words} error={error} />;
  if (!shop.firstOrderAt) return <EmptyShop />;
  const lack = data && missing(data);
  if (lack) return <Empty of={lack} />;
  return (
    <>
      {error && <Stale error={error} answeredAt={answeredAt} />}
      <div class={`grid ${loading && data ? "stale" : ""}`}>{children(known)}</div>
      <LeftOut />
    </>
  );
}

function Freshness({ asOf, live }: { asOf: string; live: boolean }): JSX.Element {
  const { words, format } = useSetting();
  const refresh = useRefresh();
  const when = format.instant(asOf, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
  return (
    <p class="freshness">
      {live && (
        <span class="live" title={words.live.meaning}>
          {words.live.label}
        </span>
      )}
      <time dateTime={asOf}>{words.asOf(when)}</time>
      <button type="button" class="quiet" aria-label={words.refresh} title={words.refresh} onClick={refresh}>
        <Icon name="refresh" />
      </button>
    </p>
  );
}

/** That nothing matches, and how to go on. */
function Empty({ of }: { of: Missing }): JSX.Element {
  const { words } = useSetting();
  return (
    <div class="notice">
      <h2>{words.states.missing[of].title}</h2>
      <p>{words.states.missing[of].text}</p>
      <button type="button" class="button" onClick={startOver}>
        {words.states.reset}
      </button>
    </div>
  );
}

/** That there are no orders at all, and how they come in. */
function EmptyShop(): JSX.Element {
  const { words } = useSetting();
  const refresh = useRefresh();
  return (
    <div class="notice">
      <h2>{words.states.emptyShop}</h2>
      <p>{words.states.fill}</p>
      <pre>
        <code>salesgraph import --mapping shop.toml --input orders.csv</code>
      </pre>
      <button type="button" class="button" onClick={refresh}>
        {words.refresh}
      </button>
    </div>
  );
}
