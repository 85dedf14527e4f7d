import { describe, expect, it } from "vitest";

import { KPIS, unitOf } from "../state/kpi";
import { Format, NOTHING } from "./format";

const shop = { currency: "EUR", timeZone: "Europe/Paris" };
const french = new Format("fr-FR", shop);
const british = new Format("en-GB", shop);

describe("figures", () => {
  it("are written as the reader's locale does", () => {
    expect(french.kpi("totalSales", 1234.56)).toBe("1\u00a0234,56\u00a0€");
    expect(british.kpi("totalSales", 1234.56)).toBe("€1,234.56");
    expect(french.kpi("profitMargin", 0.268)).toMatch(/^26,8\s%$/);
    expect(british.kpi("orderCount", 14435)).toBe("14,435");
  });

  it("have no cents at a glance, once they are large", () => {
    expect(british.headline("totalSales", 6118732.4)).toBe("€6,118,732");
    expect(british.headline("averageBasket", 423.876)).toBe("€423.88");
  });

  it("of money have the currency's own decimals, on an axis too", () => {
    const yen = new Format("en-GB", { ...shop, currency: "JPY" });
    expect([0, 2.5, 950.5, 2500].map((value) => british.short("money", value))).toEqual(["€0", "€2.50", "€950.50", "€2.5k"]);
    expect([british.brief("money", 52.3), yen.brief("money", 52), yen.kpi("totalSales", 1200)]).toEqual(["€52.30", "¥52", "¥1,200"]);
    expect([british.step("money"), yen.step("money"), british.step("count")]).toEqual([0.01, 1, 1]);
  });

  it("are a dash where there are none", () => {
    expect(KPIS.map((kpi) => british.kpi(kpi, null))).toEqual(KPIS.map(() => NOTHING));
  });

  it("move by per cent, ratios by points", () => {
    expect(british.change(0.13)).toBe("+13.0%");
    expect(british.points(-0.0061)).toBe("-0.6\u00a0pts");
  });
});

describe("units", () => {
  it("come from the schema's descriptions", () => {
    const units = Object.fromEntries(KPIS.map((kpi) => [kpi, unitOf(kpi)]));
    expect(units).toMatchObject({
      totalSales: "money",
      averageBasket: "money",
      profitMargin: "ratio",
      orderCount: "count",
      ordersPerCustomer: "mean",
      averageShippingDays: "days",
    });
  });
});

describe("buckets", () => {
  it("have the names of the shop's own calendar", () => {
    const [english, french] = ["en-GB", "fr-FR"].map((locale) => new Format(locale, shop));
    const name = (label: string, grain: "MONTH" | "QUARTER" | "YEAR") => english?.bucket({ date: "2024-04-01", label }, grain);
    expect(name("2024/25", "YEAR")).toBe("2024/25");
    expect(name("2024/25-Q1", "QUARTER")).toBe("Q1 2024/25");
    expect(name("2024/25-M03", "MONTH")).toBe("M03 2024/25");
    expect(name("2024-04", "MONTH")).toBe("April 2024");
    expect(french?.tick({ date: "2024-04-01", label: "2024/25-Q1" }, "QUARTER")).toBe("T1 24/25");
    expect(english?.tick({ date: "2024-04-01" }, "QUARTER")).toBe("Q2 24");
  });
});

describe("dates", () => {
  it("name the last day of a half-open range", () => {
    expect(british.days("2025-01-01", "2026-01-01")).toMatch(/^1 Jan\s–\s31 Dec 2025$/);
  });

  it("are on the shop's clock", () => {
    expect(british.instant("2026-01-31T23:30:00Z", { day: "numeric", month: "short" })).toBe("1 Feb");
  });

  it("of an earlier day than today say which", () => {
    const now = new Date(2025, 5, 2, 9, 30);
    expect(british.clock(new Date(2025, 5, 2, 8, 5), now)).toMatch(/^0?8:05$/);
    expect(british.clock(new Date(2025, 5, 1, 23, 55), now)).toMatch(/^1 Jun.*23:55$/);
  });

  it("have their year on an axis where one of several begins", () => {
    const days = ["2025-11-15", "2025-12-01", "2025-12-15", "2026-01-01", "2026-02-01"];
    const ticks = days.map((day) => british.axisTime(Date.parse(day), false));
    expect(ticks).toEqual(["15 Nov", "Dec", "15 Dec", "2026", "Feb"]);
    expect(british.axisTime(Date.parse("2026-01-01"), true)).toBe("Jan");
    expect(british.axisTime(Date.parse("2026-02-01T13:00Z"), false)).toBe("13");
  });

  it("of hours stand on an axis by the shop's clock", () => {
    expect(british.timeOf({ date: "2025-07-01", start: "2025-06-30T22:00:00Z" }, "HOUR")).toBe(Date.parse("2025-07-01"));
    expect(british.timeOf({ date: "2025-07-01" }, "MONTH")).toBe(Date.parse("2025-07-01"));
  });

  it("tell the hours of a day apart, and the days that they are of", () => {
    const hours = ["2025-01-31T22:00:00Z", "2025-01-31T23:00:00Z", "2025-02-01T13:00:00Z"];
    const stretches = hours.map((start) => ({ start, date: start < "2025-01-31T23" ? "2025-01-31" : "2025-02-01" }));
    expect(stretches.map((it) => french.tick(it, "HOUR"))).toEqual(["23 h", "1 févr.", "14 h"]);
    expect(french.bucket(stretches[2]!, "HOUR")).toMatch(/^1 févr\..*14:00$/);
  });
});
