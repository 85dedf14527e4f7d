import type { EChartsCoreOption } from "echarts/core";

import { base, nameAxis, tip, type TipLine, tooltip } from "./common";
import { colourAt, inkOn } from "./contrast";
import type { Palette } from "./palette";

export interface HeatCell {
  readonly column: number;
  readonly row: number;
  readonly value: number;
}

export interface Heat<Cell extends HeatCell> {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly cells: readonly Cell[];
  readonly high: number;
  /** What a cell says, where there is room for it. */
  readonly label?: ((cell: Cell) => string) | undefined;
  /** How wide what it says may be, in pixels, before it takes another line. */
  readonly labelWidth?: number;
  readonly tip: (cell: Cell) => { readonly title: string; readonly lines: readonly TipLine[] };
}

/** A grid of cells, the more the deeper. */
export function heatOption<Cell extends HeatCell>(heat: Heat<Cell>, palette: Palette): EChartsCoreOption {
  return {
    ...base(palette),
    grid: { left: 0, right: 0, top: 4, bottom: 0, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { ...nameAxis(palette, heat.columns), axisLine: { show: false }, position: "top" },
    yAxis: { ...nameAxis(palette, heat.rows), axisLine: { show: false }, inverse: true },
    visualMap: { show: false, min: 0, max: heat.high || 1, inRange: { color: [...palette.ramp] } },
    tooltip: {
      ...tooltip(palette),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const cell = heat.cells[dataIndex];
        if (!cell) return "";
        const { title, lines } = heat.tip(cell);
        return tip(title, lines);
      },
    },
    series: [
      {
        type: "heatmap",
        data: heat.cells.map((cell) => ({
          value: [cell.column, cell.row, cell.value],
          label: { color: inkOn(colourAt(palette.ramp, cell.value / (heat.high || 1))) },
        })),
        itemStyle: { borderColor: palette.surface, borderWidth: 2, borderRadius: 4 },
        label: {
          show: heat.label !== undefined,
          fontSize: 11,
          ...(heat.labelWidth && { width: heat.labelWidth, overflow: "break", lineHeight: 14 }),
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const cell = heat.cells[dataIndex];
            return cell && heat.label ? heat.label(cell) : "";
          },
        },
        emphasis: { itemStyle: { borderColor: palette.ink, borderWidth: 1 } },
      },
    ],
  };
}
