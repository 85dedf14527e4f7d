import { wordFor } from "../i18n/values";
import type { FilterDimension, Filters } from "../state/filter";
import { fullName, isPlace, parsePlace } from "../state/place";
import { useSetting } from "../state/setting";
import { NamesDocument } from "./generated/graphql";
import { useQuery } from "./use-query";

/** What products, customers and places are called; any other value is its own name. */
export function useNames(filters: Filters): (dimension: FilterDimension, value: string) => string {
  const { words, shop } = useSetting();
  const products = known(filters.product);
  const customers = known(filters.customer);
  const wanted = products.length + customers.length > 0;
  const { data } = useQuery(NamesDocument, wanted ? { products, customers } : null);
  const nodes = {
    product: data?.products?.edges ?? [],
    customer: data?.customers?.edges ?? [],
  };
  return (dimension, value) => {
    if (isPlace(dimension)) {
      const levels = parsePlace(dimension, value) ?? [value];
      return fullName(levels, words.filter.missing, shop.country?.length === 1);
    }
    if (dimension !== "product" && dimension !== "customer") return wordFor(dimension, value, words) ?? value;
    const edge = nodes[dimension]?.find((it) => it?.node?.code === value);
    return edge?.node?.name ?? value;
  };
}

function known(values: readonly (string | null)[] | undefined): string[] {
  return (values ?? []).filter((value) => value !== null);
}
