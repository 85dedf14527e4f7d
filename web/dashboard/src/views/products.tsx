import type { JSX } from "preact";

import { type ProductsQuery, ProductsDocument } from "../api/generated/graphql";
import { useQuery } from "../api/use-query";
import { cardFigures } from "../figures/buckets";
import { groupSheet, type Groups } from "../figures/groups";
import { Card } from "../parts/card";
import { GroupBars } from "../parts/group-bars";
import { Panel } from "../parts/panel";
import { Segments } from "../parts/select";
import { ViewFrame } from "../parts/view-frame";
import { type Kpi, orderName } from "../state/kpi";
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
  const { address, words, format, filter } = setting;
  const kpi = MEASURES.find((it) => it === address.kpi) ?? "totalSales";
  const grain = grainFor(setting.span);
  const query = useQuery(ProductsDocument, {
    filter: filter(),
    exceptCategory: filter("category"),
    exceptSubCategory: filter("subCategory"),
    exceptProduct: filter("product"),
    orderBy: orderName(kpi),
    grain,
  });
  const measures = (
    <Segments
      label={words.panel.measure}
      value={kpi}
      options={MEASURES.map((it) => [it, words.kpis[it]] as const)}
      onChange={(chosen) => change({ kpi: chosen })}
    />
  );
  return (
    <ViewFrame query={query} missing={({ kpis }) => (kpis.lineCount === 0 ? "orders" : undefined)}>
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
            title={words.charts.top(words.kpis[kpi])}
            width={12}
            explained={[`Kpis.${kpi}`]}
            sheet={data && groupSheet(setting, words.dimensions.product, data.byProduct.breakdown, MEASURES)}
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
  const { words } = useSetting();
  const name = words.dimensions[props.dimension];
  return (
    <GroupBars {...props} title={words.charts.by(words.kpis[props.kpi], name)} of={name} more={MEASURES} width={4} lines={10} />
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
