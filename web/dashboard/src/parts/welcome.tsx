import type { JSX } from "preact";

import type { ApiError } from "../api/client";
import type { Messages } from "../i18n/messages";

interface Props {
  readonly words: Messages;
  readonly error: ApiError | undefined;
  readonly retry: () => void;
}

/** The page before the shop is known: its outline, or why nothing comes. */
export function Welcome({ words, error, retry }: Props): JSX.Element {
  if (error) {
    return (
      <main class="notice alone" role="alert">
        <h1>{words.states.failed}</h1>
        <p>{words.states.failures[error.kind]}</p>
        <p class="small" lang="en">
          {error.message}
        </p>
        <button type="button" class="button" onClick={retry}>
          {words.states.retry}
        </button>
      </main>
    );
  }
  return (
    <main class="outline" aria-busy="true" aria-label={words.panel.loading}>
      <div class="skeleton outline-header" />
      <div class="skeleton outline-bar" />
      <div class="skeleton outline-body" />
    </main>
  );
}
