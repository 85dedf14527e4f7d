import type { FilterDimension } from "../state/filter";
import type { Messages } from "./messages";

/** A value that is a word of the server's own, in the reader's language; any other is the shop's, and stays as it is. */
export function wordFor(dimension: FilterDimension, value: string | null, { customerKinds }: Messages): string | undefined {
  if (dimension !== "customerKind") return undefined;
  return value === "new" || value === "returning" ? customerKinds[value] : undefined;
}
