import type { JSX } from "preact";

import { OverviewDocument } from "../api/generated/graphql";
import { useQuery } from "../api/use-query";
import { cardFigures, seriesTitle } from "../figures/buckets";
import { comparedSeries } from "../figures/series";
import { Card } from "../parts/card";
import { GroupBars } from "../parts/group-bars";
import { GroupShares } from "../parts/group-shares";
import { MoneyBridge } from "../parts/money-bridge";
import { SeriesPanel } from "../parts/series-panel";
import { ViewFrame } from "../parts/view-frame";
import { BASELINES } from "../state/address";
import type { Kpi } from "../state/kpi";
import { change } from "../state/navigation";
import { grainFor } from "../state/period";
import { useSetting } from "../state/setting";

const HEADLINE = [
  "totalSales",
  "totalProfit",
  "orderCount",
  "customerCount",
  "averageBasket",
  "profitMargin",
  "unitsSold",
  "retentionRate",
] as const satisfies readonly Kpi[];

const BESIDE = ["totalSales", "totalProfit", "profitMargin", "orderCount", "customerCount"] as const;

/** How the shop is doing. */
export function Overview(): JSX.Element {
  const setting = useSetting();
  const { address, words, filter } = setting;
  const grain = grainFor(setting.span);
  const query = useQuery(OverviewDocument, {
    filter: filter(),
    exceptCategory: filter("category"),
    exceptRegion: filter("region"),
    exceptSegment: filter("segment"),
    grain,
    before: BASELINES[address.before],
    beforeIsYear: address.before === "year",
  });
  const kpi = HEADLINE.find((it) => it === address.kpi) ?? "totalSales";
  return (
    <ViewFrame query={query} missing={({ kpis }) => (kpis.orderCount === 0 ? "orders" : undefined)}>
      {(data) => {
        const series = data && comparedSeries(setting, grain, data.kpis);
        return (
          <>
            <div class="cards">
              {HEADLINE.map((it) => (
                <Card
                  kpi={it}
                  figures={data && series && cardFigures(setting, series, it, data.kpis)}
                  chosen={it === kpi}
                  onChoose={() => change({ kpi: it })}
                />
              ))}
            </div>
            <SeriesPanel id="series" kpi={kpi} series={series} title={seriesTitle(setting, kpi, grain)} />
            <MoneyBridge kpis={data?.kpis} />
            <GroupBars
              id="category"
              title={words.charts.by(words.kpis.totalSales, words.dimensions.category)}
              of={words.dimensions.category}
              kpi="totalSales"
              more={BESIDE}
              groups={data?.byCategory.breakdown}
              width={4}
              lines={9}
              rest
            />
            <GroupBars
              id="region"
              title={words.charts.by(words.kpis.totalSales, words.dimensions.region)}
              of={words.dimensions.region}
              kpi="totalSales"
              more={BESIDE}
              groups={data?.byRegion.breakdown}
              width={4}
              lines={9}
              rest
            />
            <GroupShares
              id="segment"
              title={words.charts.by(words.kpis.totalSales, words.dimensions.segment)}
              of={words.dimensions.segment}
              more={BESIDE}
              groups={data?.bySegment.breakdown}
            />
          </>
        );
      }}
    </ViewFrame>
  );
}
