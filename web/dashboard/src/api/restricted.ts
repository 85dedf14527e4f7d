import { mayUse } from "../state/may";
import type { Asked, MayUse, Prune } from "./prune";

/** What the reader may use and what takes the rest out of documents, once it is known not to be everything. */
interface Restriction {
  readonly may: MayUse;
  readonly prune: Prune;
}

let restriction: Restriction | undefined;

/** What there is to be known; whoever may use everything never asks. */
const MAY_USE = "{ shop { kpis { field } dimensions { field } } }";

interface Told {
  readonly shop: { readonly [list in keyof MayUse]: readonly { readonly field: string }[] };
}

/** A document as this reader may send it. */
export function asMaySend(query: string, variables: object): Asked {
  const given = variables as Asked["variables"];
  return restriction ? restriction.prune(query, given) : { query, variables: given };
}

/** What documents are held to at the moment: another one may make of a refused document one that is not. */
export function currentRestriction(): object | undefined {
  return restriction;
}

/** From now on nothing else is asked for. What it takes is loaded by those only who may not use everything. */
export async function restrictTo({ kpis, dimensions }: Told["shop"]): Promise<void> {
  const may = { kpis: kpis.map(({ field }) => field), dimensions: dimensions.map(({ field }) => field) };
  if (!restriction && mayUse({ kpis, dimensions }).everything) return;
  if (restriction && JSON.stringify(restriction.may) === JSON.stringify(may)) return;
  const { pruneTo } = await import("./prune");
  restriction = { may, prune: pruneTo(may) };
}

let learning: Promise<void> | undefined;

/** Asks what the reader may use, once for all who are refused at the same time. */
export function learn(ask: (asked: Asked) => Promise<unknown>): Promise<void> {
  learning ??= ask({ query: MAY_USE, variables: {} })
    .then((answer) => restrictTo((answer as Told).shop))
    .finally(() => {
      learning = undefined;
    });
  return learning;
}
