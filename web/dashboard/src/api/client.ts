import type { TypedDocumentString } from "./generated/graphql";

/** What the reader can do about a failure. */
export type FailureKind = "offline" | "timeout" | "unavailable" | "input" | "server";

export class ApiError extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

interface GraphqlError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly GraphqlError[];
}

/** Sends one document to the server that the dashboard came from. */
export async function send<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Result> {
  const response = await reach({
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json" },
    body: JSON.stringify({ query: document.toString(), variables }),
    signal,
  });
  const answer = await read<Result>(response);
  const error = answer.errors?.[0];
  if (error) throw new ApiError(kindOf(error.extensions?.code), error.message);
  if (!answer.data) throw new ApiError("server", `HTTP ${response.status}`);
  return answer.data;
}

async function reach(request: RequestInit & { signal: AbortSignal }): Promise<Response> {
  try {
    return await fetch("/graphql", request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ApiError("offline", String(error));
  }
}

/** A proxy in front of the server may answer with a page of its own. */
async function read<Result>(response: Response): Promise<Answer<Result>> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Answer<Result>;
  } catch {
    throw new ApiError(response.status >= 502 ? "unavailable" : "server", `HTTP ${response.status}`);
  }
}

function kindOf(code: string | undefined): FailureKind {
  switch (code) {
    case "QUERY_TIMEOUT":
    case "REQUEST_TIMEOUT":
      return "timeout";
    case "DATABASE_UNAVAILABLE":
    case "ENGINE_NOT_READY":
    case "SERVER_BUSY":
      return "unavailable";
    case "ANSWER_TOO_LARGE":
    case "BAD_USER_INPUT":
    case "QUERY_TOO_COMPLEX":
    case "QUERY_TOO_DEEP":
    case "QUERY_TOO_LARGE":
      return "input";
    default:
      return "server";
  }
}
