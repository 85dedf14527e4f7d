import type { JSX } from "preact";

import { type CustomersQuery, CustomersDocument, type Grain } from "../api/generated/graphql";
import { useQuery } from "../api/use-query";
import { type Columns, columnsOption } from "../charts/bars";
import { Chart } from "../charts/chart";
import { lineOption } from "../charts/line";
import { usePalette } from "../charts/palette";
import { askGroups, askSeries } from "../exports/question";
import { bucketColumn, bucketSheet, cardFigures, cutNotes, lineChart, timeColumns } from "../figures/buckets";
import { type Figures, groupSheet, type Groups, kpiColumn } from "../figures/groups";
import type { Series } from "../figures/series";
import { hasNoOrders } from "../figures/unknown";
import { type Column, sheetOf } from "../figures/sheet";
import type { Value } from "../format/format";
import { Card } from "../parts/card";
import { GroupBars } from "../parts/group-bars";
import { columnLegend, lineLegend } from "../parts/legend";
import { Panel } from "../parts/panel";
import { ViewFrame } from "../parts/view-frame";
import { CUSTOMER_KPIS, mayAll } from "../state/may";
import { cohortGrainFor } from "../state/period";
import { useSetting } from "../state/setting";
import { Cohorts } from "./cohorts";
import { CustomerKinds, KIND_KPIS, kindFilters } from "./customer-kinds";
import { Rfm } from "./rfm";

const OF_SEGMENTS = ["customerCount", "totalSales", "averageBasket", "ordersPerCustomer", "repeatCustomerRate"] as const;
const OF_CUSTOMERS = ["totalSales", "totalProfit", "orderCount", "averageBasket", "averageDaysBetweenOrders"] as const;

/** What scores customers by recency, frequency and money. */
const OF_RFM = ["customerCount", "orderCount", "totalSales"] as const;

const HEIGHT = 260;

/** Who buys, and who comes back. */
export function Customers(): JSX.Element {
  const setting = useSetting();
  const { address, words, filter, span, grain, may } = setting;
  const ofKinds = KIND_KPIS.find((it) => it === address.kpi) ?? KIND_KPIS.find(may.kpi) ?? "totalSales";
  const cohortGrain = cohortGrainFor(span);
  const cohortFigure = may.kpi("totalSales") ? (address.cohort ?? "share") : "share";
  const query = useQuery(CustomersDocument, {
    filter: filter(),
    inPeriod: setting.inPeriod,
    exceptSegment: filter("segment"),
    exceptCustomer: filter("customer"),
    ...kindFilters(setting),
    grain,
    cohortGrain,
    cohortSales: cohortFigure === "sales",
    cohortValue: cohortFigure === "value",
  });
  // A shop may call something else so; its values are then its own.
  const hasKinds = !setting.shop.dimensions.some(({ field, isOwn }) => isOwn && field === "customerKind");
  const ofSegments = askGroups(setting, { by: "segment", kpis: OF_SEGMENTS, orderBy: "customerCount", first: 12 });
  return (
    <ViewFrame query={query} missing={missing}>
      {(data) => {
        const series = data && seriesOf(data, grain);
        return (
          <>
            <div class="cards six">
              {CUSTOMER_KPIS.filter(may.kpi).map((kpi) => (
                <Card kpi={kpi} figures={series && cardFigures(setting, series, kpi, data.kpis)} />
              ))}
            </div>
            <NewAndReturning series={series} />
            <Loyalty series={series} />
            {hasKinds && may.dimension("customerKind") && <CustomerKinds kpi={ofKinds} grain={grain} data={data} />}
            <Cohorts cohorts={data?.kpis.cohorts} grain={cohortGrain} figure={cohortFigure} />
            {may.dimension("customer") && mayAll(may, OF_RFM) && <Rfm isReady={data !== undefined} />}
            <GroupBars
              id="segment"
              title={words.charts.segments}
              of={words.dimensions.segment}
              kpi="customerCount"
              more={OF_SEGMENTS}
              groups={data?.bySegment.breakdown}
              question={ofSegments}
              width={4}
              lines={5}
            />
            <Panel
              id="segments"
              title={words.charts.segmentTable}
              width={8}
              explained={OF_SEGMENTS.map((kpi) => `Kpis.${kpi}` as const)}
              question={ofSegments}
              sheet={data?.bySegment.breakdown && groupSheet(setting, words.dimensions.segment, data.bySegment.breakdown, OF_SEGMENTS)}
              tabular
            />
            <TopCustomers groups={data?.byCustomer.breakdown} />
          </>
        );
      }}
    </ViewFrame>
  );
}

