import { describe, expect, it } from "vitest";

import { KPIS } from "../state/kpi";
import { definitionOf } from "./definitions";
import { chooseLanguage, localeOf } from "./language";

const NOTHING_OWN = { kpis: new Map(), dimensions: new Map() };

describe("definitions", () => {
  it("are in French for every KPI, as the schema has them now", () => {
    const untranslated = KPIS.filter((kpi) => definitionOf(`Kpis.${kpi}`, "fr", NOTHING_OWN).language !== "fr");
    expect(untranslated).toEqual([]);
  });
});

describe("definitions of what is bought together and of RFM", () => {
  it.each([
    "Kpis.pairs",
    "ProductPair.support",
    "ProductPair.confidence",
    "ProductPair.lift",
    "Kpis.rfm",
    "RfmCell.recency",
    "RfmCell.frequencyMonetary",
  ] as const)("are in French: %s", (field) => {
    expect(definitionOf(field, "fr", NOTHING_OWN).language).toBe("fr");
  });
});

describe("the language", () => {
  it("is the one chosen before, else the browser's", () => {
    expect(chooseLanguage("fr", ["en-GB"])).toBe("fr");
    expect(chooseLanguage(null, ["de-DE", "fr-CA", "en"])).toBe("fr");
    expect(chooseLanguage(null, ["de-DE"])).toBe("en");
  });

  it("is written as in the reader's own country", () => {
    expect(localeOf("fr", ["en-GB", "fr-CA"])).toBe("fr-CA");
    expect(localeOf("fr", ["en-GB"])).toBe("fr");
  });
});
