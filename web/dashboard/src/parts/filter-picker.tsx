import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { useFound } from "../api/use-found";
import { type FilterDimension, type Searched, SEARCHED } from "../state/filter";
import { toggleFilter } from "../state/navigation";
import { useSetting } from "../state/setting";
import { type Choice, choosable, type Listed } from "../state/shop";
import { Icon } from "./icons";
import { Popover } from "./popover";

/** From this many values on there is a field to search them. */
const SEARCHED_FROM = 9;

/** Every value that the shop's orders can be filtered by. */
export function FilterPicker(): JSX.Element {
  const { words, shop } = useSetting();
  const dimensions: readonly (Listed | Searched)[] = [...choosable(shop), ...SEARCHED];
  const [shown, setShown] = useState<Listed | Searched>();
  const dimension = shown ?? dimensions[0] ?? "product";
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
                <button type="button" aria-pressed={it === dimension} onClick={() => setShown(it)}>
                  {words.dimensions[it]}
                </button>
              </li>
            ))}
          </ul>
          {dimension === "product" || dimension === "customer" ? (
            <FoundValues key={dimension} dimension={dimension} />
          ) : (
            <ListedValues key={dimension} dimension={dimension} choices={shop[dimension]} />
          )}
        </div>
      )}
    </Popover>
  );
}

/** The shop's own values, which are all there already. */
function ListedValues({ dimension, choices }: { dimension: Listed; choices: readonly Choice[] }): JSX.Element {
  const { words } = useSetting();
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const found = choices.filter(({ label }) => (label ?? words.filter.missing).toLowerCase().includes(wanted));
  const searched = choices.length >= SEARCHED_FROM;
  return <Values dimension={dimension} found={found} search={search} {...(searched && { onSearch: setSearch })} />;
}

/** Values that the server looks for. */
function FoundValues({ dimension }: { dimension: Searched }): JSX.Element {
  const [search, setSearch] = useState("");
  return <Values dimension={dimension} found={useFound(dimension, search)} search={search} onSearch={setSearch} />;
}

interface ValuesProps {
  readonly dimension: FilterDimension;
  /** Absent while they are looked for. */
  readonly found: readonly Choice[] | undefined;
  readonly search: string;
  readonly onSearch?: (text: string) => void;
}

function Values({ dimension, found, search, onSearch }: ValuesProps): JSX.Element {
  const { words, address } = useSetting();
  return (
    <fieldset class="values">
      <legend class="unseen">{words.dimensions[dimension]}</legend>
      {onSearch && (
        <input
          type="search"
          placeholder={words.filter.search}
          aria-label={words.filter.search}
          value={search}
          onInput={(event) => onSearch(event.currentTarget.value)}
        />
      )}
      <div class="value-list" aria-busy={found === undefined}>
        {found?.map(({ value, label }) => (
          <label class="value">
            <input
              type="checkbox"
              checked={address.filters[dimension]?.includes(value) ?? false}
              onChange={() => toggleFilter(dimension, value)}
            />
            <span dir="auto">{label ?? words.filter.missing}</span>
          </label>
        ))}
        {found?.length === 0 && <p class="small">{words.filter.none}</p>}
      </div>
    </fieldset>
  );
}
