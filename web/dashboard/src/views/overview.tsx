import type { JSX } from "preact";

import { OverviewDocument, type OverviewQuery } from "../api/generated/graphql";
import { type Query, useQuery } from "../api/use-query";
import { withOwn } from "../api/with-own";
import { askGroups, driverGroups } from "../exports/question";
import { cardFigures, seriesTitle } from "../figures/buckets";
import type { Groups } from "../figures/groups";
import { comparedSeries } from "../figures/series";
import { hasNoOrders } from "../figures/unknown";
import { explained } from "../i18n/definitions";
import { Card } from "../parts/card";
import { GroupBars } from "../parts/group-bars";
import { GroupShares } from "../parts/group-shares";
import { MoneyBridge } from "../parts/money-bridge";
import { Select } from "../parts/select";
import { SeriesPanel } from "../parts/series-panel";
import { MOST_DRIVERS, WhyPanel } from "../parts/why-panel";
import { ViewFrame } from "../parts/view-frame";
import { BASELINES } from "../state/address";
import { dimensionOf } from "../state/filter";
import { chosen, isBuiltIn, type Kpi, ownAmong } from "../state/kpi";
import { change } from "../state/navigation";
import type { OwnDimension } from "../state/own";
import { type Setting, useSetting } from "../state/setting";
import { drivenKpi, wayOf } from "../state/why";

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
  const { address, own, grain } = setting;
  const cards: readonly Kpi[] = [...headline(setting), ...[...own.kpis.keys()].slice(0, MOST_OWN)];
  const kpi = cards.find((it) => it === address.kpi) ?? cards[0] ?? "totalSales";
  const by = address.by ?? [...own.dimensions.keys()][0];
  const query = useOverview(cards, kpi, by);
  return (
    <ViewFrame
      query={query}
      missing={({ kpis }) => (hasNoOrders(kpis) ? "orders" : undefined)}
      own={besides(cards)}
    >
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
            <WhyPanel kpi={kpi} drivers={data?.kpis.drivers} />
            <MoneyBridge kpis={data?.kpis} />
            <Sales data={data} />
            {by && <OwnRanking kpi={kpi} by={by} groups={data?.byOwn?.breakdown} />}
          </>
        );
      }}
    </ViewFrame>
  );
}

/** The KPIs that every shop has cards of; who may not use all of them has others in their place. */
function headline({ may, kpis }: Setting): readonly Kpi[] {
  if (may.everything) return HEADLINE;
  const usual = HEADLINE.filter(may.kpi);
  return [...usual, ...kpis.filter((it) => isBuiltIn(it) && !usual.some((other) => other === it))].slice(0, HEADLINE.length);
}

/** Those that the document does not name. */
function besides(cards: readonly Kpi[]): readonly Kpi[] {
  return cards.filter((it) => !HEADLINE.some((other) => other === it));
}

/** Asks for the cards, and for the rankings, of which that by a dimension of the shop's own is by the KPI at hand. */
function useOverview(cards: readonly Kpi[], kpi: Kpi, by: OwnDimension | undefined): Query<OverviewQuery> {
  const setting = useSetting();
  const { address, filter, inPeriod, orderName } = setting;
  const driven = drivenKpi(setting, kpi);
  const way = wayOf(setting, driven);
  const own = besides(cards);
  const document = withOwn(OverviewDocument, {
    Headline: own,
    HeadlineChange: own,
    HeadlineDifference: own,
    Told: own,
    Chosen: ownAmong([kpi]),
  });
  return useQuery(document, {
    filter: filter(),
    inPeriod,
    exceptCategory: filter("category"),
    exceptRegion: filter("region"),
    exceptSegment: filter("segment"),
    grain: setting.grain,
    before: BASELINES[address.before],
    beforeIsYear: address.before === "year",
    exceptOwn: filter(by),
    hasOwn: by !== undefined,
    own: by ? [dimensionOf(by)] : [],
    orderBy: orderName(kpi),
    driven: orderName(driven),
    why: driverGroups(setting, way === "salesTree" ? undefined : way),
    drivers: MOST_DRIVERS,
    bySalesTree: way === "salesTree",
    ...chosen(kpi),
  });
}

/** The sales, or what else may be used, by what every shop has. */
function Sales({ data }: { data: OverviewQuery | undefined }): JSX.Element | null {
  const setting = useSetting();
  const { words, kpiName } = setting;
  const kpi = BESIDE.find(setting.may.kpi);
  if (!kpi) return null;
  const named = (dimension: "category" | "region" | "segment") => ({
    id: dimension,
    question: askGroups(setting, { by: dimension, kpis: BESIDE, orderBy: kpi, first: 12 }),
    title: words.charts.by(kpiName(kpi), words.dimensions[dimension]),
    of: words.dimensions[dimension],
    more: BESIDE,
  });
  const bars = { kpi, width: 4, lines: 9, rest: true } as const;
  return (
    <>
      <GroupBars {...named("category")} {...bars} groups={data?.byCategory.breakdown} />
      <GroupBars {...named("region")} {...bars} groups={data?.byRegion.breakdown} />
      {kpi === "totalSales" && <GroupShares {...named("segment")} groups={data?.bySegment.breakdown} />}
    </>
  );
}

/** The groups of a dimension of the shop's own, by the KPI that is chosen. */
function OwnRanking({ kpi, by, groups }: { kpi: Kpi; by: OwnDimension; groups: Groups | undefined }): JSX.Element {
  const setting = useSetting();
  const { words, kpiName, dimensionName } = setting;
  return (
    <GroupBars
      id="own"
      question={askGroups(setting, { by, kpis: BESIDE, orderBy: kpi, first: 12 })}
      title={words.charts.by(kpiName(kpi), dimensionName(by))}
      of={dimensionName(by)}
      kpi={kpi}
      more={BESIDE}
      groups={groups}
      explained={[explained(kpi), by]}
      width={12}
      lines={6}
      aside={<OwnDimensions chosen={by} />}
    />
  );
}

/** What the shop's own ranking is by, where there is a choice. */
function OwnDimensions({ chosen }: { chosen: OwnDimension }): JSX.Element | null {
  const { words, own } = useSetting();
  if (own.dimensions.size < 2) return null;
  const options = [...own.dimensions].map(([dimension, { name }]) => [dimension, name] as const);
  return <Select label={words.panel.by} value={chosen} options={options} onChange={(by) => change({ by })} />;
}
