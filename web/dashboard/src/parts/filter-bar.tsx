import type { JSX } from "preact";

import type { View } from "../state/address";
import { change } from "../state/navigation";
import { useSetting } from "../state/setting";
import { Chips } from "./chips";
import { FilterPicker } from "./filter-picker";
import { PeriodPicker } from "./period-picker";
import { NotFiltered } from "./reach";
import { Segments } from "./select";

/** The views with a chart that is drawn beside what came before; cards show both anyway. */
const COMPARING: ReadonlySet<View> = new Set(["overview", "time"]);

/** What everything on the page is looked at by. */
export function FilterBar(): JSX.Element {
  const { words, address } = useSetting();
  return (
    <div class="filter-bar" role="search" aria-label={words.filter.label}>
      <div class="filter-row">
        <PeriodPicker />
        <FilterPicker />
        {COMPARING.has(address.view) && (
          <div class="comparison">
            <span aria-hidden="true">{words.period.before}</span>
            <Segments
              label={words.period.before}
              value={address.before}
              options={[
                ["year", words.period.beforeYear],
                ["period", words.period.beforePeriod],
              ]}
              onChange={(before) => change({ before })}
            />
          </div>
        )}
      </div>
      <Chips />
      <NotFiltered />
    </div>
  );
}