/** Orders may name no customer; that is not to have none. */
function missing({ kpis }: CustomersQuery): "orders" | "customers" | undefined {
  if (hasNoOrders(kpis)) return "orders";
  return kpis.customerCount === 0 ? "customers" : undefined;
}

function seriesOf({ kpis }: CustomersQuery, grain: Grain): Series {
  return { grain, buckets: kpis.timeSeries };
}

/** The customers of each bucket, split by whether it saw their first order. */
function NewAndReturning({ series }: { series: Series | undefined }): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const { words, format } = setting;
  const title = words.charts.newAndReturning;
  const buckets = (series?.buckets ?? []).map((bucket) => ({
    ...bucket,
    returning: returningOf(bucket.kpis),
  }));
  const grain = series?.grain ?? "MONTH";
  const sheetColumns: Column<(typeof buckets)[number]>[] = [
    bucketColumn(setting, grain),
    kpiColumn(setting, "newCustomerCount"),
    {
      title: words.columns.returning,
      figure: true,
      cell: ({ returning }) => ({ raw: returning, shown: format.value("count", returning) }),
    },
    kpiColumn(setting, "customerCount"),
  ];
  const sheet = sheetOf(buckets, sheetColumns, cutNotes(setting, buckets, grain));
  const stacks = [
    { name: words.columns.returning, values: buckets.map(({ returning }) => returning) },
    { name: words.kpis.newCustomerCount, values: buckets.map(({ kpis }) => kpis.newCustomerCount) },
  ];
  const columns: Columns = {
    ...timeColumns(setting, buckets, grain),
    stacks,
    shown: (value) => format.value("count", value),
    short: (value) => format.short("count", value),
    steps: { minInterval: 1 },
  };
  return (
    <Panel
      id="new"
      needs={["customerCount", "newCustomerCount"]}
      height={HEIGHT}
      title={title}
      width={6}
      explained={["Kpis.newCustomerCount", "Kpis.customerCount"]}
      question={askSeries(setting, grain, ["customerCount", "newCustomerCount"])}
      sheet={series && sheet}
      legend={series && columnLegend(columns, palette)}
    >
      <Chart title={title} height={HEIGHT} option={columnsOption(columns, palette)} />
    </Panel>
  );
}

/** Those who are not new. */
function returningOf({ customerCount, newCustomerCount }: Figures): Value {
  return typeof customerCount === "number" ? customerCount - (newCustomerCount ?? 0) : null;
}

/** Two ways to come back: from the period before, and within this one. */
function Loyalty({ series }: { series: Series | undefined }): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const kpis = (["retentionRate", "repeatCustomerRate"] as const).filter(setting.may.kpi);
  const { words } = setting;
  const title = words.charts.loyalty(words.onward[series?.grain ?? "MONTH"]);
  const chart = series && lineChart(setting, series, kpis, false);
  return (
    <Panel
      id="loyalty"
      height={HEIGHT}
      title={title}
      width={6}
      explained={["Kpis.retentionRate", "Kpis.repeatCustomerRate"]}
      question={askSeries(setting, series?.grain ?? "MONTH", kpis)}
      sheet={series && bucketSheet(setting, series, kpis)}
      legend={chart && lineLegend(chart, palette)}
    >
      {chart && <Chart title={title} height={HEIGHT} option={lineOption(chart, palette)} />}
    </Panel>
  );
}

function TopCustomers({ groups }: { groups: Groups | undefined }): JSX.Element {
  const setting = useSetting();
  const { words } = setting;
  // Orders without a customer are nobody's.
  const named = groups && { rows: groups.rows.filter((row) => row.key[0]?.value !== null) };
  return (
    <Panel
      id="customer"
      title={words.charts.topCustomers}
      width={12}
      explained={["Kpis.totalSales"]}
      question={askGroups(setting, { by: "customer", kpis: OF_CUSTOMERS, first: 16 })}
      sheet={named && groupSheet(setting, words.dimensions.customer, named, OF_CUSTOMERS)}
      tabular
    />
  );
}
