import type { JSX } from "preact";

import { Icon } from "./icons";

interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

/** A choice of one out of many. */
export function Select<T extends string>({ label, value, options, onChange }: Props<T>): JSX.Element {
  return (
    <label class="select">
      <span>{label}</span>
      <span class="select-box">
        <select
          value={value}
          onChange={(event) => {
            const chosen = options.find(([option]) => option === event.currentTarget.value);
            if (chosen) onChange(chosen[0]);
          }}
        >
          {options.map(([option, name]) => (
            <option value={option}>{name}</option>
          ))}
        </select>
        <Icon name="down" />
      </span>
    </label>
  );
}

/** A choice of one out of few, all in sight. */
export function Segments<T extends string>({ label, value, options, onChange }: Props<T>): JSX.Element {
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map(([option, name]) => (
        <button type="button" aria-pressed={option === value} onClick={() => onChange(option)}>
          {name}
        </button>
      ))}
    </div>
  );
}
