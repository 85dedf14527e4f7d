import { expect, it } from "vitest";

import { parseAddress } from "./address";
import { BREAKDOWN_DIMENSIONS } from "./filter";
import { KPIS } from "./kpi";
import { maySee, mayUse, outOfReach, withinReach } from "./may";

const told = (kpis: readonly string[], dimensions: readonly string[]) =>
  mayUse({ kpis: kpis.map((field) => ({ field })), dimensions: dimensions.map((field) => ({ field })) });

const everything = told(KPIS, BREAKDOWN_DIMENSIONS);
const warehouse = told(["orderCount", "unitsSold"], ["product", "category", "shipMode", "city"]);

it("is everything where nothing is missing", () => {
  expect(everything.everything).toBe(true);
  expect(warehouse.everything).toBe(false);
});

it("is a place where all of its levels are", () => {
  expect(warehouse.dimension("city")).toBe(false);
  expect(told(["orderCount"], ["country", "state", "city"]).dimension("city")).toBe(true);
});

it("leaves out of an address what its reader may not use, and tells which filters", () => {
  const given = parseAddress("/time", "?kpi=totalSales&category=Furniture&region=West&city=//Paris&why=segment&zone=CITY&grain=DAY");
  const { kpi, filters, why, zone, grain } = withinReach(warehouse, given);
  expect({ kpi, filters, why, zone, grain }).toEqual({ filters: { category: ["Furniture"] }, grain: "DAY" });
  expect(outOfReach(warehouse, given)).toEqual(["region", "city"]);
  expect(withinReach(everything, given)).toBe(given);
});

it.each([
  [everything, ["overview", "products", "customers", "time", "places"]],
  [warehouse, ["overview", "products", "time", "places"]],
  [told(["averageBasket"], []), ["overview", "time"]],
  [told(["retentionRate"], ["region"]), ["overview", "customers", "time", "places"]],
  [told([], BREAKDOWN_DIMENSIONS), []],
])("is a view where something of it is", (may, views) => {
  expect((["overview", "products", "customers", "time", "places"] as const).filter((it) => maySee(may, it))).toEqual(views);
});
