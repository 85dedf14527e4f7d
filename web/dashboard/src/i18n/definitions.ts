import { definitions } from "../api/generated/definitions";
import { frenchDefinitions } from "./definitions.fr";
import type { Language } from "./language";

type Types = typeof definitions;

/** A field of the schema, such as `Kpis.totalSales`. */
export type Explained = { [T in keyof Types & string]: `${T}.${keyof Types[T] & string}` }[keyof Types & string];

export interface Definition {
  readonly text: string;
  /** The language that the text is in: the schema's own where it is not translated. */
  readonly language: Language;
}

/** What the schema says of a field, in the reader's language as far as that is known. */
export function definitionOf(field: Explained, language: Language): Definition {
  const [type, name] = field.split(".") as [keyof Types, never];
  const { text } = definitions[type][name] as { readonly text: string };
  const translated = language === "fr" ? frenchDefinitions[text] : undefined;
  return translated ? { text: translated, language } : { text, language: "en" };
}
