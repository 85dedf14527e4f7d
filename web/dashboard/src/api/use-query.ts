import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { ApiError, send } from "./client";
import type { TypedDocumentString } from "./generated/graphql";

export interface Query<Result> {
  /** The last answer, which stays in sight while a newer one is on its way. */
  readonly data?: Result;
  readonly error?: ApiError;
  readonly loading: boolean;
  readonly retry: () => void;
}

interface Outcome<Result> {
  /** The question that it is the outcome of. */
  readonly of: string;
  readonly data?: Result;
  readonly error?: ApiError;
}

/**
 * Asks the server again whenever the variables change; null asks for nothing yet.
 *
 * A question that is no longer asked is aborted, and an answer that was already
 * on its way is told by its question from the one that is waited for.
 */
export function useQuery<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables | null,
): Query<Result> {
  const [outcome, setOutcome] = useState<Outcome<Result>>({ of: "" });
  const [attempt, setAttempt] = useState(0);
  const question = `${attempt} ${JSON.stringify(variables)}`;
  const asked = useRef(question);
  asked.current = question;

  useEffect(() => {
    if (variables === null) return;
    const abort = new AbortController();
    const settle = (next: Outcome<Result>) => {
      if (next.of === asked.current) setOutcome(next);
    };
    send(document, variables, abort.signal).then(
      (data) => settle({ of: question, data }),
      (error: unknown) => {
        if (!abort.signal.aborted) settle({ of: question, error: asApiError(error) });
      },
    );
    return () => abort.abort();
  }, [document, question]);

  const retry = useCallback(() => setAttempt((it) => it + 1), []);
  const { of, data, error } = outcome;
  const loading = of !== question;
  return { ...(data && { data }), ...(error && !loading && { error }), loading, retry };
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError("server", String(error));
}
