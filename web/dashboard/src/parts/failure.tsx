import type { JSX } from "preact";

import type { ApiError } from "../api/failure";
import { useRefresh } from "../api/use-query";
import type { Messages } from "../i18n/messages";
import { startOver } from "../state/navigation";
import { useSetting } from "../state/setting";

interface Props {
  readonly words: Messages;
  readonly error: ApiError;
}

/** Why there are no figures, and what to do about it. */
export function Failure({ words, error }: Props): JSX.Element {
  const refresh = useRefresh();
  const { states } = words;
  const outdated = error.kind === "outdated";
  return (
    <div class="notice" role="alert">
      <h2>{states.failed}</h2>
      <p>{states.failures[error.kind]}</p>
      {error.said && (
        <p class="small" lang="en">
          {error.said}
        </p>
      )}
      <div class="notice-actions">
        {error.kind !== "ended" && <button type="button" class="button" onClick={outdated ? () => location.reload() : refresh}>
          {outdated ? states.reload : states.retry}
        </button>}
        {error.kind === "input" && (
          <button type="button" class="button secondary" onClick={startOver}>
            {states.reset}
          </button>
        )}
      </div>
    </div>
  );
}

/** That the figures in sight are not the newest: why, and since when. */
export function Stale({ error, answeredAt }: { error: ApiError; answeredAt: number }): JSX.Element {
  const { words, format } = useSetting();
  const since = format.clock(new Date(answeredAt));
  return (
    <div class="stale-notice" role="alert">
      <p>
        {words.states.failures[error.kind]} {error.kind === "ended" ? words.states.of(since) : words.states.since(since)}
      </p>
    </div>
  );
}
