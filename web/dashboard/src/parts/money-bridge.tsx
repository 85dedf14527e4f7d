import type { JSX } from "preact";

import { Chart } from "../charts/chart";
import { usePalette } from "../charts/palette";
import { waterfallOption } from "../charts/waterfall";
import { BRIDGE, bridgeOf } from "../figures/bridge";
import type { Figures } from "../figures/groups";
import { sheetOf } from "../figures/sheet";
import { useSetting } from "../state/setting";
import { Panel } from "./panel";

/** From gross sales over discounts and returns to what customers were charged. */
export function MoneyBridge({ kpis }: { kpis: Figures | undefined }): JSX.Element {
  const { words, format } = useSetting();
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
    shown: format.brief("money", amount),
  }));
  return (
    <Panel
      id="bridge"
      title={title}
      width={12}
      explained={BRIDGE.map((kpi) => `Kpis.${kpi}` as const)}
      sheet={kpis && sheet}
    >
      <Chart title={title} height={240} option={waterfallOption({ falls, short: (value) => format.short("money", value) }, palette)} />
    </Panel>
  );
}
