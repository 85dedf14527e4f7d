import type { StringFilter } from "../api/generated/graphql";

/** Names that hold a text as it is, or as names are written: the server tells capitals from small letters. */
export function namesLike(text: string): { or: { name: StringFilter }[] } | undefined {
  if (text === "") return undefined;
  const small = text.toLowerCase();
  const words = small.replace(/(^|[\s'’-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
  const first = small.charAt(0).toUpperCase() + small.slice(1);
  return { or: [...new Set([text, small, first, words])].map((contains) => ({ name: { contains } })) };
}
