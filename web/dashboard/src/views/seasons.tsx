import type { JSX } from "preact";

import type { TimeQuery } from "../api/generated/graphql";
import { type Columns, columnsOption } from "../charts/bars";
import { Chart } from "../charts/chart";
import type { TipLine } from "../charts/common";
import { heatOption } from "../charts/heat";
import { usePalette } from "../charts/palette";
import { askSeasons } from "../exports/question";
import { kpiColumn } from "../figures/groups";
import { type Column, sheetOf } from "../figures/sheet";
import { paleLegend, rampLegend } from "../parts/legend";
import { Panel } from "../parts/panel";
import { addDays, anchor } from "../state/period";
import { type Setting, useSetting } from "../state/setting";

type Months = NonNullable<TimeQuery["kpis"]["months"]>;
type Weekdays = NonNullable<TimeQuery["kpis"]["weekdays"]>;
type HourSlots = NonNullable<TimeQuery["kpis"]["hours"]>;
type Slot = Pick<Months[number], "occurrences" | "seasonalIndex" | "kpis">;

/** What the index is of. */
const INDEXED = ["totalSales"] as const;

/** As high as the table of peaks beside it. */
const HOURS_HEIGHT = 400;

interface Named extends Slot {
  readonly name: string;
  readonly tick: string;
  readonly month?: number | null;
}

interface Props {
  readonly id: "months" | "weekdays";
  readonly slots: Months | Weekdays | undefined;
}

/** The seasonal index of each month or weekday, against the average of 1. */
export function Seasons({ id, slots }: Props): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const { words, format } = setting;
  const title = id === "months" ? words.charts.byMonth : words.charts.byWeekday;
  const column = id === "months" ? words.columns.month : words.columns.weekday;
  const all = slots?.map((slot) => nameSlot(setting, slot)) ?? [];
  // A few months or days are no cycle: the one that the period cuts would stand against whole ones.
  const named = all.every(({ occurrences }) => occurrences > 0) ? all : [];
  const cut = id === "months" && named.length > 0 ? cutMonths(setting) : [];
  const notes = cut.length > 0 ? [words.charts.cutMonths(cut.map((month) => format.month(month)).join(", "))] : [];
  const columns: Columns = {
    ticks: named.map(({ tick }) => tick),
    names: named.map(({ name }) => name),
    stacks: [{ name: words.columns.index, values: named.map(({ seasonalIndex }) => seasonalIndex) }],
    shown: (value) => format.value("index", value),
    short: (value) => format.short("index", value),
    level: 1,
    cut: named.map(({ month }) => cut.includes(month ?? 0)),
    cutName: words.charts.unfinished,
    // A year has its months in an order that readers know; the days of a week are too few to leave one out.
    allTicks: id === "weekdays",
    tip: (index) => slotTip(setting, named[index]),
  };
  return (
    <Panel
      id={id}
      needs={INDEXED}
      title={title}
      width={6}
      explained={["SeasonSlot.seasonalIndex"]}
      legend={[{ name: words.charts.average, colour: palette.ink, mark: "dashes" }, ...paleLegend(columns, palette)]}
      empty={words.charts.tooShort}
      footnote={notes.length > 0 && notes.join()}
      question={askSeasons(setting, id === "months" ? "MONTH_OF_YEAR" : "ISO_WEEKDAY")}
      sheet={slots && sheetOf(named, [nameColumn(column), ...slotColumns(setting)], notes)}
    >
      <Chart title={title} height={240} option={columnsOption(columns, palette)} />
    </Panel>
  );
}

/** The months of the year that the period begins or ends in the middle of: such a part counts as an occurrence as well. */
function cutMonths({ days, calendar }: Setting): readonly number[] {
  const begins = days.from ?? calendar.firstDay ?? calendar.today;
  const ends = days.to ?? addDays(anchor(calendar), 1);
  const last = addDays(ends, -1);
  const cut = [...(begins.endsWith("-01") ? [] : [begins]), ...(ends.endsWith("-01") ? [] : [last])];
  return [...new Set(cut.map((day) => Number(day.slice(5, 7))))];
}

