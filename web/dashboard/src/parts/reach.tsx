import type { JSX } from "preact";

import { outOfReach } from "../state/may";
import { useAddress } from "../state/navigation";
import { useSetting } from "../state/setting";

/** A view of which its reader may use nothing. */
export function NotTheirs(): JSX.Element {
  const { words, address } = useSetting();
  return (
    <main id="figures" tabIndex={-1}>
      <div class="view-head">
        <h1>{words.views[address.view]}</h1>
      </div>
      <div class="notice">
        <p>{words.states.notTheirs}</p>
      </div>
    </main>
  );
}

/** That there is more to a view than its reader may use. */
export function LeftOut(): JSX.Element | null {
  const { words, may } = useSetting();
  return may.everything ? null : <p class="small left-out">{words.states.leftOut}</p>;
}

/** The filters that an address has and its reader may not use. */
export function NotFiltered(): JSX.Element | null {
  const { words, may, dimensionName } = useSetting();
  const dropped = outOfReach(may, useAddress());
  if (dropped.length === 0) return null;
  return (
    <p class="small" role="status">
      {words.filter.dropped(dropped.map(dimensionName).join(", "))}
    </p>
  );
}
