import { ApiError, type FailureKind, kindOf } from "./failure";
import type { TypedDocumentString } from "./generated/graphql";
import { LINK_KEY } from "../state/link";
import type { Asked } from "./prune";
import { asMaySend, currentRestriction, learn } from "./restricted";

interface GraphqlError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly GraphqlError[];
}

/** What naming something may come to that is not to be used: a schema without any KPI has no type for them. */
const HIDDEN: ReadonlySet<FailureKind> = new Set(["forbidden", "outdated"]);

/**
 * Sends one document to the server that the dashboard came from. Where it names what its reader
 * may not use, it is sent again without that.
 */
export async function send<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Result> {
  const asked = () => ask<Result>(asMaySend(document.toString(), variables ?? {}), signal);
  const before = currentRestriction();
  try {
    return await asked();
  } catch (error) {
    if (!(error instanceof ApiError) || !HIDDEN.has(error.kind)) throw error;
    // Whoever leaves the view meanwhile leaves the answer to others.
    if (currentRestriction() === before) await learn((question) => ask(question, new AbortController().signal));
    if (currentRestriction() === before) throw error;
    return asked();
  }
}

async function ask<Result>(asked: Asked, signal: AbortSignal): Promise<Result> {
  const { status, text } = await post(JSON.stringify(asked), signal);
  const answer = read<Result>(status, text);
  const error = answer.errors?.[0];
  if (error?.extensions?.code === "UNAUTHENTICATED") {
    // Who follows a link has nothing to sign in with.
    if (LINK_KEY) throw new ApiError("ended");
    // Whoever signs in there comes back here.
    location.assign("/sign-in");
  }
  if (error) throw new ApiError(kindOf(error.extensions?.code), error.message);
  if (!answer.data) throw new ApiError(kindOfStatus(status));
  return answer.data;
}

async function post(body: string, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/graphql-response+json, application/json",
    ...(LINK_KEY && { Authorization: `Bearer ${LINK_KEY}` }),
  };
  try {
    const response = await fetch("/graphql", { method: "POST", headers, body, signal });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError("offline");
  }
}

/** A proxy in front of the server may answer with a page of its own. */
function read<Result>(status: number, text: string): Answer<Result> {
  try {
    return JSON.parse(text) as Answer<Result>;
  } catch {
    throw new ApiError(kindOfStatus(status));
  }
}

function kindOfStatus(status: number): FailureKind {
  return status >= 502 ? "unavailable" : "server";
}
