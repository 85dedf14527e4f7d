import type { AbcClass } from "../api/generated/graphql";
import { NOTHING } from "../format/format";
import type { Kpi } from "../state/kpi";
import type { Setting } from "../state/setting";
import { groupColumn, type GroupRow, type Groups, kpiColumn, rowsWithRest, shareColumn } from "./groups";
import { type Column, type Sheet, sheetOf } from "./sheet";

/** A group by how much it and those that sell more make of the sales; the rest of the groups has neither. */
interface ParetoRow extends GroupRow {
  readonly cumulativeShare?: number | null;
  readonly class?: AbcClass | null;
}

/** What its columns mean. */
export const PARETO = ["BreakdownRow.cumulativeShare", "BreakdownRow.class"] as const;

/** How many groups each class has, and their share of the sales; none where not all groups are told of. */
export function classCounts(
  setting: Setting,
  all: { readonly groupCount: number; readonly rows: readonly Pick<ParetoRow, "share" | "class">[] },
): readonly string[] {
  const { words, format } = setting;
  if (all.groupCount > all.rows.length) return [];
  return (["A", "B", "C"] as const).flatMap((name) => {
    const shares = all.rows.filter((row) => row.class === name).map(({ share }) => share ?? 0);
    if (shares.length === 0) return [];
    const share = shares.reduce((sum, it) => sum + it, 0);
    return [words.charts.inClass(name, format.value("count", shares.length), format.share(share))];
  });
}

/** Groups by falling sales, with the share that they make together and the class after Pareto. */
export function paretoSheet(
  setting: Setting,
  title: string,
  groups: Omit<Groups, "rows"> & { readonly rows: readonly ParetoRow[] },
  kpis: readonly Kpi[],
): Sheet {
  const { words, format } = setting;
  const [first, ...others] = kpis.filter(setting.may.kpi).map((kpi) => kpiColumn(setting, kpi));
  const columns: Column<ParetoRow>[] = [
    groupColumn(setting, title, groups.rows),
    ...(first ? [first] : []),
    shareColumn(setting),
    {
      title: words.columns.cumulativeShare,
      figure: true,
      cell: ({ cumulativeShare }) => ({ raw: cumulativeShare, shown: format.share(cumulativeShare) }),
    },
    {
      title: words.columns.class,
      figure: false,
      cell: ({ class: it }) => ({ raw: it, shown: it ?? NOTHING }),
    },
    ...others,
  ];
  return sheetOf<ParetoRow>(rowsWithRest(groups), columns);
}
