import type { Grain } from "../api/generated/graphql";
import { dimensionsIn, type FilterDimension, type Filters } from "../state/filter";
import { isOwnDimension, ownField } from "../state/own";
import type { DayRange } from "../state/period";
import { isPlace, placeInput } from "../state/place";
import type { Shop } from "../state/shop";
import type { Cycle, TableQuestion } from "./question";

/** What the rows of a table of time are grouped by: one expression, so hours of the week have none. */
const TIMES: Readonly<Record<Grain | Cycle, string | undefined>> = {
  HOUR: "date_trunc('hour', ordered_at) AS hour",
  DAY: "date_trunc('day', ordered_at) AS day",
  WEEK: "date_trunc('week', ordered_at) AS week",
  MONTH: "date_trunc('month', ordered_at) AS month",
  QUARTER: "date_trunc('quarter', ordered_at) AS quarter",
  YEAR: "date_trunc('year', ordered_at) AS year",
  MONTH_OF_YEAR: "extract(month FROM ordered_at) AS month",
  ISO_WEEKDAY: "extract(isodow FROM ordered_at) AS weekday",
  WEEKDAY_HOUR: undefined,
};

/** How a shop cuts its weeks, months and years. */
export type ShopCalendar = Pick<Shop["calendar"], "firstWeekday" | "firstMonth" | "weeks">;

/** Whether SQL, whose calendar is the Gregorian one, cuts time as the shop does. */
function cutsAlike({ firstWeekday, firstMonth, weeks }: ShopCalendar, time: Grain | Cycle): boolean {
  switch (time) {
    case "WEEK":
      return firstWeekday === "MONDAY";
    case "MONTH":
      return !weeks;
    case "QUARTER":
      return !weeks && firstMonth % 3 === 1;
    case "YEAR":
      return !weeks && firstMonth === 1;
    default:
      return true;
  }
}

/** The question as a statement for the server's SQL door; absent where it takes none such. */
export function sqlOf({ days, filters, by, time, kpis, order, limit }: TableQuestion, calendar: ShopCalendar): string | undefined {
  const stretch = time && cutsAlike(calendar, time) ? TIMES[time] : undefined;
  if (time && !stretch) return undefined;
  const keys = [...by.map(column), ...(stretch ? [stretch] : [])];
  const measures = kpis.map((kpi) => `MEASURE(${column(kpi)}) AS ${column(kpi)}`);
  const conditions = [...periodConditions(days), ...filterConditions(filters)];
  const places = keys.map((_, index) => index + 1).join(", ");
  return [
    `SELECT ${[...keys, ...measures].join(",\n       ")}`,
    "FROM kpis",
    ...(conditions.length > 0 ? [`WHERE ${conditions.join("\n  AND ")}`] : []),
    ...(keys.length > 0 ? [`GROUP BY ${places}`] : []),
    ...(order ? [`ORDER BY ${column(order.kpi)} ${order.direction} NULLS LAST`] : keys.length > 0 ? [`ORDER BY ${places}`] : []),
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
  ].join("\n") + ";\n";
}

function column(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function periodConditions({ from, to }: DayRange): string[] {
  return [...(from ? [`ordered_at >= ${text(from)}`] : []), ...(to ? [`ordered_at < ${text(to)}`] : [])];
}

function filterConditions(filters: Filters): string[] {
  return dimensionsIn(filters).flatMap((dimension) => {
    const values = filters[dimension];
    return values ? [condition(dimension, values)] : [];
  });
}

function condition(dimension: FilterDimension, values: readonly (string | null)[]): string {
  if (isPlace(dimension)) {
    const places = values.map((value) => {
      const levels = Object.entries(placeInput(dimension, value ?? ""));
      return levels.map(([level, name]) => equals(level, name as string | null)).join(" AND ");
    });
    return places.length === 1 ? places.join() : `(${places.map((place) => `(${place})`).join(" OR ")})`;
  }
  const name = column(isOwnDimension(dimension) ? ownField(dimension) : dimension);
  const [first = null, ...others] = values;
  if (others.length === 0 || first === null) return equals(name, first);
  return `${name} IN (${values.map((value) => text(value ?? "")).join(", ")})`;
}

function equals(name: string, value: string | null): string {
  return value === null ? `${name} IS NULL` : `${name} = ${text(value)}`;
}
