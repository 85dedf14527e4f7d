import { describe, expect, it } from "vitest";

import { formatAddress, parseAddress, withView } from "./address";

const parsed = (href: string) => {
  const { pathname, search } = new URL(href, "http://shop.test");
  return parseAddress(pathname, search);
};

describe("an address", () => {
  it.each([
    "/",
    "/products?period=2025&category=Furniture&category=Textiles&kpi=unitsSold",
    "/places?state=United+States%2F&city=United+States%2FOhio%2FSpringfield&city=%2F%2F",
    "/time?period=2025-01-15..2025-02-14&before=period&grain=WEEK",
    "/places?period=all&country=C%C3%B4te+d%27Ivoire&zone=CITY&world=1&table=map",
    "/customers?segment=",
    "/customers?customerKind=new&kpi=orderCount&cohort=value",
    "/products?product=P-0001&pairs=LIFT&minOrders=5&table=pairs",
    "/?period=2025&why=salesTree&table=why",
    "/?period=fy2024",
  ])("comes back as it was: %s", (href) => {
    expect(formatAddress(parsed(href))).toBe(href);
  });

  it("leaves out what is usual", () => {
    expect(formatAddress(parsed("/?period=12m&before=year"))).toBe("/");
  });

  it("ignores what it does not know", () => {
    const address = parsed("/nowhere?period=soon&kpi=fame&grain=DECADE&pairs=FAME&minOrders=4&colour=red&city=Springfield");
    expect(formatAddress(address)).toBe("/");
  });

  it("takes no range that ends before it begins", () => {
    expect(parsed("/?period=2025-02-01..2025-01-01").period).toEqual({ kind: "preset", preset: "12m" });
  });

  it("keeps the period and the filters in another view, and nothing of the first one", () => {
    const address = parsed("/places?period=2025&region=West&kpi=totalProfit&zone=CITY&world=1&table=map");
    expect(formatAddress(withView(address, "products"))).toBe("/products?period=2025&region=West");
  });
});
