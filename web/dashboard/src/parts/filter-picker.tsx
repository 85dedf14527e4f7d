import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { toggleFilter } from "../state/navigation";
import { useSetting } from "../state/setting";
import { type Choice, choosable, type Listed } from "../state/shop";
import { Icon } from "./icons";
import { Popover } from "./popover";

/** From this many values on there is a field to search them. */
const SEARCHED_FROM = 9;

/** Every value that the shop's orders can be filtered by. */
export function FilterPicker(): JSX.Element | null {
  const { words, shop } = useSetting();
  const dimensions = choosable(shop);
  const [shown, setShown] = useState<Listed>();
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
                <button type="button" aria-pressed={it === dimension} onClick={() => setShown(it)}>
                  {words.dimensions[it]}
                </button>
              </li>
            ))}
          </ul>
          <Values key={dimension} dimension={dimension} choices={shop[dimension]} />
        </div>
      )}
    </Popover>
  );
}

function Values({ dimension, choices }: { dimension: Listed; choices: readonly Choice[] }): JSX.Element {
  const { words, address } = useSetting();
  const [search, setSearch] = useState("");
  const name = (choice: Choice) => choice.label ?? words.filter.missing;
  const wanted = search.trim().toLowerCase();
  const found = choices.filter((choice) => name(choice).toLowerCase().includes(wanted));
  return (
    <fieldset class="values">
      <legend class="unseen">{words.dimensions[dimension]}</legend>
      {choices.length >= SEARCHED_FROM && (
        <input
          type="search"
          placeholder={words.filter.search}
          aria-label={words.filter.search}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <div class="value-list">
        {found.map((choice) => (
          <label class="value">
            <input
              type="checkbox"
              checked={address.filters[dimension]?.includes(choice.value) ?? false}
              onChange={() => toggleFilter(dimension, choice.value)}
            />
            <span>{name(choice)}</span>
          </label>
        ))}
        {found.length === 0 && <p class="small">{words.filter.none}</p>}
      </div>
    </fieldset>
  );
}
