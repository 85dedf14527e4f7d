import type { JSX } from "preact";

import { Chart } from "../charts/chart";
import { lineOption } from "../charts/line";
import { usePalette } from "../charts/palette";
import { askSeries } from "../exports/question";
import { comparedSheet, lineChart } from "../figures/buckets";
import type { Series } from "../figures/series";
import { explained } from "../i18n/definitions";
import type { Kpi } from "../state/kpi";
import { useSetting } from "../state/setting";
import { lineLegend } from "./legend";
import { Panel } from "./panel";

const HEIGHT = 300;

interface Props {
  readonly id: string;
  readonly title: string;
  readonly kpi: Kpi;
  readonly series: Series | undefined;
}

/** One KPI over time, with the year or the period before behind it. */
export function SeriesPanel({ id, title, kpi, series }: Props): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const chart = series && lineChart(setting, series, [kpi], true);
  const isKnown = series?.buckets.some((bucket) => bucket.kpis[kpi] !== null);
  return (
    <Panel
      id={id}
      title={title}
      width={12}
      height={HEIGHT}
      explained={[explained(kpi), "Kpis.timeSeries"]}
      question={askSeries(setting, series?.grain ?? "MONTH", [kpi], true)}
      sheet={series && comparedSheet(setting, series, kpi)}
      legend={chart && isKnown ? lineLegend(chart, palette) : undefined}
    >
      {chart && isKnown && <Chart title={title} height={HEIGHT} option={lineOption(chart, palette)} />}
      {chart && !isKnown && <p class="small">{setting.words.states.unknown(setting.kpiName(kpi))}</p>}
    </Panel>
  );
}
