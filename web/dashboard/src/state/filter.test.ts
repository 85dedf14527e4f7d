import { describe, expect, it } from "vitest";

import { kpiFilter, toggled } from "./filter";

describe("filters", () => {
  it("take a value more and give it back", () => {
    const one = toggled({}, "category", "Furniture");
    const two = toggled(one, "category", "Textiles");
    expect(two).toEqual({ category: ["Furniture", "Textiles"] });
    expect(toggled(toggled(two, "category", "Textiles"), "category", "Furniture")).toEqual({});
  });

  it("ask for the missing value or for values, never for both", () => {
    const missing = toggled({ segment: ["Consumer"] }, "segment", null);
    expect(kpiFilter(missing, {})).toEqual({ segment: { isMissing: true } });
    expect(kpiFilter(toggled(missing, "segment", "Consumer"), {})).toEqual({ segment: { in: ["Consumer"] } });
  });

  it("tell places apart by all of their levels", () => {
    const filters = { state: ["US/Ohio"], city: ["US/Ohio/Springfield", "//"] };
    const ohio = { in: [{ country: "US", state: "Ohio" }] };
    const cities = [
      { country: "US", state: "Ohio", city: "Springfield" },
      { country: null, state: null, city: null },
    ];
    expect(kpiFilter(filters, {})).toEqual({ place: [ohio, { in: cities }] });
  });

  it("leave out a chart's own dimension", () => {
    const filters = { category: ["Furniture"], segment: ["Consumer"] };
    const days = { from: "2025-01-01", to: "2026-01-01" };
    expect(kpiFilter(filters, days, "category")).toEqual({
      segment: { in: ["Consumer"] },
      period: { between: { from: "2025-01-01", to: "2026-01-01" } },
    });
  });
});
