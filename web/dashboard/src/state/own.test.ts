import { describe, expect, it } from "vitest";

import { Format } from "../format/format";
import { formatAddress, inWordsOf, parseAddress } from "./address";
import { dimensionOf, fieldOf, isBuiltInDimension, kpiFilter } from "./filter";
import { type OwnKpi, ownWords } from "./own";

const kpi = (field: string, unit: string) => ({
  kpi: field.toUpperCase() as never,
  field,
  description: `What ${field} is.`,
  unit,
  isOwn: true,
});
const dimension = (field: string, isOwn = true) => ({ dimension: "CITY" as const, field, description: "Its own.", isOwn });

const own = ownWords(
  {
    kpis: [
      { ...kpi("totalSales", "the shop's currency"), isOwn: false },
      kpi("paymentFees", "the shop's currency"),
      kpi("feePerCustomer", "the shop's currency per customer"),
      kpi("feeShare", "ratio"),
      kpi("heaviest", "kg"),
      kpi("linesPerOrder", "order lines per order"),
    ],
    dimensions: [dimension("region", false), dimension("giftWrap"), dimension("zone"), dimension("category")],
  },
  isBuiltInDimension,
);

const parsed = (href: string) => {
  const { pathname, search } = new URL(href, "http://shop.test");
  return parseAddress(pathname, search);
};

describe("a shop's own words", () => {
  it("are told as people write them, beside those of every shop", () => {
    expect([...own.kpis.values()].map(({ name }) => name)).toEqual([
      "Payment fees",
      "Fee per customer",
      "Fee share",
      "Heaviest",
      "Lines per order",
    ]);
    expect([...own.dimensions.keys()]).toEqual(["own.giftWrap", "own.zone"]);
  });

  it("are filtered by as the server calls them", () => {
    expect(kpiFilter({ "own.giftWrap": ["yes"], region: ["West"] }, {})).toEqual({
      giftWrap: { in: ["yes"] },
      region: { in: ["West"] },
    });
    expect(dimensionOf("own.giftWrap")).toBe("GIFT_WRAP");
    expect(fieldOf("GIFT_WRAP" as never)).toBe("own.giftWrap");
  });

  it("stand in an address whatever they are called, and nothing else does", () => {
    const href = "/?own.zone=North&kpi=own.feeShare&by=own.giftWrap";
    expect(formatAddress(inWordsOf(own, parsed(href)))).toBe(href);
    expect(formatAddress(inWordsOf(own, parsed("/?own.colour=red&kpi=own.fame&by=own.colour&region=West")))).toBe("/?region=West");
  });

  it("have their units", () => {
    const format = new Format("en-GB", { currency: "EUR", timeZone: "Europe/Paris" }, own);
    const shown = (name: string, value: number) => format.kpi(name as OwnKpi, value);
    expect([shown("paymentFees", 12), shown("feePerCustomer", 1.5), shown("feeShare", 0.25)]).toEqual(["€12.00", "€1.50", "25.0%"]);
    expect([shown("heaviest", 12.5), shown("linesPerOrder", 2.5)]).toEqual(["12.5\u00a0kg", "2.50"]);
  });
});
