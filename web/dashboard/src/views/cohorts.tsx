import type { JSX } from "preact";

import type { CustomersQuery, Grain } from "../api/generated/graphql";
import { Chart } from "../charts/chart";
import { heatOption } from "../charts/heat";
import { usePalette } from "../charts/palette";
import { type Column, type Sheet, sheetOf } from "../figures/sheet";
import { Panel } from "../parts/panel";
import { type Setting, useSetting } from "../state/setting";

type Cohort = CustomersQuery["kpis"]["cohorts"][number];

const ROW = 30;

/** How many of the customers who first ordered in one bucket order again in the next ones. */
export function Cohorts({ cohorts, grain }: { cohorts: Cohort[] | undefined; grain: Grain }): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const { words, format, days } = setting;
  // Older cohorts are mostly over before the period begins, and the newest has nothing to come back to yet.
  const recent = (cohorts ?? []).filter(
    ({ date, size, periods }) => size > 0 && date >= (days.from ?? "") && periods.some(({ offset }) => offset > 0),
  );
  const offsets = range(1, Math.max(0, ...recent.flatMap(({ periods }) => periods.map(({ offset }) => offset))));
  const cells = recent.flatMap((cohort, row) =>
    cohort.periods
      .filter(({ offset }) => offset > 0)
      .map(({ offset, share, customerCount }) => ({ column: offset - 1, row, value: share, customerCount })),
  );
  const name = (cohort: Cohort | undefined) => (cohort ? format.bucket(cohort, grain) : "");
  const option = heatOption(
    {
      columns: offsets.map(words.columns.offset),
      rows: recent.map((cohort) => `${format.tick(cohort, grain)} · ${format.value("count", cohort.size)}`),
      cells,
      high: Math.max(0, ...cells.map(({ value }) => value)),
      label: offsets.length <= 20 ? ({ value }) => format.short("ratio", value) : undefined,
      tip: (cell) => ({
        title: `${name(recent[cell.row])} ${words.columns.offset(cell.column + 1)}`,
        lines: [
          { name: words.kpis.customerCount, value: format.value("count", cell.customerCount) },
          { name: words.columns.cohortShare, value: format.share(cell.value) },
        ],
      }),
    },
    palette,
  );
  return (
    <Panel
      id="cohorts"
      title={words.charts.cohorts}
      width={12}
      explained={["Kpis.cohorts", "CohortPeriod.share"]}
      footnote={Object.keys(setting.address.filters).length > 0 && words.charts.cohortSizes}
      sheet={cohorts && cohortSheet(setting, recent, offsets, grain)}
    >
      <Chart title={words.charts.cohorts} height={recent.length * ROW + 28} option={option} minWidth={offsets.length * 44 + 130} />
    </Panel>
  );
}

function cohortSheet(setting: Setting, cohorts: Cohort[], offsets: number[], grain: Grain): Sheet {
  const { words, format } = setting;
  const shareAt = (cohort: Cohort, offset: number) => cohort.periods.find((it) => it.offset === offset)?.share;
  const columns: Column<Cohort>[] = [
    {
      title: words.columns.cohort,
      figure: false,
      cell: (cohort) => ({ raw: cohort.label, shown: format.bucket(cohort, grain) }),
    },
    {
      title: words.columns.cohortSize,
      figure: true,
      cell: ({ size }) => ({ raw: size, shown: format.value("count", size) }),
    },
    ...offsets.map((offset) => ({
      title: words.columns.offset(offset),
      figure: true,
      cell: (cohort: Cohort) => ({
        raw: shareAt(cohort, offset),
        shown: shareAt(cohort, offset) === undefined ? "" : format.share(shareAt(cohort, offset)),
      }),
    })),
  ];
  return sheetOf(cohorts, columns);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
