import type { JSX } from "preact";

import type { CustomersQuery, CustomersQueryVariables, Grain } from "../api/generated/graphql";
import { columnsOption } from "../charts/bars";
import { Chart } from "../charts/chart";
import { type LineChart, lineOption } from "../charts/line";
import { type Palette, usePalette } from "../charts/palette";
import { askGroups, askKinds } from "../exports/question";
import { bucketColumn, cutNotes, timeColumns } from "../figures/buckets";
import { type Aligned, aligned } from "../figures/kinds";
import type { Bucket } from "../figures/series";
import { type Column, type Sheet, sheetOf } from "../figures/sheet";
import type { Value } from "../format/format";
import { GroupShares } from "../parts/group-shares";
import { columnLegend, lineLegend } from "../parts/legend";
import { Panel } from "../parts/panel";
import { Segments } from "../parts/select";
import { change } from "../state/navigation";
import { type Setting, useSetting } from "../state/setting";

/** What new and returning customers can be held against each other by. */
export const KIND_KPIS = ["totalSales", "orderCount", "averageBasket"] as const;
type KindKpi = (typeof KIND_KPIS)[number];

const BESIDE = [...KIND_KPIS, "customerCount"] as const;
const HEIGHT = 260;

type Filters = Pick<CustomersQueryVariables, "exceptKind" | "ofNew" | "ofReturning" | "ofNobody">;

/** The filters of each kind of order; one on the kind leaves the others in sight. */
export function kindFilters({ filter }: Setting): Filters {
  const exceptKind = filter("customerKind");
  return {
    exceptKind,
    ofNew: { ...exceptKind, customerKind: { in: ["new"] } },
    ofReturning: { ...exceptKind, customerKind: { in: ["returning"] } },
    ofNobody: { ...exceptKind, customerKind: { isMissing: true } },
  };
}

interface Props {
  readonly kpi: KindKpi;
  readonly grain: Grain;
  readonly data: CustomersQuery | undefined;
}

/** Who brings the sales: customers with their first order, or those who came back. */
export function CustomerKinds({ kpi, grain, data }: Props): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const { words } = setting;
  return (
    <>
      <Over kpi={kpi} grain={grain} data={data} />
      <GroupShares
        id="kinds"
        title={words.charts.kindShare}
        of={words.dimensions.customerKind}
        more={BESIDE}
        groups={data?.byKind.breakdown}
        question={askGroups(setting, { by: "customerKind", kpis: BESIDE, first: 3 })}
        colourOf={({ key }) => kindColour(key[0]?.value ?? null, palette)}
      />
    </>
  );
}

/** The colours of the columns beside it. */
function kindColour(kind: string | null, palette: Palette): string {
  if (kind === null) return palette.second;
  return kind === "new" ? palette.accent : palette.ghost;
}

/** One KPI of each kind over time: what adds up is stacked, what does not is drawn beside each other. */
function Over({ kpi, grain, data }: Props): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const { words, kpiName } = setting;
  const title = words.charts.ofKindsOver(kpiName(kpi));
  const kinds = aligned(data ? partsOf(setting, data) : []);
  const isMean = kpi === "averageBasket";
  const lines = linesOf(setting, kinds, kpi, grain);
  const columns = columnsOf(setting, kinds, kpi, grain);
  return (
    <Panel
      id="kindsOver"
      needs={[kpi]}
      height={HEIGHT}
      title={title}
      width={8}
      explained={[`Kpis.${kpi}`, "Dimension.CUSTOMER_KIND"]}
      question={askKinds(setting, grain, KIND_KPIS)}
      sheet={data && kindSheet(setting, kinds, kpi, grain)}
      legend={isMean ? lineLegend(lines, palette) : columnLegend(columns, palette)}
      aside={
        <Segments
          label={words.panel.measure}
          value={kpi}
          options={KIND_KPIS.filter(setting.may.kpi).map((it) => [it, kpiName(it)] as const)}
          onChange={(chosen) => change({ kpi: chosen })}
        />
      }
    >
      <Chart
        title={title}
        height={HEIGHT}
        option={isMean ? lineOption(lines, palette) : columnsOption(columns, palette)}
      />
    </Panel>
  );
}

/** From the bottom up. Orders that name nobody are there where there are any. */
function partsOf({ words }: Setting, { ofNew, ofReturning, ofNobody }: CustomersQuery) {
  const nobody = { name: words.filter.missing, buckets: ofNobody?.timeSeries ?? [] };
  return [
    ...(nobody.buckets.some(({ kpis }) => (kpis.orderCount ?? 0) > 0) ? [nobody] : []),
    { name: words.customerKinds.returning, buckets: ofReturning?.timeSeries ?? [] },
    { name: words.customerKinds.new, buckets: ofNew?.timeSeries ?? [] },
  ];
}

/** How both ways to draw it write values. */
function valuesIn({ format }: Setting, kpi: KindKpi) {
  const unit = format.unitOf(kpi);
  return {
    shown: (value: Value) => format.value(unit, value),
    short: (value: number) => format.short(unit, value),
    steps: unit === "count" ? { minInterval: 1 } : {},
  };
}

function columnsOf(setting: Setting, { buckets, parts }: Aligned, kpi: KindKpi, grain: Grain) {
  return {
    ...timeColumns(setting, buckets, grain),
    ...valuesIn(setting, kpi),
    stacks: parts.map((part) => ({ name: part.name, values: valuesOf(part.buckets, kpi) })),
  };
}

function linesOf(setting: Setting, { buckets, parts }: Aligned, kpi: KindKpi, grain: Grain): LineChart {
  const { words, format } = setting;
  const roles = ["figure", "beside", "second"] as const;
  return {
    ...valuesIn(setting, kpi),
    times: buckets.map((bucket) => format.timeOf(bucket, grain)),
    tick: (time, inOneYear) => format.axisTime(time, inOneYear),
    names: buckets.map((bucket) => format.bucket(bucket, grain)),
    cut: buckets.map(({ complete }) => complete === false),
    cutName: words.charts.unfinished,
    lines: [...parts].reverse().map((part, index) => ({
      name: part.name,
      values: valuesOf(part.buckets, kpi),
      role: roles[index] ?? "second",
    })),
  };
}

function valuesOf(buckets: Aligned["parts"][number]["buckets"], kpi: KindKpi): Value[] {
  return buckets.map((bucket) => bucket?.kpis[kpi]);
}

function kindSheet(setting: Setting, { buckets, parts }: Aligned, kpi: KindKpi, grain: Grain): Sheet {
  const rows = buckets.map((bucket, index) => ({ ...bucket, at: index }));
  const columns: Column<Bucket & { readonly at: number }>[] = [...parts].reverse().map((part) => ({
    title: part.name,
    figure: true,
    cell: ({ at }) => {
      const value = part.buckets[at]?.kpis[kpi];
      return { raw: value, shown: setting.format.kpi(kpi, value) };
    },
  }));
  return sheetOf(rows, [bucketColumn(setting, grain), ...columns], cutNotes(setting, rows, grain));
}
