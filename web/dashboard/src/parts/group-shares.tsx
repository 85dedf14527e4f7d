import type { JSX } from "preact";

import { Chart } from "../charts/chart";
import { usePalette } from "../charts/palette";
import { pieOption, type Slice, sliceColour } from "../charts/pie";
import type { Question } from "../exports/question";
import { groupSheet, type GroupRow, type Groups, pickOf, rowsWithRest, slicesOf } from "../figures/groups";
import type { Kpi } from "../state/kpi";
import { toggleFilter } from "../state/navigation";
import { useSetting } from "../state/setting";
import { Panel } from "./panel";

const DRAWING = 168;

/** With the list of a few parts below the drawing. */
const OUTLINE = DRAWING + 128;

interface Props {
  readonly id: string;
  readonly title: string;
  /** What the groups are called, above their column. */
  readonly of: string;
  readonly more: readonly Kpi[];
  readonly groups: Groups | undefined;
  readonly question: Question;
  /** The colour that a group has in the charts beside it. */
  readonly colourOf?: (row: GroupRow) => string | undefined;
}

/** Groups as parts of the sales, each named with its share; choosing one filters everything by it. */
export function GroupShares({ id, title, of, more, groups, question, colourOf }: Props): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const rows = groups ? rowsWithRest(groups) : [];
  const slices = slicesOf(setting, rows, more).map((slice, index) => ({ ...slice, colour: rows[index] && colourOf?.(rows[index]) }));
  const choose = (row: GroupRow | undefined) => {
    const pick = pickOf(row);
    if (pick) toggleFilter(pick.dimension, pick.value);
  };
  return (
    <Panel
      id={id}
      needs={["totalSales"]}
      title={title}
      width={4}
      height={OUTLINE}
      explained={["Kpis.totalSales", "BreakdownRow.share"]}
      question={question}
      sheet={groups && groupSheet(setting, of, groups, more)}
      legend={slices.map((slice, index) => ({
        name: `${slice.name} ${slice.share}`,
        colour: sliceColour(slice, index, palette),
        mark: "block",
      }))}
      legendAt="chart"
    >
      <div class="shares">
        <Chart title={title} height={DRAWING} option={pieOption(slices, palette)} onPick={(index) => choose(rows[index])} />
        <ul>
          {slices.map((slice, index) => (
            <li class={slice.state}>
              <Part slice={slice} colour={sliceColour(slice, index, palette)} choose={() => choose(rows[index])} />
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}

function Part({ slice, colour, choose }: { slice: Slice; colour: string; choose: () => void }): JSX.Element {
  const content = (
    <>
      <span class="share-name" dir="auto" title={slice.name} style={{ "--mark": colour }}>
        {slice.name}
      </span>
      <span>{slice.share}</span>
    </>
  );
  return slice.state === "rest" ? (
    <span class="share">{content}</span>
  ) : (
    <button type="button" class="share" onClick={choose}>
      {content}
    </button>
  );
}
