import { buildSchema, parse, validate } from "graphql";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import type { OwnDimension } from "../state/own";
import type { Setting } from "../state/setting";
import { askDrivers, askGroups, askKinds, askPairs, askSeries, ofKpis, type Question, type TableQuestion } from "./question";
import { sqlOf } from "./sql";
import { tableUrl } from "./table-url";

const QUESTION: TableQuestion = {
  days: { from: "2025-01-01", to: "2026-01-01" },
  filters: { category: ["Furniture", "L'Atelier"], segment: [null] },
  by: ["subCategory"],
  time: "MONTH",
  kpis: ["totalSales", "orderCount"],
  order: { kpi: "totalSales", direction: "DESC" },
  limit: 12,
};

const USUAL = { firstWeekday: "MONDAY", firstMonth: 1, weeks: null } as const;

describe("a question", () => {
  it("is a statement", () => {
    expect(sqlOf(QUESTION, USUAL)).toBe(`SELECT sub_category,
       date_trunc('month', ordered_at) AS month,
       MEASURE(total_sales) AS total_sales,
       MEASURE(order_count) AS order_count
FROM kpis
WHERE ordered_at >= '2025-01-01'
  AND ordered_at < '2026-01-01'
  AND segment IS NULL
  AND category IN ('Furniture', 'L''Atelier')
GROUP BY 1, 2
ORDER BY total_sales DESC NULLS LAST
LIMIT 12;
`);
  });

  it("tells places apart by all of their levels", () => {
    const filters = { city: ["US/Ohio/Springfield", "US//Springfield"] };
    expect(sqlOf({ days: {}, filters, by: [], kpis: ["orderCount"] }, USUAL)).toBe(`SELECT MEASURE(order_count) AS order_count
FROM kpis
WHERE ((country = 'US' AND state = 'Ohio' AND city = 'Springfield') OR (country = 'US' AND state IS NULL AND city = 'Springfield'));
`);
  });

  it("is an address, with the last day in it", () => {
    const { filters: _, ...others } = QUESTION;
    const filters = { category: ["Home & Garden"], city: ["US/Ohio/Springfield"], ["own.limit" as OwnDimension]: ["5"] };
    expect(tableUrl("https://kpis.example", { ...others, filters })).toBe(
      "https://kpis.example/kpis.csv?by=subCategory,month&measures=totalSales,orderCount&period=2025-01-01..2025-12-31" +
        "&country=US&state=Ohio&city=Springfield&category=Home%20%26%20Garden&filter.limit=5&orderBy=-totalSales&limit=12",
    );
  });

  it("is none where an address cannot say what it asks", () => {
    expect(tableUrl("", QUESTION)).toBeUndefined();
    expect(tableUrl("", { ...QUESTION, filters: { city: ["US/Ohio/A", "US/Utah/B"] } })).toBeUndefined();
    expect(tableUrl("", { ...QUESTION, filters: { country: ["FR"], city: ["US/Ohio/A"] } })).toBeUndefined();
  });

  it("is a document that the schema takes", () => {
    const schema = buildSchema(readFileSync(new URL("../../../../schema.graphql", import.meta.url), "utf8"));
    const filter = {
      category: { in: ['24" desk'] },
      place: [{ in: [{ country: "US", state: null }] }],
      period: { between: { from: "2025-01-01", to: null } },
    };
    const document = ofKpis(filter, "breakdown(by: [REGION], first: 3) {\n  rows { share }\n}");
    expect(validate(schema, parse(document))).toEqual([]);
    expect(document).toContain('category: { in: ["24\\" desk"] }');
    const setting = { address: { filters: {} } } as unknown as Setting;
    const asked = { filter, first: 20, orderBy: "LIFT", minOrders: 2 } as const;
    for (const code of [undefined, '24" desk']) expect(validate(schema, parse(askPairs(setting, asked, code).graphql))).toEqual([]);
  });

  it("says which filters its figures have: all but those on the groups that stand side by side", () => {
    const filters = { category: ["Furniture"], customerKind: ["new"], product: ["P-1"] };
    const setting = { address: { filters, before: "year" }, days: {}, filter: () => ({}), orderName: String } as unknown as Setting;
    const named = (question: Question) => Object.keys(question.filters);
    expect(named(askGroups(setting, { by: "category", kpis: [], first: 1 }))).toEqual(["customerKind", "product"]);
    expect(named(askDrivers(setting, "totalSales", "category", 1))).toEqual(["category", "customerKind", "product"]);
    expect(named(askKinds(setting, "MONTH", []))).toEqual(["category", "product"]);
    const pairs = { first: 1, orderBy: "ORDERS", minOrders: 2 } as const;
    expect(named(askPairs(setting, pairs, "P-1"))).toEqual(["category", "customerKind"]);
    expect(named(askPairs(setting, pairs, undefined))).toEqual(["category", "customerKind", "product"]);
  });

  it("of a series has what it is drawn beside: as much of the time before", () => {
    const asked = (before: "year" | "period") => {
      const setting = { address: { filters: {}, before }, days: {}, filter: () => ({}) } as unknown as Setting;
      return askSeries(setting, "MONTH", ["totalSales"], true).graphql;
    };
    expect(asked("year")).toContain("yearBefore {");
    expect(asked("year")).toContain("PREVIOUS_YEAR_TO_DATE");
    expect(asked("period")).toContain("PREVIOUS_PERIOD_TO_DATE");
    expect(asked("period")).not.toContain("yearBefore");
  });

  it("is no SQL where the shop cuts time as SQL does not", () => {
    const asked = (time: "WEEK" | "MONTH" | "QUARTER" | "YEAR", calendar: Parameters<typeof sqlOf>[1]) =>
      sqlOf({ ...QUESTION, time }, calendar) !== undefined;
    const fiscal = { ...USUAL, firstWeekday: "SUNDAY", firstMonth: 4 } as const;
    expect((["WEEK", "MONTH", "QUARTER", "YEAR"] as const).map((it) => asked(it, fiscal))).toEqual([false, true, true, false]);
    const retail = { ...fiscal, firstMonth: 2, weeks: "FOUR_FIVE_FOUR" } as const;
    expect((["MONTH", "QUARTER"] as const).map((it) => asked(it, retail))).toEqual([false, false]);
  });
});
