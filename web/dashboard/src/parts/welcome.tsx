import type { JSX } from "preact";

import type { ApiError } from "../api/failure";
import type { Messages } from "../i18n/messages";
import { Failure } from "./failure";

interface Props {
  readonly words: Messages;
  readonly error: ApiError | undefined;
}

/** The page before the shop is known: its outline, or why nothing comes. */
export function Welcome({ words, error }: Props): JSX.Element {
  if (error) {
    return (
      <main>
        <Failure words={words} error={error} />
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
