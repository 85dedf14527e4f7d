import type { OverviewQuery } from "../api/generated/graphql";
import type { Fall } from "../charts/waterfall";
import type { TipLine } from "../charts/common";
import type { Value } from "../format/format";
import type { Kpi } from "../state/kpi";
import type { Setting } from "../state/setting";
import type { Why } from "../state/why";
import { type Keyed, nameOf, namesakesIn, pickOf } from "./groups";
import { type Column, type Pick, type Sheet, sheetOf } from "./sheet";

type Drivers = NonNullable<OverviewQuery["kpis"]["drivers"]>;

/** The factors of total sales, in the order in which they are multiplied. */
const FACTORS = ["customers", "ordersPerCustomer", "unitsPerOrder", "price", "withoutCustomer"] as const;

/** A part of a difference; the last one is all of it. */
export interface DriverPart {
  readonly name: string;
  readonly now: Value;
  readonly then: Value;
  readonly part: number;
  readonly fate: string;
  readonly isSum: boolean;
  readonly pick?: Pick | undefined;
}

/** The parts of a difference, and all of them together; none where there is nothing to take apart. */
export function driverParts(setting: Setting, drivers: Drivers, way: Why): readonly DriverPart[] {
  const { words } = setting;
  const { now, then, difference } = drivers;
  const parts = way === "salesTree" ? factors(setting, drivers) : groups(setting, drivers);
  if (typeof difference !== "number" || parts.length === 0) return [];
  return [...parts, { name: words.columns.difference, now, then, part: difference, fate: "", isSum: true }];
}

function groups(setting: Setting, { rows, others }: Drivers): DriverPart[] {
  const { words } = setting;
  const namesakes = namesakesIn(rows);
  const named = rows.map((row: Keyed & (typeof rows)[number]) => ({
    name: nameOf(row, setting, namesakes),
    now: row.now,
    then: row.then,
    part: row.part,
    fate: words.fates[row.fate],
    isSum: false,
    pick: pickOf(row),
  }));
  if (others === null || others === undefined) return named;
  return [...named, { name: words.panel.others, now: null, then: null, part: others, fate: "", isSum: false }];
}

/** Orders without a customer are told of where there were any. */
function factors({ words }: Setting, { salesTree }: Drivers): DriverPart[] {
  if (!salesTree) return [];
  return FACTORS.filter((factor) => factor !== "withoutCustomer" || salesTree[factor] !== 0).map((factor) => ({
    name: words.salesTree[factor],
    now: null,
    then: null,
    part: salesTree[factor],
    fate: "",
    isSum: false,
  }));
}

/** The parts as steps from nothing to the difference. */
export function fallsOf(setting: Setting, parts: readonly DriverPart[], kpi: Kpi): readonly Fall[] {
  let level = 0;
  return parts.map((part) => {
    const from = part.isSum ? 0 : level;
    level = from + part.part;
    return {
      name: part.name,
      from,
      to: level,
      isSum: part.isSum,
      shown: setting.format.signed(kpi, part.part),
      tip: tipOf(setting, part, kpi),
    };
  });
}

function tipOf({ words, format }: Setting, { now, then, part }: DriverPart, kpi: Kpi): TipLine[] {
  const both = typeof now === "number" || typeof then === "number";
  return [
    ...(both ? [{ name: words.columns.then, value: format.kpi(kpi, then) }, { name: words.columns.now, value: format.kpi(kpi, now) }] : []),
    { name: words.columns.difference, value: format.kpi(kpi, part) },
  ];
}

export function driverSheet(setting: Setting, title: string, parts: readonly DriverPart[], kpi: Kpi): Sheet {
  const { words, format } = setting;
  const whole = parts.find(({ isSum }) => isSum)?.part;
  const figure = (name: string, value: (part: DriverPart) => Value): Column<DriverPart> => ({
    title: name,
    figure: true,
    cell: (part) => ({ raw: value(part), shown: format.kpi(kpi, value(part)) }),
  });
  const share = ({ part }: DriverPart) => (whole ? part / whole : null);
  return sheetOf(parts, [
    { title, figure: false, cell: ({ name, pick }) => ({ raw: name, shown: name, pick }) },
    figure(words.columns.then, ({ then }) => then),
    figure(words.columns.now, ({ now }) => now),
    figure(words.columns.difference, ({ part }) => part),
    { title: words.columns.differenceShare, figure: true, cell: (part) => ({ raw: share(part), shown: format.share(share(part)) }) },
    { title: words.columns.fate, figure: false, cell: ({ fate }) => ({ raw: fate, shown: fate }) },
  ]);
}
