import type { JSX } from "preact";

import type { Cell, Sheet } from "../figures/sheet";
import { toggleFilter } from "../state/navigation";
import { useSetting } from "../state/setting";

/** The figures themselves: what a chart draws, to be read, copied and chosen from. */
export function DataTable({ sheet, caption }: { sheet: Sheet; caption: string }): JSX.Element {
  return (
    // A table that is wider than its panel is scrolled, by keyboard too.
    <div class="table-scroll" tabIndex={0} role="group" aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {sheet.columns.map((column) => (
              <th scope="col" class={column.figure ? "figure" : ""}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sheet.rows.map((cells) => (
            <tr>
              {cells.map((cell, index) =>
                index === 0 ? (
                  <th scope="row" dir="auto" title={cell.shown}>
                    <Shown cell={cell} />
                  </th>
                ) : (
                  <td class={cellClass(sheet, index, cell)} dir={sheet.columns[index]?.names ? "auto" : undefined}>
                    <Shown cell={cell} />
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellClass({ columns }: Sheet, index: number, cell: Cell): string {
  if (columns[index]?.names) return "names";
  return columns[index]?.figure ? figureClass(cell) : "";
}

/** A loss is seen as one; its sign says it too. */
function figureClass({ raw }: Cell): string {
  return typeof raw === "number" && raw < 0 ? "figure loss" : "figure";
}

function Shown({ cell }: { cell: Cell }): JSX.Element {
  const { words, address } = useSetting();
  const { pick, shown } = cell;
  if (!pick) return <>{shown}</>;
  const chosen = address.filters[pick.dimension]?.includes(pick.value) ?? false;
  return (
    <button
      type="button"
      class="cell-pick"
      aria-pressed={chosen}
      aria-label={words.filter.by(shown)}
      title={shown}
      onClick={() => toggleFilter(pick.dimension, pick.value)}
    >
      {shown}
    </button>
  );
}
