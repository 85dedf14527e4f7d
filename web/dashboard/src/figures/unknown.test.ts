import { describe, expect, it } from "vitest";

import { customersAsKnown } from "./unknown";

const named = { orderCount: 3, customerCount: 2 };
const unnamed = { orderCount: 3, customerCount: 0 };

describe("customers", () => {
  it("are not known where no order of the period names one, wherever they are counted", () => {
    const answer = { inPeriod: unnamed, kpis: unnamed, byRegion: { rows: [{ kpis: { ...unnamed, newCustomerCount: 0 } }] } };
    expect(customersAsKnown(answer)).toEqual({
      inPeriod: { orderCount: 3, customerCount: null },
      kpis: { orderCount: 3, customerCount: null },
      byRegion: { rows: [{ kpis: { orderCount: 3, customerCount: null, newCustomerCount: null } }] },
    });
  });

  it("are not known of orders that name none, though others of the period do", () => {
    const answer = { inPeriod: named, kpis: unnamed, bySegment: [named] };
    expect(customersAsKnown(answer)).toEqual({ ...answer, kpis: { orderCount: 3, customerCount: null } });
  });

  it("are none where there is no order", () => {
    const answer = { inPeriod: { orderCount: 0, customerCount: 0 }, kpis: { orderCount: 0, customerCount: 0 } };
    expect(customersAsKnown(answer)).toBe(answer);
  });
});
