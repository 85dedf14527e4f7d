import type { CustomersQuery, Grain } from "../api/generated/graphql";
import type { Unit } from "../state/kpi";
import type { CohortFigure } from "../state/address";
import { bucketEnd } from "../state/period";
import type { Setting } from "../state/setting";
import { type Column, type Sheet, sheetOf } from "./sheet";

export type Cohort = CustomersQuery["kpis"]["cohorts"][number];
type Period = Cohort["periods"][number];

/** What a cohort did in one stretch of time. */
export interface CohortCell {
  readonly offset: number;
  readonly value: number;
  readonly period: Period;
  /** Whether the stretch still runs, or the period ends in the middle of it. */
  readonly cut: boolean;
}

export interface CohortRow {
  readonly cohort: Cohort;
  readonly cells: readonly CohortCell[];
}

export function unitOfCohorts(figure: CohortFigure): Unit {
  return figure === "share" ? "ratio" : "money";
}

/** Those that began in the period, with what each did in the stretches that say something. */
export function cohortRows(setting: Setting, cohorts: readonly Cohort[], grain: Grain, figure: CohortFigure): CohortRow[] {
  const { days, calendar } = setting;
  // All of a cohort ordered in its own stretch: what they spent there is news, that they came is not.
  const first = figure === "share" ? 1 : 0;
  const isCut = ({ date }: Period, next?: Period) => {
    const end = next?.date ?? bucketEnd(date, grain);
    return end > calendar.today || (days.to !== undefined && end > days.to);
  };
  return cohorts
    .map((cohort) => ({
      cohort,
      cells: cohort.periods.flatMap((period, index) => {
        const value = valueOf(cohort, period, figure);
        return period.offset < first || value === undefined ? [] : [{ offset: period.offset, value, period, cut: isCut(period, cohort.periods[index + 1]) }];
      }),
    }))
    .filter(({ cohort, cells }) => cohort.size > 0 && cohort.date >= (days.from ?? "") && cells.length > 0);
}

/** Lifetime value goes by all who ever were of the cohort. */
function valueOf({ size }: Cohort, { share, kpis, toDate }: Period, figure: CohortFigure): number | undefined {
  switch (figure) {
    case "share":
      return share;
    case "sales":
      return kpis?.totalSales;
    case "value":
      return toDate && toDate.totalSales / size;
  }
}

export function offsetsOf(rows: readonly CohortRow[]): number[] {
  const offsets = rows.flatMap(({ cells }) => cells.map(({ offset }) => offset));
  return [...new Set(offsets)].sort((one, other) => one - other);
}

/** What the figures are not: of the filters' customers only, or of whole stretches only. */
export function cohortNotes({ words, address }: Setting, rows: readonly CohortRow[]): string[] {
  const isCut = rows.some(({ cells }) => cells.some(({ cut }) => cut));
  return [
    ...(Object.keys(address.filters).length > 0 ? [words.charts.cohortSizes] : []),
    ...(isCut ? [words.charts.cohortCut] : []),
  ];
}

export function cohortSheet(setting: Setting, rows: readonly CohortRow[], grain: Grain, figure: CohortFigure): Sheet {
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
    ...offsetsOf(rows).map((offset) => ({
      title: words.columns.offset(offset),
      figure: true,
      cell: ({ cells }: CohortRow) => {
        const cell = cells.find((it) => it.offset === offset);
        return { raw: cell?.value, shown: cell ? `${format.value(unit, cell.value)}${cell.cut ? "*" : ""}` : "" };
      },
    })),
  ];
  return sheetOf(rows, columns, cohortNotes(setting, rows));
}
