import type { Dimension, KpiName, ShopQuery } from "../api/generated/graphql";

/** A KPI of the shop's own, by the name of its field. */
export type OwnKpi = string & { readonly isOwn: true };
/** A dimension of the shop's own: its field, behind what keeps it apart from an address's other words. */
export type OwnDimension = `${typeof PREFIX}${string}`;

/** What an address says before the shop's own words: they may be called as one of its own. */
const PREFIX = "own.";

/** A number's unit by its name, where it is one of the shop's own. */
export interface OwnUnit {
  readonly name: string;
}

interface OwnWord {
  /** What readers see. */
  readonly name: string;
  /** What it means, in the words of the shop's model. */
  readonly text: string;
}

/** A KPI as the server tells of it. */
interface ToldKpi extends OwnWord {
  readonly orderName: KpiName;
  readonly unit: string;
}

/** The words that a shop's model adds to those of every shop. */
export interface OwnWords {
  readonly kpis: ReadonlyMap<OwnKpi, ToldKpi>;
  readonly dimensions: ReadonlyMap<OwnDimension, OwnWord>;
}

/** Those that whoever reads may use. A built-in dimension that is found elsewhere stays what it is. */
export function ownWords(shop: Pick<ShopQuery["shop"], "kpis" | "dimensions">, isBuiltIn: (field: string) => boolean): OwnWords {
  const kpis = shop.kpis.filter(({ isOwn }) => isOwn);
  const dimensions = shop.dimensions.filter(({ isOwn, field }) => isOwn && !isBuiltIn(field));
  return {
    kpis: new Map(
      kpis.map(({ kpi, field, description, unit }) => [
        field as OwnKpi,
        { name: spoken(field), text: description, orderName: kpi, unit },
      ]),
    ),
    dimensions: new Map(
      dimensions.map(({ field, description }) => [`${PREFIX}${field}` as const, { name: spoken(field), text: description }]),
    ),
  };
}

/** A name in camel case as people write it: `paymentFees` is "Payment fees". */
function spoken(field: string): string {
  const words = field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function isOwnDimension(name: string): name is OwnDimension {
  return name.startsWith(PREFIX) && NAME.test(name.slice(PREFIX.length));
}

/** What models can call a word. */
const NAME = /^[a-z][A-Za-z0-9]*$/;

/** The filter's field. */
export function ownField(dimension: OwnDimension): string {
  return dimension.slice(PREFIX.length);
}

/** What breakdowns call it: `own.giftWrap` is `GIFT_WRAP`. */
export function ownDimensionName(dimension: OwnDimension): Dimension {
  return ownField(dimension).replace(/[A-Z]/g, "_$&").toUpperCase() as Dimension;
}

/** The other way round. */
export function ownDimension(name: Dimension): OwnDimension {
  const field = name.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `${PREFIX}${field}`;
}

/** A KPI of the shop's own as an address writes it. */
export function formatOwnKpi(kpi: OwnKpi): string {
  return `${PREFIX}${kpi}`;
}

export function parseOwnKpi(text: string): OwnKpi | undefined {
  return isOwnDimension(text) ? (ownField(text) as OwnKpi) : undefined;
}
