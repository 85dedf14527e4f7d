import type { Grain } from "../api/generated/graphql";
import type { LineChart } from "../charts/line";
import type { Stretch, Value } from "../format/format";
import { type Kpi, unitOf } from "../state/kpi";
import type { Setting } from "../state/setting";
import { type Figures, kpiColumn } from "./groups";
import { type Column, type Sheet, sheetOf } from "./sheet";

export interface Bucket extends Stretch {
  /** Whether all of it is counted: it is over, and the period does not cut it. */
  readonly complete?: boolean;
  readonly kpis: Figures;
  readonly yearBefore?: { readonly kpis: Figures | null } | null;
}

/** A series, and the one that it is drawn in front of. */
export interface Series {
  readonly grain: Grain;
  readonly buckets: readonly Bucket[];
  /** The same places of the period before; absent where the year before stands in the buckets. */
  readonly before?: readonly Bucket[] | undefined;
}

export function bucketColumn({ words, format }: Setting, grain: Grain): Column<Stretch> {
  return {
    title: words.columns.period,
    figure: false,
    cell: (bucket) => ({
      raw: grain === "HOUR" ? bucket.start : bucket.date,
      shown: format.bucket(bucket, grain),
    }),
  };
}

export function bucketSheet(setting: Setting, series: Series, kpis: readonly Kpi[]): Sheet {
  return sheetOf(series.buckets, [
    bucketColumn(setting, series.grain),
    ...kpis.map((kpi) => kpiColumn(setting, kpi)),
  ]);
}

/** One KPI over time beside what it is compared with. */
export function comparedSheet(setting: Setting, series: Series, kpi: Kpi): Sheet {
  const { words, format } = setting;
  const rows = series.buckets.map((bucket, index) => ({ ...bucket, before: beforeAt(series, index, kpi) }));
  return sheetOf(rows, [
    bucketColumn(setting, series.grain),
    kpiColumn(setting, kpi),
    {
      title: setting.address.before === "year" ? words.period.beforeYear : words.period.beforePeriod,
      figure: true,
      cell: ({ before }) => ({ raw: before, shown: format.kpi(kpi, before) }),
    },
  ]);
}

export function lineChart(setting: Setting, series: Series, kpis: readonly Kpi[], compared: boolean): LineChart {
  const { format, words, address } = setting;
  const { buckets, grain } = series;
  const unit = unitOf(kpis[0] ?? "totalSales");
  const before = buckets.map((_, index) => beforeAt(series, index, kpis[0] ?? "totalSales"));
  const isKnown = before.some((value) => value !== null && value !== undefined);
  return {
    ticks: buckets.map((bucket) => format.tick(bucket, grain)),
    names: buckets.map((bucket) => format.bucket(bucket, grain)),
    lines: [
      ...kpis.map((kpi, index) => ({
        name: words.kpis[kpi],
        values: buckets.map((bucket) => bucket.kpis[kpi]),
        role: index === 0 ? ("figure" as const) : ("second" as const),
      })),
      ...(compared && isKnown
        ? [
            {
              name: address.before === "year" ? words.period.beforeYear : words.period.beforePeriod,
              values: before,
              role: "before" as const,
            },
          ]
        : []),
    ],
    unfinished: isUnfinished(series),
    unfinishedName: words.charts.unfinished,
    shown: (value) => format.value(unit, value),
    short: (value) => format.short(unit, value),
  };
}

/** What a card shows of one KPI. */
export interface CardFigures {
  readonly value: Value;
  /** How far it moved since the period before, and since the year before. */
  readonly onPeriod: Value;
  readonly onYear: Value;
  readonly spark: readonly Value[];
  readonly sheet: Sheet;
}

/** How far KPIs moved, as queries ask for it. */
interface Moved {
  readonly change: Figures;
  readonly difference: Figures;
}

/** Relatively; a ratio by the difference, for a percentage of a percentage misleads. */
function movedBy({ change, difference }: Moved, kpi: Kpi): Value {
  return unitOf(kpi) === "ratio" ? difference[kpi] : change[kpi];
}

/** A card's figures out of what its view asked for. */
export function cardFigures(
  setting: Setting,
  series: Series,
  kpi: Kpi,
  scope: Figures & { readonly previousPeriod: Moved; readonly previousYear: Moved },
): CardFigures {
  return {
    value: scope[kpi],
    onPeriod: movedBy(scope.previousPeriod, kpi),
    onYear: movedBy(scope.previousYear, kpi),
    spark: finished(series).map((bucket) => bucket.kpis[kpi]),
    sheet: bucketSheet(setting, series, [kpi]),
  };
}

/** The buckets without a last one that is not complete: a spark line has no room to say so. */
function finished(series: Series): readonly Bucket[] {
  return isUnfinished(series) && series.buckets.length > 2 ? series.buckets.slice(0, -1) : series.buckets;
}

function isUnfinished({ buckets }: Series): boolean {
  return buckets.at(-1)?.complete === false;
}

function beforeAt(series: Series, index: number, kpi: Kpi): Value {
  if (series.before) return series.before[index]?.kpis[kpi];
  return series.buckets[index]?.yearBefore?.kpis?.[kpi];
}
