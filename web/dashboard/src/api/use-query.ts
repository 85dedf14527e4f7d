import { keepPreviousData, QueryClient, skipToken, useQuery as useCached, useQueryClient } from "@tanstack/preact-query";

import { send } from "./client";
import type { ApiError } from "./failure";
import type { TypedDocumentString } from "./generated/graphql";

export interface Query<Result> {
  /** The last answer, which stays in sight while a newer one is on its way. */
  readonly data?: Result;
  /** Whether that is the answer to another question: other days, other filters. */
  readonly isOfAnother: boolean;
  /** Why there is no newer answer; it goes once there is one. */
  readonly error?: ApiError;
  /** When the server last answered this question, as milliseconds; 0 for never. */
  readonly answeredAt: number;
  readonly loading: boolean;
}

/** The longest wait before a server that was away is asked again, in milliseconds. */
const LONGEST_WAIT = 10_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // "Online" is the browser's guess; a server on this machine answers without a network.
      networkMode: "always",
      refetchOnReconnect: true,
      refetchOnWindowFocus: false,
      retry: (_, error) => (error as ApiError).passes,
      retryDelay: (failures) => Math.min(1_000 * 2 ** failures, LONGEST_WAIT),
    },
  },
});

/** What is asked for until it is there: a server that has just been started may be slow, and not for long. */
export const UNTIL_ANSWERED = {
  retry: (_: number, error: ApiError) => error.passes || error.kind === "timeout",
};

/** Asks the server again whenever the variables change; null asks for nothing yet. */
export function useQuery<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables | null,
  manner?: typeof UNTIL_ANSWERED,
): Query<Result> {
  const { data, failureReason, isFetching, isPlaceholderData, dataUpdatedAt } = useCached<Result, ApiError>({
    queryKey: [document.toString(), variables],
    queryFn: variables === null ? skipToken : ({ signal }) => send(document, variables, signal),
    placeholderData: keepPreviousData,
    ...manner,
  });
  const unseen = quiet > 0 && data !== undefined && !isPlaceholderData;
  return {
    ...(data !== undefined && { data }),
    ...(failureReason && { error: failureReason }),
    isOfAnother: isPlaceholderData,
    answeredAt: dataUpdatedAt,
    loading: isFetching && !failureReason && !unseen,
  };
}

/** How many refreshes run that nobody asked for. */
let quiet = 0;

/** Asks anew for all that is shown; quietly, where the reader need not know. */
export function useRefresh(manner?: "quietly"): () => void {
  const client = useQueryClient();
  if (!manner) return () => void client.refetchQueries({ type: "active" });
  return () => {
    quiet += 1;
    void client.refetchQueries({ type: "active" }).finally(() => {
      quiet -= 1;
    });
  };
}
