import type { ComponentChildren, JSX } from "preact";

import type { ApiError } from "../api/client";
import type { Query } from "../api/use-query";
import { change } from "../state/navigation";
import { DEFAULT_PERIOD } from "../state/period";
import { useSetting } from "../state/setting";
import { Icon } from "./icons";

interface Dated {
  readonly shop: { readonly freshness: { readonly asOf: string } };
}

interface Props<Result> {
  readonly query: Query<Result>;
  readonly isEmpty: (data: Result) => boolean;
  /** The view's figures; without data, the places where they will stand. */
  readonly children: (data: Result | undefined) => ComponentChildren;
  /** What to choose from above the figures. */
  readonly controls?: ComponentChildren;
}

/** A view's heading and freshness, and its figures or why there are none. */
export function ViewFrame<Result extends Dated>(props: Props<Result>): JSX.Element {
  const setting = useSetting();
  const { words, address } = setting;
  const { query } = props;
  return (
    <main id="figures" tabIndex={-1} aria-busy={query.loading}>
      <div class={`progress ${query.loading ? "running" : ""}`} />
      <div class="view-head">
        <div>
          <h1>{words.views[address.view]}</h1>
          <p class="lead">{words.leads[address.view]}</p>
        </div>
        <Freshness asOf={query.data?.shop.freshness.asOf ?? setting.shop.freshness.asOf} refresh={query.retry} />
      </div>
      {props.controls && <div class="controls">{props.controls}</div>}
      {body(props)}
    </main>
  );
}

function body<Result>({ query, isEmpty, children }: Props<Result>): ComponentChildren {
  if (query.error) return <Failure error={query.error} retry={query.retry} />;
  if (query.data && isEmpty(query.data)) return <Empty />;
  return <div class={`grid ${query.loading && query.data ? "stale" : ""}`}>{children(query.data)}</div>;
}

function Freshness({ asOf, refresh }: { asOf: string; refresh: () => void }): JSX.Element {
  const { words, format } = useSetting();
  const when = format.instant(asOf, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
  return (
    <p class="freshness">
      <time dateTime={asOf}>{words.asOf(when)}</time>
      <button type="button" class="quiet" aria-label={words.refresh} title={words.refresh} onClick={refresh}>
        <Icon name="refresh" />
      </button>
    </p>
  );
}

function Empty(): JSX.Element {
  const { words } = useSetting();
  return (
    <div class="notice">
      <h2>{words.states.emptyTitle}</h2>
      <p>{words.states.empty}</p>
      <button type="button" class="button" onClick={startOver}>
        {words.states.reset}
      </button>
    </div>
  );
}

/** Why there are no figures, and what to do about it. */
function Failure({ error, retry }: { error: ApiError; retry: () => void }): JSX.Element {
  const { words } = useSetting();
  return (
    <div class="notice" role="alert">
      <h2>{words.states.failed}</h2>
      <p>{words.states.failures[error.kind]}</p>
      <p class="small" lang="en">
        {error.message}
      </p>
      <div class="notice-actions">
        <button type="button" class="button" onClick={retry}>
          {words.states.retry}
        </button>
        {error.kind === "input" && (
          <button type="button" class="button secondary" onClick={startOver}>
            {words.states.reset}
          </button>
        )}
      </div>
    </div>
  );
}

function startOver(): void {
  change({ period: DEFAULT_PERIOD, filters: {} });
}
