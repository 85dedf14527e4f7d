import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { Messages } from "../i18n/messages";
import { formatPeriod } from "../state/address";
import { change } from "../state/navigation";
import { addDays, isDay, numberOf, type PeriodChoice, PRESETS } from "../state/period";
import { useSetting } from "../state/setting";
import { Icon } from "./icons";
import { choiceName, periodName, presetName } from "./scope-name";
import { Popover } from "./popover";

/** The period: a preset, one of the shop's years, or any days. */
export function PeriodPicker(): JSX.Element {
  const setting = useSetting();
  const name = choiceName(setting);
  const days = periodName(setting);
  const face = (
    <>
      <Icon name="calendar" />
      <span>{name}</span>
      {setting.address.period.kind !== "range" && days !== name && <span class="period-days">{days}</span>}
      <Icon name="down" />
    </>
  );
  return (
    <Popover class="picker" face={face}>
      {(close) => <Choices close={close} />}
    </Popover>
  );
}

function Choices({ close }: { close: () => void }): JSX.Element {
  const setting = useSetting();
  const { words, shop, address, calendar } = setting;
  const { ownYears } = calendar;
  const choose = (period: PeriodChoice) => {
    close();
    change({ period });
  };
  const option = (period: PeriodChoice, name: string) => (
    <li>
      <button
        type="button"
        aria-pressed={formatPeriod(period) === formatPeriod(address.period)}
        onClick={() => choose(period)}
      >
        {name}
      </button>
    </li>
  );
  return (
    <div class="period-choices">
      <ul class="menu">{PRESETS.map((preset) => option({ kind: "preset", preset }, presetName(setting, preset)))}</ul>
      {ownYears && (
        <>
          <h3>{words.period.ownYears}</h3>
          <ul class="menu years">
            {[...ownYears].reverse().map((year) => option({ kind: "ownYear", year: numberOf(year) }, year.label))}
          </ul>
        </>
      )}
      <h3>{ownYears ? words.period.calendarYears : words.period.years}</h3>
      <ul class="menu years">{[...shop.years].reverse().map((year) => option({ kind: "year", year }, String(year)))}</ul>
      <RangeForm choose={choose} />
    </div>
  );
}

function RangeForm({ choose }: { choose: (period: PeriodChoice) => void }): JSX.Element {
  const { words, days, calendar } = useSetting();
  const [from, setFrom] = useState(days.from ?? calendar.firstDay ?? calendar.today);
  const [to, setTo] = useState(days.to ? addDays(days.to, -1) : calendar.today);
  const problem = rangeProblem(words, from, to);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem) choose({ kind: "range", from, to });
      }}
    >
      <h3>{words.period.range}</h3>
      <div class="range">
        <label>
          <span>{words.period.from}</span>
          <input type="date" value={from} max={to} onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label>
          <span>{words.period.to}</span>
          <input type="date" value={to} min={from} onInput={(event) => setTo(event.currentTarget.value)} />
        </label>
      </div>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" class="button" disabled={problem !== undefined}>
        {words.period.apply}
      </button>
    </form>
  );
}

/** What is wrong with two days that were typed; a field holds nothing while its day cannot be. */
function rangeProblem({ period }: Messages, from: string, to: string): string | undefined {
  if (!isDay(from) || !isDay(to)) return period.noSuchDay;
  return from <= to ? undefined : period.reversed;
}
