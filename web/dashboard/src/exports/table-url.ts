import type { Grain } from "../api/generated/graphql";
import { dimensionsIn, type Filters } from "../state/filter";
import { isOwnDimension, ownField } from "../state/own";
import { addDays, type DayRange } from "../state/period";
import { isPlace, placeInput } from "../state/place";
import type { Cycle, TableQuestion } from "./question";

/** What tables call what their rows are of. */
const TIMES: Readonly<Record<Grain | Cycle, string>> = {
  HOUR: "hour",
  DAY: "day",
  WEEK: "week",
  MONTH: "month",
  QUARTER: "quarter",
  YEAR: "year",
  MONTH_OF_YEAR: "monthOfYear",
  ISO_WEEKDAY: "isoWeekday",
  WEEKDAY_HOUR: "weekdayHour",
};

/** The parameters that filters may not be taken for. */
const TAKEN = new Set(["by", "measures", "period", "timeZone", "returnsOn", "orderBy", "limit", "separator", "decimal", "bom", "raw"]);

/** The address of the question's table, as spreadsheets read it; absent where addresses cannot say its filters. */
export function tableUrl(origin: string, { days, filters, by, time, kpis, order, limit }: TableQuestion): string | undefined {
  const conditions = filterParameters(filters);
  if (!conditions) return undefined;
  const keys = [...by, ...(time ? [TIMES[time]] : [])];
  const period = periodText(days);
  const parameters = [
    ...(keys.length > 0 ? [["by", keys.join(",")] as const] : []),
    ["measures", kpis.join(",")] as const,
    ...(period ? [["period", period] as const] : []),
    ...conditions,
    ...(order ? [["orderBy", `${order.direction === "DESC" ? "-" : ""}${order.kpi}`] as const] : []),
    ...(limit === undefined ? [] : [["limit", String(limit)] as const]),
  ];
  // Commas are plain in a query, and easier to read.
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`);
  return `${origin}/kpis.csv?${query.join("&")}`;
}

/** The first and the last day. */
function periodText({ from, to }: DayRange): string | undefined {
  if (from === undefined && to === undefined) return undefined;
  return `${from ?? ""}..${to ? addDays(to, -1) : ""}`;
}

/** A parameter for each value; none says that a value is missing, or holds several levels of several places. */
function filterParameters(filters: Filters): readonly (readonly [string, string])[] | undefined {
  const parameters: (readonly [string, string])[] = [];
  for (const dimension of dimensionsIn(filters)) {
    const values = filters[dimension] ?? [];
    if (values.some((value) => value === null)) return undefined;
    if (isPlace(dimension)) {
      const levels = Object.entries(placeInput(dimension, values[0] ?? ""));
      if (values.length > 1 || levels.some(([, name]) => name === null)) return undefined;
      parameters.push(...levels.map(([level, name]) => [level, String(name)] as const));
    } else {
      const field = isOwnDimension(dimension) ? ownField(dimension) : dimension;
      const name = TAKEN.has(field) ? `filter.${field}` : field;
      parameters.push(...values.map((value) => [name, value ?? ""] as const));
    }
  }
  return isUnambiguous(parameters, filters) ? parameters : undefined;
}

/** A country that is filtered by and that of a city would be one of two, not both. */
function isUnambiguous(parameters: readonly (readonly [string, string])[], filters: Filters): boolean {
  const places = dimensionsIn(filters).filter(isPlace).length;
  const countries = parameters.filter(([name]) => name === "country").length;
  return places === 0 || (places === 1 && countries === 1);
}
