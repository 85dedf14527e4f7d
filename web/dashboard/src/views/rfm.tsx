import type { JSX, RefObject } from "preact";

import { RfmDocument, type RfmQuery } from "../api/generated/graphql";
import { type Query, useQuery } from "../api/use-query";
import { Chart } from "../charts/chart";
import { heatOption } from "../charts/heat";
import { usePalette } from "../charts/palette";
import { askRfm } from "../exports/question";
import { rfmCellSheet, rfmHeat, rfmSheet, SCORES } from "../figures/rfm";
import { Panel } from "../parts/panel";
import { useTurn } from "../state/near";
import { type Setting, useSetting } from "../state/setting";

/** A cell holds the name of its group in two lines, and how many customers it has. */
const CELL = { width: 88, height: 70 } as const;
const HEIGHT = SCORES.length * CELL.height + 28;

interface Props {
  readonly query: Query<RfmQuery>;
}

/** Customers by how recently, how often and for how much they buy: the groups, and the scores that make them. */
export function Rfm({ isReady }: { isReady: boolean }): JSX.Element {
  const setting = useSetting();
  const [place, isDue] = useTurn(isReady);
  const query = useQuery(RfmDocument, isDue ? { filter: setting.filter() } : null);
  return (
    <>
      <Groups query={query} place={place} />
      <Cells query={query} />
    </>
  );
}

function Groups({ query, place }: Props & { readonly place: RefObject<HTMLElement> }): JSX.Element {
  const setting = useSetting();
  const { words } = setting;
  const rfm = query.data?.kpis.rfm;
  return (
    <Panel
      id="rfm"
      title={words.charts.rfm}
      width={6}
      height={HEIGHT}
      explained={["Kpis.rfm"]}
      place={place}
      query={query}
      question={askRfm(setting)}
      sheet={rfm && rfmSheet(setting, rfm)}
      empty={words.states.missing.customers.text}
      footnote={rfm && rfm.customerCount > 0 && rfm.customerCount < SCORES.length && words.charts.fewForRfm}
      tabular
    />
  );
}

/** The table that the groups are cut out of. */
function Cells({ query }: Props): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const { words } = setting;
  const title = words.charts.rfmCells;
  const rfm = query.data?.kpis.rfm;
  return (
    <Panel
      id="rfmCells"
      title={title}
      width={6}
      height={HEIGHT}
      explained={["Kpis.rfm", "RfmCell.recency", "RfmCell.frequencyMonetary"]}
      query={query}
      question={askRfm(setting)}
      sheet={rfm && rfmCellSheet(setting, rfm)}
      empty={words.states.missing.customers.text}
      footnote={words.charts.rfmScores}
    >
      {rfm && (
        <Chart
          title={title}
          height={HEIGHT}
          option={heatOption(heatOf(setting, rfm), palette)}
          minWidth={SCORES.length * CELL.width + 32}
        />
      )}
    </Panel>
  );
}

function heatOf({ words, format }: Setting, rfm: NonNullable<RfmQuery["kpis"]["rfm"]>) {
  const cells = rfmHeat(rfm);
  type Cell = (typeof cells)[number];
  return {
    columns: SCORES.map(words.charts.rfmColumn),
    rows: [...SCORES].reverse().map(words.charts.rfmRow),
    cells,
    high: Math.max(...cells.map(({ value }) => value)),
    label: ({ group, value }: Cell) => `${words.rfmGroups[group]}\n${format.value("count", value)}`,
    labelWidth: CELL.width - 8,
    tip: ({ group, recency, frequencyMonetary, value }: Cell) => ({
      title: words.rfmGroups[group],
      lines: [
        { name: words.columns.recency, value: String(recency) },
        { name: words.columns.frequencyMonetary, value: String(frequencyMonetary) },
        { name: words.kpis.customerCount, value: format.value("count", value) },
      ],
    }),
  };
}
