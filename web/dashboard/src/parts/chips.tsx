import type { JSX } from "preact";

import { useNames } from "../api/use-names";
import { dimensionsIn } from "../state/filter";
import { change, toggleFilter } from "../state/navigation";
import { useSetting } from "../state/setting";
import { Icon } from "./icons";

/** The filters that hold, each with a way out. */
export function Chips(): JSX.Element | null {
  const { words, address, dimensionName } = useSetting();
  const nameOf = useNames(address.filters);
  const chips = dimensionsIn(address.filters).flatMap((dimension) =>
    (address.filters[dimension] ?? []).map((value) => ({
      dimension,
      value,
      name: value === null ? words.filter.missing : nameOf(dimension, value),
    })),
  );
  if (chips.length === 0) return null;
  return (
    <ul class="chips">
      {chips.map(({ dimension, value, name }) => (
        <li>
          <button
            type="button"
            class="chip"
            aria-label={words.filter.remove(`${dimensionName(dimension)}: ${name}`)}
            onClick={() => toggleFilter(dimension, value)}
          >
            <span class="chip-dimension">{dimensionName(dimension)}</span>
            <span dir="auto" class="chip-name" title={name}>
              {name}
            </span>
            <Icon name="close" />
          </button>
        </li>
      ))}
      <li>
        <button type="button" class="link" onClick={() => change({ filters: {} })}>
          {words.filter.clear}
        </button>
      </li>
    </ul>
  );
}
