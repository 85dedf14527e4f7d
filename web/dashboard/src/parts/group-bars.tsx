import type { ComponentChildren, JSX } from "preact";

import { barsHeight, barsOption } from "../charts/bars";
import { Chart } from "../charts/chart";
import { usePalette } from "../charts/palette";
import type { Question } from "../exports/question";
import { barsOf, groupSheet, type Groups, pickOf, rowsWithRest } from "../figures/groups";
import type { Value } from "../format/format";
import { explained, type Explained } from "../i18n/definitions";
import type { Kpi } from "../state/kpi";
import { toggleFilter } from "../state/navigation";
import { useSetting } from "../state/setting";
import { Panel } from "./panel";

interface Props {
  readonly id: string;
  readonly title: string;
  /** What the groups are called, above their column. */
  readonly of: string;
  readonly kpi: Kpi;
  /** What the table and the tooltips hold beside it. */
  readonly more: readonly Kpi[];
  readonly groups: Groups | undefined;
  readonly question: Question;
  readonly width: 4 | 5 | 6 | 7 | 8 | 12;
  /** What to say where there is no group. */
  readonly empty?: string;
  readonly explained?: readonly Explained[];
  /** How many bars there will be, about, so that nothing moves when they arrive. */
  readonly lines?: number;
  /** A switch beside the title. */
  readonly aside?: ComponentChildren;
  /** Whether the rest of the groups is a bar of its own: a sum or a count is, unless it dwarfs the others. */
  readonly rest?: boolean;
}

/** Groups ranked by a KPI; choosing one filters everything by it. */
export function GroupBars(props: Props): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const { id, title, kpi, more, groups, rest = false } = props;
  const rows = groups ? (rest ? rowsWithRest(groups) : groups.rows) : [];
  const isKnown = rows.some((row) => row.kpis[kpi] !== null);
  const unit = setting.format.unitOf(kpi);
  const shown = (value: Value) => setting.format.brief(unit, value);
  const kpis = [kpi, ...more.filter((it) => it !== kpi)];
  return (
    <Panel
      id={id}
      needs={[kpi]}
      title={title}
      width={props.width}
      height={barsHeight(props.lines ?? 5)}
      empty={props.empty}
      aside={props.aside}
      explained={props.explained ?? [explained(kpi)]}
      question={props.question}
      sheet={groups && groupSheet(setting, props.of, groups, kpis)}
      footnote={groups?.groupCount !== undefined && groups.groupCount > groups.rows.length
        ? setting.words.panel.inAll(setting.format.value("count", groups.groupCount))
        : undefined}
    >
      {isKnown ? (
        <Chart
          title={title}
          height={barsHeight(rows.length)}
          option={barsOption({ bars: barsOf(setting, rows, kpi, more), shown }, palette)}
          onPick={(index) => {
            const pick = pickOf(rows[index]);
            if (pick) toggleFilter(pick.dimension, pick.value);
          }}
        />
      ) : (
        <p class="small">{setting.words.states.unknown(setting.kpiName(kpi))}</p>
      )}
    </Panel>
  );
}
