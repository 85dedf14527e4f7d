import type { Grain } from "../api/generated/graphql";
import type { Columns } from "../charts/bars";
import { stepsOf } from "../charts/common";
import type { LineChart } from "../charts/line";
import type { Stretch, Value } from "../format/format";
import type { Kpi } from "../state/kpi";
import type { Setting } from "../state/setting";
import { type Figures, kpiColumn } from "./groups";
import type { Bucket, Series } from "./series";
import { type Column, type Sheet, sheetOf } from "./sheet";
import { partOfProfit } from "./unknown";

/** The buckets by name; one that is not complete says so. */
export function bucketColumn({ words, format }: Setting, grain: Grain): Column<Stretch & { readonly complete?: boolean }> {
  return {
    title: words.columns.period,
    figure: false,
    cell: (bucket) => ({
      raw: grain === "HOUR" ? bucket.start : bucket.date,
      shown: format.bucket(bucket, grain) + (bucket.complete === false ? ` · ${words.charts.unfinished}` : ""),
    }),
  };
}

/** Which of the buckets are not complete: files have their dates alone. */
export function cutNotes({ words, format }: Setting, buckets: readonly Bucket[], grain: Grain): string[] {
  const cut = buckets.filter(({ complete }) => complete === false).map((bucket) => format.bucket(bucket, grain));
  return cut.length > 0 ? [`${words.charts.unfinished}: ${cut.join(", ")}`] : [];
}

export function bucketSheet(setting: Setting, series: Series, kpis: readonly Kpi[]): Sheet {
  const columns = [bucketColumn(setting, series.grain), ...kpis.map((kpi) => timedColumn(setting, kpi, series.grain))];
  return sheetOf(series.buckets, columns, cutNotes(setting, series.buckets, series.grain));
}

/** One KPI over time beside what it is compared with. */
export function comparedSheet(setting: Setting, series: Series, kpi: Kpi): Sheet {
  const { words, format } = setting;
  const rows = series.buckets.map((bucket, index) => ({ ...bucket, before: series.before?.[index]?.[kpi] }));
  const columns: Column<(typeof rows)[number]>[] = [
    bucketColumn(setting, series.grain),
    timedColumn(setting, kpi, series.grain),
    {
      title: setting.address.before === "year" ? words.period.beforeYear : words.period.beforePeriod,
      figure: true,
      cell: ({ before }) => ({ raw: before, shown: format.kpi(kpi, before) }),
    },
  ];
  return sheetOf(rows, columns, cutNotes(setting, rows, series.grain));
}

export function lineChart(setting: Setting, series: Series, kpis: readonly Kpi[], compared: boolean): LineChart {
  const { format, words, address } = setting;
  const { buckets, grain } = series;
  const unit = format.unitOf(kpis[0] ?? "totalSales");
  const before = compared ? buckets.map((_, index) => series.before?.[index]?.[kpis[0] ?? "totalSales"]) : [];
  const isKnown = before.some((value) => value !== null && value !== undefined);
  return {
    times: buckets.map((bucket) => format.timeOf(bucket, grain)),
    tick: (time, inOneYear) => format.axisTime(time, inOneYear),
    names: buckets.map((bucket) => format.bucket(bucket, grain)),
    lines: [
      ...kpis.map((kpi, index) => ({
        name: timedName(setting, kpi, grain),
        values: buckets.map((bucket) => bucket.kpis[kpi]),
        role: index === 0 ? ("figure" as const) : ("second" as const),
      })),
      ...(isKnown
        ? [
            {
              name: address.before === "year" ? words.period.beforeYear : words.period.beforePeriod,
              values: before,
              role: "before" as const,
            },
          ]
        : []),
    ],
    cut: buckets.map(({ complete }) => complete === false),
    cutName: words.charts.unfinished,
    shown: (value) => format.value(unit, value),
    short: (value) => format.short(unit, value),
    steps: stepsOf(unit === "ratio", format.step(unit), [...before, ...kpis.flatMap((kpi) => buckets.map((bucket) => bucket.kpis[kpi]))]),
  };
}

/** The stretches of time that columns are of: by their ticks, their names, and what is not complete. */
export function timeColumns({ words, format }: Setting, buckets: readonly Bucket[], grain: Grain): Omit<Columns, "stacks" | "shown" | "short"> {
  return {
    times: buckets.map((bucket) => format.timeOf(bucket, grain)),
    yearless: grain === "HOUR" || grain === "DAY" || grain === "WEEK",
    ticks: buckets.map((bucket) => format.tick(bucket, grain)),
    names: buckets.map((bucket) => format.bucket(bucket, grain)),
    cut: buckets.map(({ complete }) => complete === false),
    cutName: words.charts.unfinished,
  };
}

/** What a card shows of one KPI. */
export interface CardFigures {
  readonly value: Value;
  /** How far it moved since the period before, and since the year before. */
  readonly onPeriod: Value;
  readonly onYear: Value;
  /** What it is of, where that is not all. */
  readonly note?: string;
  readonly spark: readonly Value[];
  readonly sheet: Sheet;
}

/** How far KPIs moved, as queries ask for it. */
interface Moved {
  readonly change: Figures;
  readonly difference: Figures;
}

/** Relatively; a ratio by the difference, for a percentage of a percentage misleads. */
function movedBy({ format }: Setting, { change, difference }: Moved, kpi: Kpi): Value {
  return format.unitOf(kpi) === "ratio" ? difference[kpi] : change[kpi];
}

/** A card's figures out of what its view asked for. */
export function cardFigures(
  setting: Setting,
  series: Series,
  kpi: Kpi,
  scope: Figures & { readonly previousPeriod: Moved; readonly previousYear: Moved },
): CardFigures {
  const part = kpi === "totalProfit" || kpi === "profitMargin" ? partOfProfit(scope) : undefined;
  return {
    value: scope[kpi],
    ...(part && { note: setting.words.states.costsKnown(setting.format.share(part)) }),
    onPeriod: movedBy(setting, scope.previousPeriod, kpi),
    onYear: movedBy(setting, scope.previousYear, kpi),
    spark: finished(series).map((bucket) => bucket.kpis[kpi]),
    sheet: bucketSheet(setting, series, [kpi]),
  };
}

/** The buckets without those at the ends that are not complete: a spark line has no room to say so. */
function finished({ buckets }: Series): readonly Bucket[] {
  return buckets.filter(({ complete }) => complete !== false);
}

/** What a KPI of buckets is called: retention is from each to the next, not over the period as on a card. */
export function timedName({ words, kpiName }: Setting, kpi: Kpi, grain: Grain): string {
  return kpi === "retentionRate" ? words.charts.retention(words.onward[grain]) : kpiName(kpi);
}

export function timedColumn(setting: Setting, kpi: Kpi, grain: Grain): Column<{ readonly kpis: Figures }> {
  return { ...kpiColumn(setting, kpi), title: timedName(setting, kpi, grain) };
}

/** What a chart of one KPI over time is called. */
export function seriesTitle(setting: Setting, kpi: Kpi, grain: Grain): string {
  const name = timedName(setting, kpi, grain);
  return kpi === "retentionRate" ? name : setting.words.charts.over(name);
}
