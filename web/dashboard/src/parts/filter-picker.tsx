import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { type Found, useFound } from "../api/use-found";
import { wordFor } from "../i18n/values";
import { type FilterDimension, SEARCHED } from "../state/filter";
import { toggleFilter } from "../state/navigation";
import { isOwnDimension } from "../state/own";
import { fullName } from "../state/place";
import { useSetting } from "../state/setting";
import { choosable, isListed } from "../state/shop";
import { Icon } from "./icons";
import { Popover } from "./popover";

/** From this many values on there is a field to search them. */
const SEARCHED_FROM = 9;

/** The server takes no longer one. */
const LONGEST_SEARCH = 200;

/** Every value that the shop's orders can be filtered by. */
export function FilterPicker(): JSX.Element | null {
  const { words, shop, own, may, dimensionName } = useSetting();
  const dimensions: readonly FilterDimension[] = [...choosable(shop), ...SEARCHED.filter(may.dimension), ...own.dimensions.keys()];
  const [shown, setShown] = useState<FilterDimension>();
  const dimension = shown ?? dimensions[0];
  if (!dimension) return null;
  const face = (
    <>
      <Icon name="plus" />
      <span>{words.filter.add}</span>
    </>
  );
  return (
    <Popover class="picker" face={face}>
      {() => (
        <div class="filter-choices">
          <ul class="menu dimensions">
            {dimensions.map((it) => (
              <li>
                <button
                  type="button"
                  aria-pressed={it === dimension}
                  title={isOwnDimension(it) ? own.dimensions.get(it)?.text : undefined}
                  onClick={() => setShown(it)}
                >
                  {dimensionName(it)}
                </button>
              </li>
            ))}
          </ul>
          <FoundValues key={dimension} dimension={dimension} />
        </div>
      )}
    </Popover>
  );
}

/** Values that the server looks for. */
function FoundValues({ dimension }: { dimension: FilterDimension }): JSX.Element {
  const { words, address, shop, format, dimensionName } = useSetting();
  const [search, setSearch] = useState("");
  const found = useFound(dimension, search);
  const searched = !isListed(dimension) || (shop[dimension]?.length ?? 0) >= SEARCHED_FROM;
  const labels = found?.values.map(({ label }) => label) ?? [];
  const nameOf = ({ value, label, levels }: Found) => {
    if (levels) return fullName(levels, words.filter.missing, shop.country?.length === 1);
    // Products and customers of one name are told apart by their codes.
    if (label !== null && value !== label && labels.indexOf(label) !== labels.lastIndexOf(label)) return `${label} (${value})`;
    return wordFor(dimension, value, words) ?? label ?? words.filter.missing;
  };
  return (
    <fieldset class="values">
      <legend class="unseen">{dimensionName(dimension)}</legend>
      {searched && (
        <input
          type="search"
          maxLength={LONGEST_SEARCH}
          placeholder={words.filter.search}
          aria-label={words.filter.search}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <div class="value-list" aria-busy={found === undefined}>
        {found?.values.map((it) => (
          <label class="value" key={it.value}>
            <input
              type="checkbox"
              checked={address.filters[dimension]?.includes(it.value) ?? false}
              onChange={() => toggleFilter(dimension, it.value)}
            />
            <span dir="auto">{nameOf(it)}</span>
          </label>
        ))}
        {found?.values.length === 0 && <p class="small">{words.filter.none}</p>}
        {found?.isMore && <p class="small">{words.filter.more(format.value("count", found.values.length))}</p>}
      </div>
    </fieldset>
  );
}
