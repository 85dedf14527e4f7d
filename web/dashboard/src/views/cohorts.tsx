import type { JSX } from "preact";

import type { Grain } from "../api/generated/graphql";
import { Chart } from "../charts/chart";
import type { TipLine } from "../charts/common";
import { heatOption } from "../charts/heat";
import { usePalette } from "../charts/palette";
import { askCohorts } from "../exports/question";
import { type Cohort, type CohortCell, cohortNotes, cohortRows, cohortSheet, offsetsOf, unitOfCohorts } from "../figures/cohorts";
import type { Explained } from "../i18n/definitions";
import { Panel } from "../parts/panel";
import { Segments } from "../parts/select";
import { COHORT_FIGURES, type CohortFigure } from "../state/address";
import { change } from "../state/navigation";
import { type Setting, useSetting } from "../state/setting";

const ROW = 30;

/** More columns than this leave a cell no room for its figure. */
const MOST_LABELLED = 20;

/** The narrowest that a cell can be with a figure in it, in pixels. */
const CELL: Readonly<Record<CohortFigure, number>> = { share: 48, sales: 62, value: 62 };

const EXPLAINED: Readonly<Record<CohortFigure, readonly Explained[]>> = {
  share: ["Kpis.cohorts", "CohortPeriod.share"],
  sales: ["Kpis.cohorts", "CohortPeriod.kpis", "Kpis.totalSales"],
  value: ["Kpis.cohorts", "CohortPeriod.toDate", "Kpis.totalSales"],
};

interface Props {
  readonly cohorts: readonly Cohort[] | undefined;
  readonly grain: Grain;
  readonly figure: CohortFigure;
}

/** What became of the customers who first ordered in one bucket: who came back, and what that was worth. */
export function Cohorts({ cohorts, grain, figure }: Props): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const { words, format } = setting;
  const shown = cohortRows(setting, cohorts ?? [], grain, figure);
  const { rows } = shown;
  const offsets = offsetsOf(rows);
  const unit = unitOfCohorts(figure);
  const cells = rows.flatMap(({ cohort, cells: of }, row) =>
    of.map((cell) => ({ ...cell, cohort, row, column: offsets.indexOf(cell.offset) })),
  );
  const title = words.charts.cohorts[figure];
  const notes = cohortNotes(setting, shown);
  const option = heatOption(
    {
      columns: offsets.map(words.columns.offset),
      rows: rows.map(({ cohort }) => `${format.tick(cohort, grain)} · ${format.value("count", cohort.size)}`),
      cells,
      high: Math.max(0, ...cells.map(({ value }) => value)),
      label:
        offsets.length <= MOST_LABELLED
          ? ({ value, cut }) => `${format.short(unit, unit === "money" ? Math.round(value) : value)}${cut ? "*" : ""}`
          : undefined,
      tip: ({ cohort, ...cell }) => ({
        title: `${format.bucket(cohort, grain)} ${words.columns.offset(cell.offset)}${cell.cut ? ` · ${words.charts.unfinished}` : ""}`,
        lines: tipLines(setting, cell),
      }),
    },
    palette,
  );
  return (
    <Panel
      id="cohorts"
      needs={["customerCount", "newCustomerCount", ...(figure === "share" ? [] : (["totalSales"] as const))]}
      title={title}
      width={12}
      explained={EXPLAINED[figure]}
      footnote={notes.length > 0 && notes.join(" ")}
      question={askCohorts(setting, grain)}
      sheet={cohorts && cohortSheet(setting, shown, grain, figure)}
      aside={
        <Segments
          label={words.panel.measure}
          value={figure}
          options={COHORT_FIGURES.filter((it) => it === "share" || setting.may.kpi("totalSales")).map((it) => [it, words.charts.cohortFigures[it]] as const)}
          onChange={(cohort) => change({ cohort })}
        />
      }
    >
      <Chart title={title} height={rows.length * ROW + 28} option={option} minWidth={offsets.length * CELL[figure] + 130} />
    </Panel>
  );
}

/** How many came back, and what was asked for of what they bought. */
function tipLines({ words, format }: Setting, { period, value }: CohortCell): TipLine[] {
  return [
    { name: words.kpis.customerCount, value: format.value("count", period.customerCount) },
    { name: words.columns.cohortShare, value: format.share(period.share) },
    ...(period.kpis ? [{ name: words.columns.cohortSales, value: format.value("money", value) }] : []),
    ...(period.toDate ? [{ name: words.columns.cohortValue, value: format.value("money", value) }] : []),
  ];
}
