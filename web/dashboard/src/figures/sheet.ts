import type { FilterDimension } from "../state/filter";

/** A value that a filter can take. */
export interface Pick {
  readonly dimension: FilterDimension;
  readonly value: string | null;
}

export interface Cell {
  /** What a file holds. */
  readonly raw: string | number | null | undefined;
  /** What a reader sees. */
  readonly shown: string;
  /** What choosing the cell filters by. */
  readonly pick?: Pick | undefined;
}

/** What a column is of. */
interface Head {
  readonly title: string;
  /** Figures are set flush right, one digit under the other. */
  readonly figure: boolean;
  /** Names in a column beside the first take as many lines as they need. */
  readonly names?: boolean;
}

/** The data behind a chart: what its table shows and its CSV holds. */
export interface Sheet {
  readonly columns: readonly Head[];
  readonly rows: readonly (readonly Cell[])[];
  /** What a reader of the figures has to know, where files hold them without what marks it on the page. */
  readonly notes: readonly string[];
}

/** One column, and how to read it off a row. */
export interface Column<Row> extends Head {
  readonly cell: (row: Row) => Cell;
}

export function sheetOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[], notes: readonly string[] = []): Sheet {
  return {
    notes,
    columns: columns.map(({ cell: _, ...head }) => head),
    rows: rows.map((row) => columns.map((column) => column.cell(row))),
  };
}
