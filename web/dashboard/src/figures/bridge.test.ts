import { describe, expect, it } from "vitest";

import { bridgeOf } from "./bridge";

describe("the money bridge", () => {
  it("hangs each step between the sums around it", () => {
    const kpis = { grossSales: 120, discounts: 10, returns: 30, totalSales: 80, shippingCharges: 5, taxes: 16, amountCharged: 101 };
    const ends = bridgeOf(kpis).map(({ kpi, from, to }) => [kpi, from, to]);
    expect(ends).toEqual([
      ["grossSales", 0, 120],
      ["discounts", 120, 110],
      ["returns", 110, 80],
      ["totalSales", 0, 80],
      ["shippingCharges", 80, 85],
      ["taxes", 85, 101],
      ["amountCharged", 0, 101],
    ]);
  });

  it("leaves out what nobody knows", () => {
    const kpis = { grossSales: 120, discounts: null, returns: 30, totalSales: 90, shippingCharges: null, taxes: null, amountCharged: null };
    const amounts = bridgeOf(kpis).map(({ kpi, amount }) => [kpi, amount]);
    expect(amounts).toEqual([["grossSales", 120], ["returns", -30], ["totalSales", 90]]);
  });
});
