import type { JSX } from "preact";

import type { PlacesQuery } from "../api/generated/graphql";
import { columnsOption } from "../charts/bars";
import { Chart } from "../charts/chart";
import { usePalette } from "../charts/palette";
import { askDistances } from "../exports/question";
import { type DistanceBar, readableBars } from "../figures/distances";
import { sheetOf } from "../figures/sheet";
import { Panel } from "../parts/panel";
import { useSetting } from "../state/setting";

type Distance = PlacesQuery["kpis"]["deliveryDistance"];

const FIGURES = ["mean", "median", "percentile90", "maximum"] as const;

/** How far orders travel: four figures, and all of them by distance. */
export function Distances({ distance }: { distance: Distance | undefined }): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const { words, format } = setting;
  const title = words.charts.distances;
  const bars = distance ? readableBars(distance.histogram, distance.percentile90) : [];
  const between = ({ from, to }: DistanceBar) =>
    to === null
      ? words.charts.further(format.value("kilometres", from))
      : `${format.value("count", from)} – ${format.value("kilometres", to)}`;
  const sheet = sheetOf(bars, [
    { title: words.columns.distance, figure: false, cell: (bar) => ({ raw: `${bar.from}-${bar.to ?? ""}`, shown: between(bar) }) },
    {
      title: words.kpis.orderCount,
      figure: true,
      cell: (bar) => ({ raw: bar.orderCount, shown: format.value("count", bar.orderCount) }),
    },
  ]);
  const option = columnsOption(
    {
      ticks: bars.map(({ from, to }) => `${format.value("count", from)}${to === null ? "+" : ""}`),
      lastTick: true,
      names: bars.map(between),
      stacks: [{ name: words.kpis.orderCount, values: bars.map(({ orderCount }) => orderCount) }],
      shown: (value) => format.value("count", value),
      short: (value) => format.short("count", value),
      steps: { minInterval: 1 },
    },
    palette,
  );
  return (
    <Panel
      id="distances"
      needs={["orderCount"]}
      title={title}
      width={12}
      explained={[
        "Kpis.deliveryDistance",
        ...FIGURES.map((figure) => `DeliveryDistance.${figure}` as const),
      ]}
      question={askDistances(setting)}
      sheet={distance && sheet}
      empty={words.charts.noDistance}
      footnote={
        distance &&
        distance.unmeasuredOrderCount > 0 &&
        words.charts.unmeasured(format.value("count", distance.unmeasuredOrderCount))
      }
    >
      {distance && (
        <div class="distances">
          <dl class="figures">
            {FIGURES.map((figure) => (
              <div>
                <dt>{words.charts.distanceFigures[figure]}</dt>
                <dd>{format.value("kilometres", distance[figure])}</dd>
              </div>
            ))}
          </dl>
          <Chart title={title} height={240} option={option} />
        </div>
      )}
    </Panel>
  );
}
