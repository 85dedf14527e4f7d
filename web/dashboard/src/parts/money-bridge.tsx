import type { JSX } from "preact";

import { Chart } from "../charts/chart";
import { usePalette } from "../charts/palette";
import { waterfallHeight, waterfallOption } from "../charts/waterfall";
import { askScope } from "../exports/question";
import { BRIDGE, bridgeOf, SUMS } from "../figures/bridge";
import type { Figures } from "../figures/groups";
import { sheetOf } from "../figures/sheet";
import { useSetting } from "../state/setting";
import { fallLegend } from "./legend";
import { Panel } from "./panel";

/** From gross sales over discounts and returns to what customers were charged. */
export function MoneyBridge({ kpis }: { kpis: Figures | undefined }): JSX.Element {
  const setting = useSetting();
  const { words, format } = setting;
  const palette = usePalette();
  const title = words.charts.bridge;
  const steps = kpis ? bridgeOf(kpis) : [];
  const sheet = sheetOf(steps, [
    { title: words.columns.step, figure: false, cell: ({ kpi }) => ({ raw: words.kpis[kpi], shown: words.kpis[kpi] }) },
    {
      title: words.columns.amount,
      figure: true,
      cell: ({ kpi, amount }) => ({ raw: amount, shown: format.kpi(kpi, amount) }),
    },
  ]);
  const falls = steps.map(({ kpi, amount, from, to }) => ({
    name: words.kpis[kpi],
    from,
    to,
    isSum: SUMS.has(kpi),
    shown: format.brief("money", amount),
    tip: [{ name: words.columns.amount, value: format.kpi(kpi, amount) }],
  }));
  return (
    <Panel
      id="bridge"
      needs={BRIDGE}
      title={title}
      width={12}
      explained={BRIDGE.map((kpi) => `Kpis.${kpi}` as const)}
      height={waterfallHeight(BRIDGE.length)}
      question={askScope(setting, BRIDGE)}
      sheet={kpis && sheet}
      legend={fallLegend(falls, words, palette)}
    >
      <Chart title={title} height={waterfallHeight(falls.length)} option={waterfallOption(falls, palette)} />
    </Panel>
  );
}
