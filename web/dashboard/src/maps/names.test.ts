import { describe, expect, it } from "vitest";

import { areUsStates, countryOnMap, stateOnMap } from "./names";

const places = new Set(["United States of America", "Germany", "Czechia", "Côte d'Ivoire"]);

describe("places on a map", () => {
  it("are known by the names that shops give them", () => {
    const found = ["United States", "USA", "US", "DE", "Allemagne", "Czech Republic", "Cote d'Ivoire"].map((name) =>
      countryOnMap(name, places),
    );
    expect(found).toEqual([
      "United States of America",
      "United States of America",
      "United States of America",
      "Germany",
      "Germany",
      "Czechia",
      "Côte d'Ivoire",
    ]);
  });

  it("are left out rather than guessed", () => {
    expect(countryOnMap("Atlantis", places)).toBeUndefined();
    expect(stateOnMap("Bavaria")).toBeUndefined();
  });

  it("tell a shop in the US by its states", () => {
    expect(areUsStates(["California", "TX", "New York", null])).toBe(true);
    expect(areUsStates(["Bavaria", "Normandie", "Utrecht"])).toBe(false);
    expect(areUsStates([])).toBe(false);
  });
});
