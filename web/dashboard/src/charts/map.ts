import type { EChartsCoreOption } from "echarts/core";

import type { Value } from "../format/format";
import type { Atlas } from "../maps/atlas";
import { type Class, colourIn } from "./classes";
import { base, tip, type TipLine, tooltip } from "./common";
import type { Palette } from "./palette";

export interface Area {
  /** What the atlas calls it. */
  readonly place: string;
  readonly name: string;
  readonly value: Value;
  readonly chosen: boolean;
  readonly tip: readonly TipLine[];
}

export interface MapChart {
  readonly atlas: Atlas;
  readonly areas: readonly Area[];
  /** The corners of what is looked at, as longitude and latitude; without them, the whole atlas. */
  readonly bounds?: readonly [readonly [number, number], readonly [number, number]] | undefined;
  readonly classes: readonly Class[];
}

/** Places by the depth of their colour. */
export function mapOption({ atlas, areas, bounds, classes }: MapChart, palette: Palette): EChartsCoreOption {
  const byPlace = new Map(areas.map((area) => [area.place, area]));
  return {
    ...base(palette),
    tooltip: {
      ...tooltip(palette),
      formatter: ({ name }: { name: string }) => {
        const area = byPlace.get(name);
        return area ? tip(area.name, area.tip) : tip(name, []);
      },
    },
    series: [
      {
        type: "map",
        map: atlas.name,
        projection: atlas.flat ? { project: same, unproject: same } : MILLER,
        ...(bounds && !atlas.flat && { boundingCoords: bounds.map((corner) => [...corner]) }),
        preserveAspect: "contain",
        left: 0,
        right: 0,
        top: 0,
        bottom: 0,
        data: areas.map((area) => ({
          name: area.place,
          itemStyle: {
            ...(typeof area.value === "number" && { areaColor: colourIn(classes, area.value) }),
            ...(area.chosen && { borderColor: palette.ink, borderWidth: 1.5 }),
          },
        })),
        itemStyle: { areaColor: palette.blank, borderColor: palette.sea, borderWidth: 0.6 },
        label: { show: false },
        emphasis: { label: { show: false }, itemStyle: { areaColor: undefined, borderColor: palette.ink, borderWidth: 1.2 } },
        selectedMode: false,
      },
    ],
  };
}

const same = (point: number[]) => point;

const DEGREE = Math.PI / 180;

/** Miller's cylindrical projection: true to shape where most people live, without Mercator's vast north. */
const MILLER = {
  project: ([longitude = 0, latitude = 0]: number[]) => [
    longitude * DEGREE,
    -1.25 * Math.log(Math.tan(Math.PI / 4 + 0.4 * latitude * DEGREE)),
  ],
  unproject: ([x = 0, y = 0]: number[]) => [
    x / DEGREE,
    (2.5 * Math.atan(Math.exp(-0.8 * y)) - 0.625 * Math.PI) / DEGREE,
  ],
};
