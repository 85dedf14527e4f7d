import type { Kpi } from "../state/kpi";
import { TypedDocumentString } from "./generated/graphql";

/** KPIs by the fragment that asks for them, too: those of the shop's own, or others that the document does not name. */
export type Asked = Readonly<Record<string, readonly Kpi[]>>;

const FRAGMENT = /fragment (\w+) on Kpi\w+ \{/g;

/**
 * A document whose fragments of KPIs ask for some of the shop's own besides: only the shop
 * knows what they are called, so no document can be written for them.
 */
export function withOwn<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  asked: Asked,
): TypedDocumentString<Result, Variables> {
  const text = document.toString().replace(FRAGMENT, (head, name: string) => [head, ...(asked[name] ?? [])].join(" "));
  return new TypedDocumentString(text, document.__meta__);
}
