import type { JSX } from "preact";

import { type Grain, ProductsDocument, type ProductsQuery } from "../api/generated/graphql";
import { useQuery } from "../api/use-query";
import { withOwn } from "../api/with-own";
import { askGroups } from "../exports/question";
import { cardFigures } from "../figures/buckets";
import { groupSheet, type Groups } from "../figures/groups";
import { classCounts, PARETO, paretoSheet } from "../figures/pareto";
import { hasNoOrders, partOfProfit } from "../figures/unknown";
import { explained } from "../i18n/definitions";
import { Card } from "../parts/card";
import { GroupBars } from "../parts/group-bars";
import { Panel } from "../parts/panel";
import { Segments, Select } from "../parts/select";
import { ViewFrame } from "../parts/view-frame";
import type { Kpi } from "../state/kpi";
import { change } from "../state/navigation";
import { type Setting, useSetting } from "../state/setting";
import { BoughtTogether } from "./bought-together";

const CARDS = [
  "totalSales",
  "unitsSold",
  "lineCount",
  "averageUnitsPerOrder",
  "totalProfit",
  "profitMargin",
] as const satisfies readonly Kpi[];

/** What products can be compared by. */
const MEASURES = [
  "totalSales",
  "unitsSold",
  "orderCount",
  "averageQuantityPerOrder",
  "totalProfit",
  "profitMargin",
] as const satisfies readonly Kpi[];

/** What sells, and what does not pay. */
export function Products(): JSX.Element {
  const setting = useSetting();
  const { address, words, filter, own, may, kpiName, grain } = setting;
  const measured: readonly Kpi[] = MEASURES.filter(may.kpi);
  // Who may use none of these has others.
  const choices = measured.length > 0 ? [...measured, ...own.kpis.keys()] : setting.kpis;
  const kpi = choices.find((it) => it === address.kpi) ?? choices[0] ?? "totalSales";
  const ownChosen = MEASURES.some((it) => it === kpi) ? [] : [kpi];
  const query = useQuery(withOwn(ProductsDocument, { ProductKpis: ownChosen, Told: ownChosen }), {
    filter: filter(),
    inPeriod: setting.inPeriod,
    exceptCategory: filter("category"),
    exceptSubCategory: filter("subCategory"),
    exceptProduct: filter("product"),
    orderBy: setting.orderName(kpi),
    bySales: kpi === "totalSales",
    grain,
  });
  // As many as every shop has are all in sight; with a shop's own they would be too many.
  const Choice = own.kpis.size > 0 ? Select : Segments;
  const measures = (
    <Choice
      label={words.panel.measure}
      value={kpi}
      options={choices.map((it) => [it, kpiName(it)] as const)}
      onChange={(chosen) => change({ kpi: chosen })}
    />
  );
  return (
    <ViewFrame query={query} missing={({ kpis }) => (hasNoOrders(kpis) ? "orders" : undefined)} own={ownChosen}>
      {(data) => (
        <>
          <div class="cards six">
            {CARDS.filter(may.kpi).map((it) => (
              <Card kpi={it} figures={data && assortment(setting, data, grain, it)} />
            ))}
          </div>
          <div class="span-12 divider">{measures}</div>
          <Ranking id="category" dimension="category" kpi={kpi} groups={data?.byCategory.breakdown} />
          <Ranking id="subCategory" dimension="subCategory" kpi={kpi} groups={data?.bySubCategory.breakdown} />
          <Losses groups={data?.byProduct.losses} part={data && partOfProfit(data.kpis)} />
          <Best kpi={kpi} own={ownChosen} data={data} />
          {may.dimension("product") && may.kpi("orderCount") && <BoughtTogether isReady={data !== undefined} />}
        </>
      )}
    </ViewFrame>
  );
}

/** The products by the KPI at hand; those with the most sales by how many of them make most of the sales, too. */
function Best({ kpi, own, data }: { kpi: Kpi; own: readonly Kpi[]; data: ProductsQuery | undefined }): JSX.Element {
  const setting = useSetting();
  const { words, format } = setting;
  const groups = data?.byProduct.breakdown;
  const isPareto = kpi === "totalSales";
  const sheetOf = isPareto ? paretoSheet : groupSheet;
  const count = groups && words.panel.inAll(format.value("count", groups.groupCount));
  const counts = data?.byProduct.all ? classCounts(setting, data.byProduct.all) : [];
  return (
    <Panel
      id="product"
      title={words.charts.top(setting.kpiName(kpi))}
      width={12}
      explained={[explained(kpi), ...(isPareto ? PARETO : [])]}
      question={askGroups(setting, { by: "product", kpis: [...MEASURES, ...own], orderBy: kpi, first: 20 })}
      sheet={groups && sheetOf(setting, words.dimensions.product, groups, [...MEASURES, ...own])}
      tabular
      footnote={count && [count, ...counts, ...(isPareto ? [words.charts.classes] : [])].join(" · ")}
    />
  );
}

function Ranking(props: {
  id: string;
  dimension: "category" | "subCategory";
  kpi: Kpi;
  groups: Groups | undefined;
}): JSX.Element {
  const setting = useSetting();
  const { words, kpiName } = setting;
  const name = words.dimensions[props.dimension];
  return (
    <GroupBars
      {...props}
      title={words.charts.by(kpiName(props.kpi), name)}
      of={name}
      more={MEASURES}
      question={askGroups(setting, { by: props.dimension, kpis: MEASURES, orderBy: props.kpi, first: 10 })}
      width={4}
      lines={10}
    />
  );
}

/** The products whose profit is below zero, the worst first. */
function Losses({ groups, part }: { groups: Groups | undefined; part: number | undefined }): JSX.Element {
  const setting = useSetting();
  const { words, format } = setting;
  const losses = groups && { rows: groups.rows.filter((row) => (row.kpis.totalProfit ?? 0) < 0) };
  // Without any profit there is no telling which products lose money.
  const isKnown = groups?.rows.some((row) => row.kpis.totalProfit !== null);
  const none = part ? words.charts.noKnownLosses(format.share(part)) : words.charts.noLosses;
  return (
    <GroupBars
      id="losses"
      title={words.charts.losses}
      of={words.dimensions.product}
      kpi="totalProfit"
      more={MEASURES}
      groups={losses}
      question={askGroups(setting, { by: "product", kpis: MEASURES, orderBy: "totalProfit", direction: "ASC", first: 10 })}
      empty={isKnown ? none : words.states.unknown(words.kpis.totalProfit)}
      width={4}
      lines={10}
    />
  );
}

function assortment(setting: Setting, { kpis }: ProductsQuery, grain: Grain, kpi: Kpi) {
  const series = { grain, buckets: kpis.timeSeries };
  return cardFigures(setting, series, kpi, kpis);
}
