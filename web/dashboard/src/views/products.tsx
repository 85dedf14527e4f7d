import type { JSX } from "preact";

import { type ProductsQuery, ProductsDocument } from "../api/generated/graphql";
import { useQuery } from "../api/use-query";
import { withOwn } from "../api/with-own";
import { cardFigures } from "../figures/buckets";
import { groupSheet, type Groups } from "../figures/groups";
import { explained } from "../i18n/definitions";
import { Card } from "../parts/card";
import { GroupBars } from "../parts/group-bars";
import { Panel } from "../parts/panel";
import { Segments, Select } from "../parts/select";
import { ViewFrame } from "../parts/view-frame";
import { type Kpi, ownAmong } from "../state/kpi";
import { change } from "../state/navigation";
import { grainFor } from "../state/period";
import { type Setting, useSetting } from "../state/setting";

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
  const { address, words, format, filter, own, kpiName } = setting;
  const choices: readonly Kpi[] = [...MEASURES, ...own.kpis.keys()];
  const kpi = choices.find((it) => it === address.kpi) ?? "totalSales";
  const ownChosen = ownAmong([kpi]);
  const grain = grainFor(setting.span);
  const query = useQuery(withOwn(ProductsDocument, { ProductKpis: ownChosen, Told: ownChosen }), {
    filter: filter(),
    inPeriod: setting.inPeriod,
    exceptCategory: filter("category"),
    exceptSubCategory: filter("subCategory"),
    exceptProduct: filter("product"),
    orderBy: setting.orderName(kpi),
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
    <ViewFrame query={query} missing={({ kpis }) => (kpis.lineCount === 0 ? "orders" : undefined)} own={ownChosen}>
      {(data) => (
        <>
          <div class="cards six">
            {CARDS.map((it) => (
              <Card kpi={it} figures={data && assortment(setting, data, grain, it)} />
            ))}
          </div>
          <div class="span-12 divider">{measures}</div>
          <Ranking id="category" dimension="category" kpi={kpi} groups={data?.byCategory.breakdown} />
          <Ranking id="subCategory" dimension="subCategory" kpi={kpi} groups={data?.bySubCategory.breakdown} />
          <Losses groups={data?.byProduct.losses} />
          <Panel
            id="product"
            title={words.charts.top(kpiName(kpi))}
            width={12}
            explained={[explained(kpi)]}
            sheet={data && groupSheet(setting, words.dimensions.product, data.byProduct.breakdown, [...MEASURES, ...ownChosen])}
            tabular
            footnote={data && words.panel.inAll(format.value("count", data.byProduct.breakdown.groupCount))}
          />
        </>
      )}
    </ViewFrame>
  );
}

function Ranking(props: {
  id: string;
  dimension: "category" | "subCategory";
  kpi: Kpi;
  groups: Groups | undefined;
}): JSX.Element {
  const { words, kpiName } = useSetting();
  const name = words.dimensions[props.dimension];
  return (
    <GroupBars {...props} title={words.charts.by(kpiName(props.kpi), name)} of={name} more={MEASURES} width={4} lines={10} />
  );
}

/** The products whose profit is below zero, the worst first. */
function Losses({ groups }: { groups: Groups | undefined }): JSX.Element {
  const { words } = useSetting();
  const losses = groups && { rows: groups.rows.filter((row) => (row.kpis.totalProfit ?? 0) < 0) };
  // Without any profit there is no telling which products lose money.
  const isKnown = groups?.rows.some((row) => row.kpis.totalProfit !== null);
  return (
    <GroupBars
      id="losses"
      title={words.charts.losses}
      of={words.dimensions.product}
      kpi="totalProfit"
      more={MEASURES}
      groups={losses}
      empty={isKnown ? words.charts.noLosses : words.states.unknown(words.kpis.totalProfit)}
      width={4}
      lines={10}
    />
  );
}

function assortment(setting: Setting, { kpis }: ProductsQuery, grain: ReturnType<typeof grainFor>, kpi: Kpi) {
  const series = { grain, buckets: kpis.timeSeries };
  return cardFigures(setting, series, kpi, kpis);
}
