import type { JSX } from "preact";

import { type TimeQuery, TimeDocument } from "../api/generated/graphql";
import type { Grain } from "../api/generated/graphql";
import { useQuery } from "../api/use-query";
import { withOwn } from "../api/with-own";
import { askPeaks } from "../exports/question";
import { bucketColumn, cutNotes, seriesTitle, timedColumn, timedName } from "../figures/buckets";
import { comparedSeries } from "../figures/series";
import { sheetOf } from "../figures/sheet";
import { hasNoOrders } from "../figures/unknown";
import { explained } from "../i18n/definitions";
import { Panel } from "../parts/panel";
import { Select } from "../parts/select";
import { SeriesPanel } from "../parts/series-panel";
import { ViewFrame } from "../parts/view-frame";
import { BASELINES, GRAINS } from "../state/address";
import { chosen, type Kpi, ownAmong } from "../state/kpi";
import { change } from "../state/navigation";
import { useSetting } from "../state/setting";
import { isTimed } from "../state/shop";
import { Hours, Seasons } from "./seasons";

/** More buckets than this are no line but a blur, and much to ask for. */
const MOST_BUCKETS = 2_000;

const DAYS_IN: Readonly<Record<Grain, number>> = {
  HOUR: 1 / 24,
  DAY: 1,
  WEEK: 7,
  MONTH: 30,
  QUARTER: 91,
  YEAR: 365,
};

/** How sales move, and what comes round again. */
export function Time(): JSX.Element {
  const setting = useSetting();
  const { address, words, filter, shop, span, kpis, kpiName } = setting;
  const kpi = address.kpi ?? setting.usualKpi;
  const grains = GRAINS.filter((it) => span / DAYS_IN[it] <= MOST_BUCKETS && (it !== "HOUR" || isTimed(shop)));
  const grain = grains.find((it) => it === address.grain) ?? setting.grain;
  const peakGrain = grains.find((it) => it === address.grain) ?? "DAY";
  const own = ownAmong([kpi]);
  const query = useQuery(withOwn(TimeDocument, { Chosen: own, Told: own }), {
    filter: filter(),
    inPeriod: setting.inPeriod,
    grain,
    peakGrain,
    by: setting.orderName(kpi),
    before: BASELINES[address.before],
    beforeIsYear: address.before === "year",
    ...chosen(kpi),
  });
  const controls = (
    <>
      <Select
        label={words.panel.measure}
        value={kpi}
        options={kpis.map((it) => [it, kpiName(it)] as const)}
        onChange={(it) => change({ kpi: it })}
      />
      <Select
        label={words.grain}
        value={grain}
        options={grains.map((it) => [it, words.grains[it]] as const)}
        onChange={(it) => change({ grain: it })}
      />
    </>
  );
  return (
    <ViewFrame query={query} missing={missing} own={own} controls={controls}>
      {(data) => (
        <>
          <SeriesPanel
            id="series"
            kpi={kpi}
            title={seriesTitle(setting, kpi, grain)}
            series={data && comparedSeries(setting, grain, data.kpis)}
          />
          <Seasons id="months" slots={data?.kpis.months} />
          <Seasons id="weekdays" slots={data?.kpis.weekdays} />
          <Hours slots={data?.kpis.hours} />
          <Peaks kpi={kpi} grain={peakGrain} peaks={data?.kpis.peaks} />
        </>
      )}
    </ViewFrame>
  );
}

function missing({ kpis }: TimeQuery): "orders" | undefined {
  return hasNoOrders(kpis) ? "orders" : undefined;
}

/** As many as the view's document asks for. */
const MOST_PEAKS = 10;

/** The busiest buckets, the highest first. */
function Peaks(props: { kpi: Kpi; grain: Grain; peaks: TimeQuery["kpis"]["peaks"] | undefined }): JSX.Element {
  const setting = useSetting();
  const { words } = setting;
  const beside = (["totalSales", "orderCount", "customerCount", "averageBasket"] as const).filter((it) => it !== props.kpi && setting.may.kpi(it));
  // No more than fit beside the hours.
  const kpis = [props.kpi, ...beside.slice(0, 3)];
  const columns = [bucketColumn(setting, props.grain), ...kpis.map((kpi) => timedColumn(setting, kpi, props.grain))];
  return (
    <Panel
      id="peaks"
      title={words.charts.peaks(timedName(setting, props.kpi, props.grain))}
      width={5}
      explained={["Kpis.peaks", explained(props.kpi)]}
      question={askPeaks(setting, props.grain, [props.kpi, ...beside.slice(0, 3)], MOST_PEAKS)}
      sheet={props.peaks && sheetOf(props.peaks, columns, cutNotes(setting, props.peaks, props.grain))}
      tabular
    />
  );
}
