import { useEffect, useState } from "preact/hooks";

import type { Searched } from "../state/filter";
import { namesLike } from "../state/search";
import type { Choice } from "../state/shop";
import { FoundDocument } from "./generated/graphql";
import { useQuery } from "./use-query";

/** How long a reader pauses in typing before the server is asked, in milliseconds. */
const PAUSE = 200;

/** The products or customers that a text is part of the name of; undefined while they are on their way. */
export function useFound(dimension: Searched, text: string): readonly Choice[] | undefined {
  const wanted = usePaused(text.trim());
  const filter = namesLike(wanted);
  const { data, loading } = useQuery(FoundDocument, {
    ofProducts: dimension === "product",
    ofCustomers: dimension === "customer",
    ...(filter && { products: filter, customers: filter }),
  });
  if (!data || loading) return undefined;
  const edges = (dimension === "product" ? data.products : data.customers)?.edges ?? [];
  return edges.flatMap((edge) => (edge?.node ? [{ value: edge.node.code, label: edge.node.name }] : []));
}

function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}
