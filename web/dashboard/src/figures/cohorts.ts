import type { CustomersQuery, Grain } from "../api/generated/graphql";
import type { Unit } from "../state/kpi";
import type { CohortFigure } from "../state/address";
import { bucketEnd } from "../state/period";
import type { Setting } from "../state/setting";
import { type Column, type Sheet, sheetOf } from "./sheet";

export type Cohort = NonNullable<CustomersQuery["kpis"]["cohorts"]>[number];
type Period = Cohort["periods"][number];

/** What a cohort did in one stretch of time. */
export interface CohortCell {
  readonly offset: number;
  readonly value: number;
  readonly period: Period;
  /** Whether the stretch still runs, or the period begins or ends in the middle of it. */
  readonly cut: boolean;
}

export interface CohortRow {
  readonly cohort: Cohort;
  readonly cells: readonly CohortCell[];
}

export function unitOfCohorts(figure: CohortFigure): Unit {
  return figure === "share" ? "ratio" : "money";
}

/** The cohorts whose first orders are of the period, and how many are of the time before it. */
export interface Cohorts {
  readonly rows: readonly CohortRow[];
  readonly earlier: number;
}

/** Those that began in the period, with what each did in the stretches that say something. */
export function cohortRows(setting: Setting, cohorts: readonly Cohort[], grain: Grain, figure: CohortFigure): Cohorts {
  const { days } = setting;
  // All of a cohort ordered in its own stretch: what they spent there is news, that they came is not.
  const first = figure === "share" ? 1 : 0;
  const known = cohorts.filter(({ size, periods }) => size > 0 && periods.some(({ offset }) => offset >= first));
  // One that the period begins in the middle of has its first orders in it, too.
  const isOfPeriod = (cohort: Cohort) => endOf(cohort.periods, 0, grain) > (days.from ?? "");
  const rows = known.filter(isOfPeriod).map((cohort) => ({ cohort, cells: cellsOf(setting, cohort, grain, figure, first) }));
  return { rows: rows.filter(({ cells }) => cells.length > 0), earlier: known.length - rows.length };
}

function cellsOf(setting: Setting, cohort: Cohort, grain: Grain, figure: CohortFigure, first: number): CohortCell[] {
  return cohort.periods.flatMap((period, index) => {
    const value = valueOf(cohort, period, figure);
    if (period.offset < first || value === undefined) return [];
    return [{ offset: period.offset, value, period, cut: isCut(setting, cohort.periods, index, grain, figure) }];
  });
}

/** Whether a stretch still runs, or the period begins or ends in the middle of it. */
function isCut({ days, calendar }: Setting, periods: readonly Period[], index: number, grain: Grain, figure: CohortFigure): boolean {
  const end = endOf(periods, index, grain);
  if (end > calendar.today || (days.to !== undefined && end > days.to)) return true;
  // What customers are worth so far lacks what they bought before the period in every stretch.
  const begin = periods[figure === "value" ? 0 : index]?.date ?? "";
  return days.from !== undefined && begin < days.from;
}

/** The first day after a stretch. */
function endOf(periods: readonly Period[], index: number, grain: Grain): string {
  return periods[index + 1]?.date ?? bucketEnd(periods[index]?.date ?? "", grain);
}

/** Lifetime value goes by all who ever were of the cohort. */
function valueOf({ size }: Cohort, { share, kpis, toDate }: Period, figure: CohortFigure): number | undefined {
  switch (figure) {
    case "share":
      return share;
    case "sales":
      return kpis?.totalSales;
    case "value":
      return toDate?.totalSales === undefined ? undefined : toDate.totalSales / size;
  }
}

export function offsetsOf(rows: readonly CohortRow[]): number[] {
  const offsets = rows.flatMap(({ cells }) => cells.map(({ offset }) => offset));
  return [...new Set(offsets)].sort((one, other) => one - other);
}

/** What the figures are not: of all cohorts, of the filters' customers only, or of whole stretches only. */
export function cohortNotes({ words, address, format }: Setting, { rows, earlier }: Cohorts): string[] {
  const isCut = rows.some(({ cells }) => cells.some(({ cut }) => cut));
  return [
    ...(earlier > 0 ? [words.charts.cohortsEarlier(earlier, format.value("count", earlier))] : []),
    ...(Object.keys(address.filters).length > 0 ? [words.charts.cohortSizes] : []),
    ...(isCut ? [words.charts.cohortCut] : []),
  ];
}

export function cohortSheet(setting: Setting, cohorts: Cohorts, grain: Grain, figure: CohortFigure): Sheet {
  const { words, format } = setting;
  const unit = unitOfCohorts(figure);
  const columns: Column<CohortRow>[] = [
    {
      title: words.columns.cohort,
      figure: false,
      cell: ({ cohort }) => ({ raw: cohort.label, shown: format.bucket(cohort, grain) }),
    },
    {
      title: words.columns.cohortSize,
      figure: true,
      cell: ({ cohort: { size } }) => ({ raw: size, shown: format.value("count", size) }),
    },
    ...offsetsOf(cohorts.rows).map((offset) => ({
      title: words.columns.offset(offset),
      figure: true,
      cell: ({ cells }: CohortRow) => {
        const cell = cells.find((it) => it.offset === offset);
        return { raw: cell?.value, shown: cell ? `${format.value(unit, cell.value)}${cell.cut ? "*" : ""}` : "" };
      },
    })),
  ];
  return sheetOf(cohorts.rows, columns, cohortNotes(setting, cohorts));
}
