import type { JSX } from "preact";

import {
  BoughtTogetherDocument,
  type BoughtTogetherQuery,
  PairsDocument,
  type PairsFragment,
  type PairsQueryVariables,
} from "../api/generated/graphql";
import { useNames } from "../api/use-names";
import { type Query, useQuery } from "../api/use-query";
import { askPairs } from "../exports/question";
import { pairSheet, towardsConfidence } from "../figures/pairs";
import { Panel } from "../parts/panel";
import { Segments, Select } from "../parts/select";
import { MIN_ORDERS, PAIR_ORDERS, USUAL_MIN_ORDERS } from "../state/address";
import type { FilterDimension } from "../state/filter";
import { change } from "../state/navigation";
import { useTurn } from "../state/near";
import { type Setting, useSetting } from "../state/setting";

/** How many pairs are shown. */
const FIRST = 20;

/** What a filter keeps lines of orders by, rather than whole ones. */
const OF_PRODUCTS: readonly FilterDimension[] = ["category", "subCategory", "product"];

/** Which products are on the same orders; where one is chosen, what else is on the orders with it. */
export function BoughtTogether({ isReady }: { isReady: boolean }): JSX.Element {
  const setting = useSetting();
  const { address, words, format } = setting;
  const [place, isDue] = useTurn(isReady);
  const nameOf = useNames(address.filters);
  const code = onlyProduct(setting);
  const asked = askedFor(setting, code);
  const query = usePairs(isDue, asked, code);
  const pairs = query.data && (code === undefined ? towardsConfidence(query.data.pairs) : query.data.pairs);
  const isWithin = OF_PRODUCTS.some((it) => address.filters[it] && (it !== "product" || code === undefined));
  const notes = [
    ...(query.data && query.data.totalCount > query.data.pairs.length
      ? [words.panel.inAll(format.value("count", query.data.totalCount))]
      : []),
    ...(isWithin ? [words.charts.pairsWithin] : []),
  ];
  return (
    <Panel
      id="pairs"
      title={code === undefined ? words.charts.pairs : words.charts.pairsWith(nameOf("product", code))}
      width={12}
      height={400}
      explained={["Kpis.pairs", "ProductPair.support", "ProductPair.confidence", "ProductPair.lift"]}
      place={place}
      query={query}
      question={askPairs(setting, asked, code)}
      sheet={pairs && pairSheet(setting, pairs, code !== undefined)}
      empty={code === undefined ? words.charts.noPairs(asked.minOrders) : words.charts.noPairsWith(asked.minOrders)}
      aside={<Choices asked={asked} />}
      footnote={notes.length > 0 && notes.join(" · ")}
      tabular
    />
  );
}

function Choices({ asked }: { asked: Asked }): JSX.Element {
  const { words, format } = useSetting();
  return (
    <>
      <Segments
        label={words.panel.orderBy}
        value={asked.orderBy}
        options={PAIR_ORDERS.map((it) => [it, words.pairOrders[it]] as const)}
        onChange={(pairs) => change({ pairs })}
      />
      <Select
        label={words.panel.minOrders}
        value={String(asked.minOrders)}
        options={MIN_ORDERS.map((it) => [String(it), format.value("count", it)] as const)}
        onChange={(chosen) => {
          const minOrders = MIN_ORDERS.find((it) => String(it) === chosen);
          if (minOrders) change({ minOrders });
        }}
      />
    </>
  );
}

type Asked = PairsQueryVariables;

/** The filter on the one product is on what it is together with, which it would leave out. */
function askedFor({ address, filter }: Setting, code: string | undefined): Asked {
  return {
    filter: filter(code === undefined ? undefined : "product"),
    first: FIRST,
    orderBy: address.pairs ?? "ORDERS",
    minOrders: address.minOrders ?? USUAL_MIN_ORDERS,
  };
}

/** The product that is looked at, where it is one. */
function onlyProduct({ address }: Setting): string | undefined {
  const [first, ...others] = address.filters.product ?? [];
  return others.length > 0 ? undefined : (first ?? undefined);
}

function usePairs(isDue: boolean, asked: Asked, code: string | undefined): Query<PairsFragment> {
  const ofAll = useQuery(PairsDocument, isDue && code === undefined ? asked : null);
  const ofOne = useQuery(BoughtTogetherDocument, isDue && code !== undefined ? { ...asked, code } : null);
  const { data: _, ...state } = code === undefined ? ofAll : ofOne;
  const data = code === undefined ? ofAll.data?.kpis.pairs : ofOne.data && pairsOf(ofOne.data);
  return data ? { ...state, data } : state;
}

/** A product that the shop does not know is bought with nothing. */
function pairsOf({ products }: BoughtTogetherQuery): PairsFragment {
  return products?.edges?.[0]?.node?.boughtTogether ?? { totalCount: 0, pairs: [] };
}
