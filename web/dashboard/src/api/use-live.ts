import { createClient } from "graphql-ws";
import { useEffect, useMemo, useState } from "preact/hooks";

import type { Figures } from "../figures/groups";
import type { Kpi } from "../state/kpi";
import { LINK_KEY } from "../state/link";
import { type KpiFilter, LiveDocument, type LiveSubscription } from "./generated/graphql";
import { asMaySend, currentRestriction } from "./restricted";
import { useRefresh } from "./use-query";
import { withOwn } from "./with-own";

/** How often what is shown is asked for anew while the server does not tell of changes, in milliseconds. */
const ASK_EVERY = 10_000;
/** The longest wait before a socket is opened again, in milliseconds. */
const LONGEST_WAIT = 10_000;
/** The socket outlives a change of filters. */
const CLOSE_AFTER = 3_000;

const client = createClient({
  url: () => `${location.origin.replace(/^http/, "ws")}/graphql`,
  ...(LINK_KEY && { connectionParams: { Authorization: `Bearer ${LINK_KEY}` } }),
  lazyCloseTimeout: CLOSE_AFTER,
  retryAttempts: Number.POSITIVE_INFINITY,
  retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(1_000 * 2 ** retries, LONGEST_WAIT))),
  shouldRetry: () => true,
});

/** What a view shows of one filter, and what there is to be told of that. */
export interface Watched {
  readonly filter: KpiFilter;
  /** The figures that are shown; absent while they are on their way. */
  readonly shown: Figures | undefined;
}

/**
 * Keeps what is shown up to date: the server tells when figures change, in the filter and in
 * the whole period, which charts read that leave a filter out; or it is asked again and
 * again where it cannot tell. Whether it tells.
 */
export function useLive(own: readonly Kpi[], inFilter: Watched, inPeriod: Watched): boolean {
  const text = withOwn(LiveDocument, { Told: own }).toString();
  const { query } = useMemo(() => asMaySend(text, { filter: {} }), [text, currentRestriction()]);
  const refresh = useRefresh("quietly");
  const isPart = JSON.stringify(inFilter.filter) !== JSON.stringify(inPeriod.filter);
  const tellsOfPeriod = useTold(query, inPeriod);
  const tellsOfPart = useTold(query, isPart ? inFilter : undefined);
  const live = tellsOfPeriod && (tellsOfPart || !isPart);

  useEffect(() => {
    if (live) return undefined;
    const asking = setInterval(refresh, ASK_EVERY);
    return () => clearInterval(asking);
  }, [live]);

  return live;
}

/** What the server told last, and of which filter. */
interface Told {
  readonly of: string;
  readonly figures: Figures;
}

/** Asks for all that is shown anew where the server tells of other figures. Whether it tells. */
function useTold(query: string, watched: Watched | undefined): boolean {
  const [last, setLast] = useState<Told>();
  const refresh = useRefresh("quietly");
  const filter = watched && JSON.stringify(watched.filter);
  const shown = watched?.shown;
  const told = last && last.of === filter ? last.figures : undefined;

  useEffect(() => {
    const silent = () => setLast(undefined);
    if (filter === undefined) return silent();
    return client.subscribe<LiveSubscription>(
      { query, variables: { filter: JSON.parse(filter) } },
      {
        next: ({ data, errors }) => setLast(errors || !data ? undefined : { of: filter, figures: data.kpis }),
        error: silent,
        complete: silent,
      },
    );
  }, [query, filter]);

  useEffect(() => client.on("closed", () => setLast(undefined)), []);

  // What is told first may already be newer than what is shown. It may be older, too: so it
  // is asked once for each that is told, and not until both are the same.
  useEffect(() => {
    if (told && shown && !isSame(told, shown)) refresh();
  }, [told, shown !== undefined]);

  return last !== undefined;
}

function isSame(told: Figures, shown: Figures): boolean {
  return Object.entries(told).every(([kpi, value]) => shown[kpi as Kpi] === value);
}
