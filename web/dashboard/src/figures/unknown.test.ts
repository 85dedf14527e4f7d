import { describe, expect, it } from "vitest";

import { asKnown, partOfProfit } from "./unknown";

const shop = { freshness: { asOf: "2025-03-10T12:30:00Z" } };
const named = { orderCount: 3, customerCount: 2 };
const unnamed = { orderCount: 3, customerCount: 0 };
const unknown = { orderCount: 3, customerCount: null };

describe("customers", () => {
  it("are not known where no order of the period names one, wherever they are counted", () => {
    const answer = { shop, inPeriod: unnamed, kpis: unnamed, bySegment: { rows: [{ kpis: { customerCount: 0, newCustomerCount: 0 } }] } };
    expect(asKnown(answer)).toEqual({
      shop,
      inPeriod: unknown,
      kpis: unknown,
      bySegment: { rows: [{ kpis: { customerCount: null, newCustomerCount: null } }] },
    });
  });

  it("are not known of orders that name none, though others of the period do", () => {
    const answer = { shop, inPeriod: named, kpis: unnamed, bySegment: [named] };
    expect(asKnown(answer)).toEqual({ ...answer, kpis: unknown });
  });

  it("are not known of a group of such orders", () => {
    const answer = { shop, inPeriod: named, kpis: named, bySegment: [{ kpis: named }, { kpis: { ...unnamed, newCustomerCount: 0 } }] };
    expect(asKnown(answer).bySegment).toEqual([{ kpis: named }, { kpis: { ...unknown, newCustomerCount: null } }]);
  });

  it("are none where there is no order", () => {
    const answer = { shop, inPeriod: { orderCount: 0, customerCount: 0 }, kpis: { orderCount: 0, customerCount: 0 } };
    expect(asKnown(answer)).toEqual(answer);
  });
});

describe("hours to come", () => {
  it("are not hours without sales", () => {
    const hours = ["11", "12", "13", "14"].map((hour) => ({ start: `2025-03-10T${hour}:00:00Z`, kpis: { orderCount: 0 } }));
    const answer = { shop, inPeriod: named, kpis: { ...named, timeSeries: hours } };
    expect(asKnown(answer).kpis.timeSeries).toEqual(hours.slice(0, 2));
  });
});

describe("profit", () => {
  it("is of a part of the sales where the costs of the others are not known", () => {
    expect([0.87, 0.999, 1, 0, null].map((costCoverage) => partOfProfit({ costCoverage }))).toEqual([0.87, ...Array(4).fill(undefined)]);
  });
});
