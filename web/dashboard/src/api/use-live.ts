import { createClient } from "graphql-ws";
import { useEffect, useState } from "preact/hooks";

import { type KpiFilter, LiveDocument } from "./generated/graphql";
import { useRefresh } from "./use-query";

/** How often what is shown is asked for anew while the server does not tell of changes, in milliseconds. */
const ASK_EVERY = 10_000;
/** The longest wait before a socket is opened again, in milliseconds. */
const LONGEST_WAIT = 10_000;
/** The socket outlives a change of filters. */
const CLOSE_AFTER = 3_000;

const client = createClient({
  url: () => `${location.origin.replace(/^http/, "ws")}/graphql`,
  lazyCloseTimeout: CLOSE_AFTER,
  retryAttempts: Number.POSITIVE_INFINITY,
  retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(1_000 * 2 ** retries, LONGEST_WAIT))),
  shouldRetry: () => true,
});

/**
 * Keeps what is shown up to date: the server tells when figures under the filter change, or
 * is asked again and again where it cannot. Whether it tells.
 */
export function useLive(filter: KpiFilter): boolean {
  const [live, setLive] = useState(false);
  const refresh = useRefresh("quietly");
  const text = JSON.stringify(filter);

  useEffect(() => {
    let told = false;
    const stop = client.subscribe(
      { query: LiveDocument.toString(), variables: { filter: JSON.parse(text) } },
      {
        next: ({ errors }) => {
          setLive(!errors);
          // The first answer is what the view has just been given.
          if (told) refresh();
          told = true;
        },
        error: () => setLive(false),
        complete: () => setLive(false),
      },
    );
    return stop;
  }, [text]);

  useEffect(() => client.on("closed", () => setLive(false)), []);

  useEffect(() => {
    if (live) return undefined;
    const asking = setInterval(refresh, ASK_EVERY);
    return () => clearInterval(asking);
  }, [live]);

  return live;
}
