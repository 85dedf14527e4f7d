import { describe, expect, it } from "vitest";

import { formatPlace, fullName, groupedBy, parsePlace, placeInput, placeSearch } from "./place";

describe("a place", () => {
  it.each([
    [["United States", "Ohio", "Springfield"], "United States/Ohio/Springfield"],
    [["United States", null, "a/b~c"], "United States//a~1b~0c"],
    [[null, null, null], "//"],
  ])("comes back as it was: %j", (levels, text) => {
    expect(formatPlace(levels)).toBe(text);
    expect(parsePlace("city", text)).toEqual(levels);
  });

  it("has all the levels of its kind", () => {
    expect(parsePlace("city", "Springfield")).toBeUndefined();
    expect(parsePlace("state", "United States/Ohio/Springfield")).toBeUndefined();
  });

  it("is filtered and grouped by all of its levels", () => {
    expect(placeInput("state", "United States/")).toEqual({ country: "United States", state: null });
    expect(groupedBy("CITY")).toEqual(["COUNTRY", "STATE", "CITY"]);
    expect(groupedBy("COUNTRY")).toEqual(["COUNTRY"]);
    expect(groupedBy("SUB_CATEGORY")).toEqual(["SUB_CATEGORY"]);
  });

  it("is found by the words of all of its levels", () => {
    expect(placeSearch("state", "ohio  UNITED")).toEqual({
      and: [
        { or: [{ country: { search: "ohio" } }, { state: { search: "ohio" } }] },
        { or: [{ country: { search: "UNITED" } }, { state: { search: "UNITED" } }] },
      ],
    });
  });

  it("is named from the narrowest level on", () => {
    expect(fullName(["United States", null, "Springfield"], "?", true)).toBe("Springfield, ?");
    expect(fullName(["France", "Rhône"], "?", false)).toBe("Rhône, France");
    expect(fullName(["France"], "?", true)).toBe("France");
  });
});
