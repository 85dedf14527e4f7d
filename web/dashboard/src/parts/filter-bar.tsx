import type { JSX } from "preact";

import { change } from "../state/navigation";
import { useSetting } from "../state/setting";
import { Chips } from "./chips";
import { FilterPicker } from "./filter-picker";
import { PeriodPicker } from "./period-picker";
import { Segments } from "./select";

/** What everything on the page is looked at by. */
export function FilterBar(): JSX.Element {
  const { words, address } = useSetting();
  return (
    <div class="filter-bar" role="search" aria-label={words.filter.label}>
      <div class="filter-row">
        <PeriodPicker />
        <FilterPicker />
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
      </div>
      <Chips />
    </div>
  );
}
