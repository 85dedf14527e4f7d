import { describe, expect, it } from "vitest";

import { namesLike } from "./search";

describe("a search for names", () => {
  it("finds them however they are typed", () => {
    const wanted = namesLike("côté d'azur")?.or.map(({ name }) => name.contains);
    expect(wanted).toEqual(["côté d'azur", "Côté d'azur", "Côté D'Azur"]);
  });

  it("leaves the text of nothing alone", () => {
    expect(namesLike("")).toBeUndefined();
  });
});
