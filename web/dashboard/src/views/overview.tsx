import type { JSX } from "preact";

import { OverviewDocument } from "../api/generated/graphql";
import { useQuery } from "../api/use-query";
import { withOwn } from "../api/with-own";
import { cardFigures, seriesTitle } from "../figures/buckets";
import { comparedSeries } from "../figures/series";
import { explained } from "../i18n/definitions";
import { Card } from "../parts/card";
import { GroupBars } from "../parts/group-bars";
import { GroupShares } from "../parts/group-shares";
import { MoneyBridge } from "../parts/money-bridge";
import { Select } from "../parts/select";
import { SeriesPanel } from "../parts/series-panel";
import { ViewFrame } from "../parts/view-frame";
import { BASELINES } from "../state/address";
import { dimensionOf } from "../state/filter";
import { chosen, type Kpi, ownAmong } from "../state/kpi";
import { change } from "../state/navigation";
import type { OwnDimension } from "../state/own";
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

/** The most cards of the shop's own KPIs; the others are measures to choose where there is a choice. */
const MOST_OWN = 8;

const BESIDE = ["totalSales", "totalProfit", "profitMargin", "orderCount", "customerCount"] as const;

/** How the shop is doing. */
export function Overview(): JSX.Element {
  const setting = useSetting();
  const { address, words, filter, own, kpiName, dimensionName } = setting;
  const grain = grainFor(setting.span);
  const cards: readonly Kpi[] = [...HEADLINE, ...[...own.kpis.keys()].slice(0, MOST_OWN)];
  const kpi = cards.find((it) => it === address.kpi) ?? "totalSales";
  const by = address.by ?? [...own.dimensions.keys()][0];
  const ownCards = ownAmong(cards);
  const document = withOwn(OverviewDocument, {
    Headline: ownCards,
    HeadlineChange: ownCards,
    HeadlineDifference: ownCards,
    Told: ownCards,
    Chosen: ownAmong([kpi]),
  });
  const query = useQuery(document, {
    filter: filter(),
    inPeriod: setting.inPeriod,
    exceptCategory: filter("category"),
    exceptRegion: filter("region"),
    exceptSegment: filter("segment"),
    grain,
    before: BASELINES[address.before],
    beforeIsYear: address.before === "year",
    exceptOwn: filter(by),
    hasOwn: by !== undefined,
    own: by ? [dimensionOf(by)] : [],
    orderBy: setting.orderName(kpi),
    ...chosen(kpi),
  });
  return (
    <ViewFrame query={query} missing={({ kpis }) => (kpis.orderCount === 0 ? "orders" : undefined)} own={ownCards}>
      {(data) => {
        const series = data && comparedSeries(setting, grain, data.kpis);
        return (
          <>
            <div class="cards">
              {cards.map((it) => (
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
            {by && (
              <GroupBars
                id="own"
                title={words.charts.by(kpiName(kpi), dimensionName(by))}
                of={dimensionName(by)}
                kpi={kpi}
                more={BESIDE}
                groups={data?.byOwn?.breakdown}
                explained={[explained(kpi), by]}
                width={12}
                lines={6}
                aside={<OwnDimensions chosen={by} />}
              />
            )}
          </>
        );
      }}
    </ViewFrame>
  );
}

/** What the shop's own ranking is by, where there is a choice. */
function OwnDimensions({ chosen }: { chosen: OwnDimension }): JSX.Element | null {
  const { words, own } = useSetting();
  if (own.dimensions.size < 2) return null;
  const options = [...own.dimensions].map(([dimension, { name }]) => [dimension, name] as const);
  return <Select label={words.panel.by} value={chosen} options={options} onChange={(by) => change({ by })} />;
}
