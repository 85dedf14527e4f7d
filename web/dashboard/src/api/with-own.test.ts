import { describe, expect, it } from "vitest";

import type { OwnKpi } from "../state/own";
import { OverviewDocument } from "./generated/graphql";
import { withOwn } from "./with-own";

const fees = "paymentFees" as OwnKpi;

describe("a document with KPIs of the shop's own", () => {
  it("asks for them in the fragments that are named, and in no other", () => {
    const text = withOwn(OverviewDocument, { Headline: [fees], HeadlineChange: [fees] }).toString();
    expect(text).toContain("fragment Headline on Kpis { paymentFees");
    expect(text).toContain("fragment HeadlineChange on KpiChanges { paymentFees");
    expect(text.match(/paymentFees/g)).toHaveLength(2);
  });

  it("is as it was where the shop has none", () => {
    expect(withOwn(OverviewDocument, { Headline: [] }).toString()).toBe(OverviewDocument.toString());
  });
});
