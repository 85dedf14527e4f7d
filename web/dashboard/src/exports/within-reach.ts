import { asMaySend } from "../api/restricted";
import type { Kpi } from "../state/kpi";
import type { May } from "../state/may";
import type { Question } from "./question";

/**
 * Whether a reader may ask for what a panel shows: by these groups, in this order, with the
 * KPIs that it cannot do without, or else with one of those that it has.
 */
export function mayAsk(may: May, { table }: Question, needs?: readonly Kpi[]): boolean {
  if (may.everything) return true;
  if (table && !table.by.every(may.level)) return false;
  const all = [...(needs ?? []), ...(table?.order ? [table.order.kpi] : [])];
  return all.length > 0 ? all.every(may.kpi) : (table?.kpis.some(may.kpi) ?? true);
}

/** The question as its reader may ask it elsewhere: without the figures beside that they may not use. */
export function asMayAsk(may: May, question: Question): Question {
  if (may.everything) return question;
  const { graphql, table, ...rest } = question;
  return {
    ...rest,
    graphql: `${asMaySend(graphql, {}).query}\n`,
    ...(table && { table: { ...table, kpis: table.kpis.filter(may.kpi) } }),
  };
}
