import type { Dimension } from "../api/generated/graphql";
import type { Bar } from "../charts/bars";
import type { TipLine } from "../charts/common";
import type { Slice } from "../charts/pie";
import type { Value } from "../format/format";
import { wordFor } from "../i18n/values";
import { fieldOf } from "../state/filter";
import type { Kpi } from "../state/kpi";
import { formatPlace, fullName, isPlace } from "../state/place";
import type { Setting } from "../state/setting";
import { type Column, type Pick, type Sheet, sheetOf } from "./sheet";

export type Figures = { readonly [kpi in Kpi]?: Value };

interface Key {
  readonly dimension: Dimension;
  readonly value: string | null;
  readonly label: string | null;
}

/** What has a name among the values of dimensions. */
export interface Keyed {
  /** Its value on each dimension that it is told apart by, its own last. */
  readonly key: readonly Key[];
}

export interface GroupRow extends Keyed {
  /** Absent where the reader may not use the sales that it is of. */
  readonly share?: number | null;
  readonly kpis: Figures;
}

/** A breakdown as queries ask for it. */
export interface Groups {
  readonly groupCount?: number;
  readonly rows: readonly GroupRow[];
  readonly others?: { readonly share?: number | null; readonly kpis: Figures } | null;
}

/** The rows, and the rest of the groups as one more row without a key. */
export function rowsWithRest({ rows, others }: Groups): readonly GroupRow[] {
  return others ? [...rows, { key: [], ...others }] : rows;
}

/** The names that several products or customers among the rows have: their codes tell them apart. */
export function namesakesIn(rows: readonly Keyed[]): ReadonlySet<string> {
  const values = new Map<string, Set<string | null>>();
  for (const { key } of rows) {
    const [own] = key;
    if (key.length === 1 && own?.label && own.label !== own.value) values.set(own.label, (values.get(own.label) ?? new Set()).add(own.value));
  }
  return new Set([...values].filter(([, codes]) => codes.size > 1).map(([label]) => label));
}

const NONE: ReadonlySet<string> = new Set();

/** What a row is called: a place with what is around it, for another may have its name, and a namesake with its code. */
export function nameOf({ key }: Keyed, { words, shop }: Setting, namesakes = NONE): string {
  if (key.length === 0) return words.panel.others;
  const [only] = key;
  if (only?.label && namesakes.has(only.label)) return `${only.label} (${only.value})`;
  const labels = key.map(({ dimension, value, label }) => wordFor(fieldOf(dimension), value, words) ?? label ?? value);
  return fullName(labels, words.filter.missing, shop.country?.length === 1);
}

/** What choosing the row filters by; the rest of the groups is nothing to choose. */
export function pickOf(row: Keyed | undefined): Pick | undefined {
  const key = row?.key.at(-1);
  if (!row || !key) return undefined;
  const dimension = fieldOf(key.dimension);
  const value = isPlace(dimension) ? formatPlace(row.key.map((it) => it.value)) : key.value;
  return { dimension, value };
}

export function groupColumn(setting: Setting, title: string, rows: readonly Keyed[]): Column<Keyed> {
  const namesakes = namesakesIn(rows);
  return {
    title,
    figure: false,
    cell: (row) => {
      const name = nameOf(row, setting, namesakes);
      return { raw: name, shown: name, pick: pickOf(row) };
    },
  };
}

export function kpiColumn({ kpiName, format }: Setting, kpi: Kpi): Column<{ readonly kpis: Figures }> {
  return {
    title: kpiName(kpi),
    figure: true,
    cell: ({ kpis }) => ({ raw: kpis[kpi], shown: format.kpi(kpi, kpis[kpi]) }),
  };
}

export function shareColumn({ words, format }: Setting): Column<{ readonly share?: number | null }> {
  return {
    title: words.columns.share,
    figure: true,
    cell: ({ share }) => ({ raw: share, shown: format.share(share) }),
  };
}

/** The figures of groups side by side. */
export function groupSheet(setting: Setting, title: string, groups: Groups, kpis: readonly Kpi[]): Sheet {
  const { may } = setting;
  const columns = [
    groupColumn(setting, title, groups.rows),
    ...kpis.filter(may.kpi).map((kpi) => kpiColumn(setting, kpi)),
    ...(may.kpi("totalSales") ? [shareColumn(setting)] : []),
  ];
  return sheetOf(rowsWithRest(groups), columns);
}

/** The rows as bars of one KPI. */
export function barsOf(setting: Setting, rows: readonly GroupRow[], kpi: Kpi, more: readonly Kpi[]): Bar[] {
  const namesakes = namesakesIn(rows);
  return rows.map((row) => ({
    name: nameOf(row, setting, namesakes),
    value: row.kpis[kpi],
    state: stateOf(row, setting),
    tip: tipOf(setting, row, [kpi, ...more.filter((it) => it !== kpi)]),
  }));
}

/** The rows as parts of the scope's sales. */
export function slicesOf(setting: Setting, rows: readonly GroupRow[], kpis: readonly Kpi[]): Slice[] {
  return rows.map((row) => ({
    name: nameOf(row, setting),
    value: row.kpis.totalSales ?? 0,
    share: setting.format.share(row.share),
    state: stateOf(row, setting),
    tip: tipOf(setting, row, kpis),
  }));
}

export function tipOf({ words, kpiName, format }: Setting, row: GroupRow, kpis: readonly Kpi[]): TipLine[] {
  const lines = kpis
    .filter((kpi) => row.kpis[kpi] !== undefined)
    .map((kpi) => ({ name: kpiName(kpi), value: format.kpi(kpi, row.kpis[kpi]) }));
  return row.share === null || row.share === undefined ? lines : [...lines, { name: words.columns.share, value: format.share(row.share) }];
}

function stateOf(row: GroupRow, { address }: Setting): Bar["state"] {
  const pick = pickOf(row);
  if (!pick) return "rest";
  const chosen = address.filters[pick.dimension];
  return !chosen || chosen.includes(pick.value) ? "plain" : "faded";
}
