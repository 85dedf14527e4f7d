import type { JSX } from "preact";

import type { OverviewQuery } from "../api/generated/graphql";
import { Chart } from "../charts/chart";
import { usePalette } from "../charts/palette";
import { waterfallHeight, waterfallOption } from "../charts/waterfall";
import { askDrivers } from "../exports/question";
import { driverParts, driverSheet, fallsOf } from "../figures/drivers";
import { explained } from "../i18n/definitions";
import type { Kpi } from "../state/kpi";
import { change, toggleFilter } from "../state/navigation";
import { type Setting, useSetting } from "../state/setting";
import { drivenKpi, type Why, wayOf, waysOf } from "../state/why";
import { beganWithin } from "./change";
import { fallLegend } from "./legend";
import { Panel } from "./panel";
import { Select } from "./select";

/** How many groups are told apart. */
export const MOST_DRIVERS = 8;

interface Props {
  /** The KPI that the view shows. */
  readonly kpi: Kpi;
  readonly drivers: OverviewQuery["kpis"]["drivers"] | undefined;
}

/** Why a KPI is not what it was in the time that it is compared with; choosing a group filters by it. */
export function WhyPanel({ kpi, drivers }: Props): JSX.Element | null {
  const setting = useSetting();
  const palette = usePalette();
  const { words, kpiName } = setting;
  const driven = drivenKpi(setting, kpi);
  const way = wayOf(setting, driven);
  if (way === undefined) return null;
  const title = words.charts.why(kpiName(driven));
  const parts = drivers ? driverParts(setting, drivers, way) : [];
  const falls = fallsOf(setting, parts, driven);
  return (
    <Panel
      id="why"
      needs={[driven]}
      title={title}
      width={12}
      height={waterfallHeight(MOST_DRIVERS + 2)}
      explained={[explained(driven), "Kpis.drivers", way === "salesTree" ? "Drivers.salesTree" : "Drivers.rows"]}
      question={askDrivers(setting, driven, way === "salesTree" ? undefined : way, MOST_DRIVERS)}
      sheet={drivers && driverSheet(setting, wayName(setting, way), parts, driven)}
      empty={drivers && whyNot(setting, drivers, way)}
      legend={fallLegend(falls, words, palette)}
      aside={
        <Select
          label={words.panel.by}
          value={way}
          options={waysOf(setting, driven).map((it) => [it, wayName(setting, it)] as const)}
          onChange={(why) => change({ why })}
        />
      }
      footnote={drivers && parts.length > 0 && between(setting, drivers, driven)}
    >
      <Chart
        title={title}
        height={waterfallHeight(falls.length)}
        option={waterfallOption(falls, palette)}
        onPick={(index) => {
          const pick = parts[index]?.pick;
          if (pick) toggleFilter(pick.dimension, pick.value);
        }}
      />
    </Panel>
  );
}

/** Why there are no parts. */
function whyNot({ words, days }: Setting, { difference }: NonNullable<Props["drivers"]>, way: Why): string {
  if (days.from === undefined) return words.charts.noBaseline;
  return way === "salesTree" && difference !== null ? words.charts.noFactors : words.charts.noDifference;
}

function wayName({ words, dimensionName }: Setting, way: Why): string {
  return way === "salesTree" ? words.salesTree.title : dimensionName(way);
}

/** What the difference is between, in words. */
function between(setting: Setting, { now, then, difference }: NonNullable<Props["drivers"]>, kpi: Kpi): string {
  const { words, format, address } = setting;
  const before = address.before === "year" ? words.change.inYear : words.change.inPeriod;
  const amounts = words.charts.difference(format.kpi(kpi, then), before, format.kpi(kpi, now), format.signed(kpi, difference));
  return [amounts, beganWithin(setting, address.before) ?? ""].join(" ").trim();
}