/** The seasonal index of every hour of the week. */
export function Hours({ slots }: { slots: HourSlots | undefined }): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const { words, format } = setting;
  const title = words.charts.byHour;
  const named = (slots ?? []).map((slot) => ({
    ...slot,
    name: `${format.weekday(slot.weekday ?? 1)} ${format.hour(slot.hour ?? 0)}`,
  }));
  // A shop that keeps days only has all its orders at midnight.
  const isTimed = named.some(({ hour, kpis }) => hour !== 0 && (kpis.orderCount ?? 0) > 0);
  const high = Math.max(0, ...named.map(({ seasonalIndex }) => seasonalIndex ?? 0));
  const option = heatOption(
    {
      columns: Array.from({ length: 24 }, (_, hour) => format.hour(hour)),
      rows: Array.from({ length: 7 }, (_, day) => format.weekday(day + 1, "short")),
      // An hour that the period does not have is no hour without sales.
      cells: named
        .filter(({ occurrences }) => occurrences > 0)
        .map(({ weekday, hour, seasonalIndex }) => ({
          column: hour ?? 0,
          row: (weekday ?? 1) - 1,
          value: seasonalIndex ?? 0,
        })),
      high,
      tip: ({ row, column }) => {
        const slot = named.find((it) => it.weekday === row + 1 && it.hour === column);
        return { title: slot?.name ?? "", lines: slotTip(setting, slot) };
      },
    },
    palette,
  );
  return (
    <Panel
      id="hours"
      needs={INDEXED}
      height={HOURS_HEIGHT}
      title={title}
      width={7}
      legend={slots && rampLegend([words.charts.quiet, words.charts.timesAverage(format.value("index", high))], palette)}
      explained={["SeasonSlot.seasonalIndex"]}
      empty={words.charts.untimed}
      question={askSeasons(setting, "WEEKDAY_HOUR")}
      sheet={slots && sheetOf(isTimed ? named : [], [nameColumn(words.columns.hour), ...slotColumns(setting)])}
    >
      <Chart title={title} height={HOURS_HEIGHT} option={option} minWidth={560} />
    </Panel>
  );
}

function nameSlot({ format }: Setting, slot: Months[number] | Weekdays[number]): Named {
  return "month" in slot
    ? { ...slot, name: format.month(slot.month ?? 1), tick: format.month(slot.month ?? 1, "short") }
    : { ...slot, name: format.weekday(slot.weekday ?? 1), tick: format.weekday(slot.weekday ?? 1, "short") };
}

function nameColumn(title: string): Column<{ readonly name: string }> {
  return { title, figure: false, cell: ({ name }) => ({ raw: name, shown: name }) };
}

function slotColumns(setting: Setting): Column<Slot>[] {
  const { words, format } = setting;
  return [
    {
      title: words.columns.index,
      figure: true,
      cell: ({ seasonalIndex }) => ({ raw: seasonalIndex, shown: format.value("index", seasonalIndex) }),
    },
    ...(["totalSales", "orderCount"] as const).filter(setting.may.kpi).map((kpi) => kpiColumn(setting, kpi)),
    {
      title: words.columns.occurrences,
      figure: true,
      cell: ({ occurrences }) => ({ raw: occurrences, shown: format.value("count", occurrences) }),
    },
  ];
}

function slotTip({ words, format }: Setting, slot: Slot | undefined): TipLine[] {
  if (!slot) return [];
  return [
    { name: words.columns.index, value: format.value("index", slot.seasonalIndex) },
    { name: words.kpis.totalSales, value: format.kpi("totalSales", slot.kpis.totalSales) },
    { name: words.kpis.orderCount, value: format.kpi("orderCount", slot.kpis.orderCount) },
  ];
}
