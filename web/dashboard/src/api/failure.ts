import type { ErrorCode } from "./generated/error-codes";

/** What the reader can do about a failure. */
export type FailureKind = "offline" | "unavailable" | "busy" | "timeout" | "input" | "outdated" | "refused" | "forbidden" | "ended" | "server";

/** Those that go by themselves: the same question is worth asking again. */
const PASSING: ReadonlySet<FailureKind> = new Set(["offline", "unavailable", "busy"]);

const KINDS: Readonly<Record<ErrorCode, FailureKind>> = {
  DATABASE_UNAVAILABLE: "unavailable",
  SIGNING_KEYS_UNAVAILABLE: "unavailable",
  ENGINE_NOT_READY: "unavailable",
  SERVER_BUSY: "busy",
  TOO_MANY_SUBSCRIPTIONS: "busy",
  TOO_MANY_REQUESTS: "busy",
  QUERY_TIMEOUT: "timeout",
  REQUEST_TIMEOUT: "timeout",
  BAD_USER_INPUT: "input",
  ANSWER_TOO_LARGE: "input",
  QUERY_TOO_COMPLEX: "input",
  QUERY_TOO_DEEP: "input",
  QUERY_TOO_LARGE: "input",
  // The page's own requests are sound: a server that does not take them is of another version.
  BAD_REQUEST: "outdated",
  GRAPHQL_PARSE_FAILED: "outdated",
  GRAPHQL_VALIDATION_FAILED: "outdated",
  METHOD_NOT_ALLOWED: "outdated",
  PERSISTED_QUERY_NOT_FOUND: "outdated",
  NOT_ACCEPTABLE: "outdated",
  UNSUPPORTED_MEDIA_TYPE: "outdated",
  HOST_NOT_ALLOWED: "refused",
  CROSS_SITE_REQUEST: "refused",
  UNAUTHENTICATED: "refused",
  FORBIDDEN: "forbidden",
  PERSISTED_DOCUMENTS_ONLY: "refused",
  INTERNAL_SERVER_ERROR: "server",
};

export function kindOf(code: string | undefined): FailureKind {
  return (code !== undefined && Object.hasOwn(KINDS, code) && KINDS[code as ErrorCode]) || "server";
}

/** A question that was not answered. */
export class ApiError extends Error {
  constructor(
    readonly kind: FailureKind,
    /** What the server says of it, in English; a browser's own words help no reader. */
    readonly said?: string,
  ) {
    super(said ?? kind);
    this.name = "ApiError";
  }

  get passes(): boolean {
    return PASSING.has(this.kind);
  }
}
