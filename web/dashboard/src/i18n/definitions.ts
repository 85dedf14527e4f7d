import { definitions } from "../api/generated/definitions";
import { isBuiltIn, type Kpi } from "../state/kpi";
import { isOwnDimension, type OwnDimension, type OwnKpi, type OwnWords } from "../state/own";
import { frenchDefinitions } from "./definitions.fr";
import type { Language } from "./language";

type Types = typeof definitions;

/** A field of every shop's schema, such as `Kpis.totalSales`. */
type Field = { [T in keyof Types & string]: `${T}.${keyof Types[T] & string}` }[keyof Types & string];

/** What there is a text for: a field, or a word of the shop's own. */
export type Explained = Field | OwnKpi | OwnDimension;

export interface Definition {
  readonly text: string;
  /** The language that the text is in: the schema's own where it is not translated; nobody says of the shop's own. */
  readonly language: Language | undefined;
}

export function explained(kpi: Kpi): Explained {
  return isBuiltIn(kpi) ? `Kpis.${kpi}` : kpi;
}

/** What the schema says of it, in the reader's language as far as that is known. */
export function definitionOf(it: Explained, language: Language, own: OwnWords): Definition {
  const word = isOwnDimension(it) ? own.dimensions.get(it) : own.kpis.get(it as OwnKpi);
  return word ? { text: word.text, language: undefined } : ofField(it as Field, language);
}

function ofField(field: Field, language: Language): Definition {
  const [type, name] = field.split(".") as [keyof Types, never];
  const { text } = definitions[type][name] as { readonly text: string };
  const translated = language === "fr" ? frenchDefinitions[text] : undefined;
  return translated ? { text: translated, language } : { text, language: "en" };
}
