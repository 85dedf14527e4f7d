import type { RfmQuery } from "../api/generated/graphql";
import type { HeatCell } from "../charts/heat";
import type { Setting } from "../state/setting";
import { kpiColumn } from "./groups";
import { type Column, type Sheet, sheetOf } from "./sheet";

export type Rfm = NonNullable<RfmQuery["kpis"]["rfm"]>;
type Group = Rfm["groups"][number];
type Cell = Rfm["cells"][number];

/** The scores that customers can have. */
export const SCORES = [1, 2, 3, 4, 5] as const;

/** How many customers each group has and what they bring, the best group first; none where there are no customers. */
export function rfmSheet(setting: Setting, { customerCount, groups }: Rfm): Sheet {
  const { words, format } = setting;
  const columns: Column<Group>[] = [
    groupColumn(setting),
    countColumn(setting),
    {
      title: words.columns.customerShare,
      figure: true,
      cell: ({ share }) => ({ raw: share, shown: format.share(share) }),
    },
    kpiColumn(setting, "totalSales"),
    kpiColumn(setting, "averageBasket"),
  ];
  return sheetOf(customerCount === 0 ? [] : groups, columns);
}

/** How many customers have each pair of scores. */
export function rfmCellSheet(setting: Setting, { customerCount, cells }: Rfm): Sheet {
  const { words } = setting;
  const score = (title: string, of: (cell: Cell) => number): Column<Cell> => ({
    title,
    figure: false,
    cell: (cell) => ({ raw: of(cell), shown: String(of(cell)) }),
  });
  return sheetOf(customerCount === 0 ? [] : cells, [
    score(words.columns.recency, ({ recency }) => recency),
    score(words.columns.frequencyMonetary, ({ frequencyMonetary }) => frequencyMonetary),
    groupColumn(setting),
    countColumn(setting),
  ]);
}

/** The cells where a heat map has them: the latest customers on top, the best to the right. */
export function rfmHeat({ cells }: Rfm): (HeatCell & Cell)[] {
  return cells.map((cell) => ({
    ...cell,
    row: SCORES.length - cell.recency,
    column: cell.frequencyMonetary - 1,
    value: cell.customerCount,
  }));
}

function groupColumn({ words }: Setting): Column<Pick<Group, "group">> {
  return {
    title: words.columns.rfmGroup,
    figure: false,
    cell: ({ group }) => ({ raw: words.rfmGroups[group], shown: words.rfmGroups[group] }),
  };
}

function countColumn({ words, format }: Setting): Column<Pick<Group, "customerCount">> {
  return {
    title: words.kpis.customerCount,
    figure: true,
    cell: ({ customerCount }) => ({ raw: customerCount, shown: format.value("count", customerCount) }),
  };
}
