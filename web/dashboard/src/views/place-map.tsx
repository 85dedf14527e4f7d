import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";

import { Chart } from "../charts/chart";
import { type Class, classesOf } from "../charts/classes";
import { type Area, mapOption } from "../charts/map";
import { usePalette } from "../charts/palette";
import { askGroups } from "../exports/question";
import { groupSheet, type GroupRow, type Groups, nameOf, pickOf, tipOf } from "../figures/groups";
import { explained } from "../i18n/definitions";
import { type Atlas, boundsOf, usAtlas, worldAtlas } from "../maps/atlas";
import { type Placed, placeRows } from "../maps/placed";
import { Panel } from "../parts/panel";
import { Segments } from "../parts/select";
import type { Zone } from "../state/address";
import { fieldOf } from "../state/filter";
import type { Kpi } from "../state/kpi";
import { change, toggleFilter } from "../state/navigation";
import { type Setting, useSetting } from "../state/setting";

/** The share of the sales that the closer look must hold. */
const MOST = 0.8;

const HEIGHT = 420;

const BESIDE = ["totalSales", "totalProfit", "profitMargin", "orderCount"] as const;

interface Props {
  readonly kpi: Kpi;
  readonly zone: Zone;
  readonly groups: Groups | undefined;
}

/** Any KPI by place; choosing a place filters everything by it. */
export function PlaceMap({ kpi, zone, groups }: Props): JSX.Element {
  const setting = useSetting();
  const palette = usePalette();
  const { words, format, address } = setting;
  const [atlas, isMissing] = useAtlas(zone);
  const placed = useMemo(() => atlas && groups && placeRows(atlas, placesIn(atlas), groups.rows), [atlas, groups]);
  const title = words.charts.map(setting.kpiName(kpi));
  const unit = format.unitOf(kpi);
  const classes = useMemo(() => {
    const values = (placed?.known ?? []).map(({ row }) => row.kpis[kpi]).filter((value) => typeof value === "number");
    return classesOf(values, unit === "money" || unit === "count", palette);
  }, [placed, kpi, unit, palette]);
  const option = useMemo(
    () =>
      atlas &&
      placed &&
      mapOption(
        {
          atlas,
          areas: placed.known.map((it) => areaOf(setting, it, kpi)),
          bounds: address.world ? undefined : boundsOf(atlas, mainPlaces(placed.known)),
          classes,
        },
        palette,
      ),
    [atlas, placed, setting, palette, kpi, classes],
  );
  const between = ({ from, to }: Class) =>
    [...new Set([from, to].map((bound) => format.short(unit, bound)))].join(" – ");
  const unknown = placed?.unknown.map((row) => nameOf(row, setting)) ?? [];
  return (
    <Panel
      id="map"
      title={title}
      width={8}
      height={HEIGHT}
      explained={[explained(kpi)]}
      question={askGroups(setting, {
        by: fieldOf(zone),
        kpis: [kpi, ...BESIDE.filter((it) => it !== kpi)],
        orderBy: setting.may.kpi("totalSales") ? "totalSales" : kpi,
        first: 1000,
      })}
      sheet={groups && groupSheet(setting, words.zones[zone], groups, [kpi, ...BESIDE.filter((it) => it !== kpi)])}
      legend={placed && classes.map((it) => ({ name: between(it), colour: it.colour, mark: "block" }))}
      legendAt="foot"
      aside={zone === "COUNTRY" && <Extent world={address.world ?? false} />}
      footnote={unknown.length > 0 && words.charts.unplaced(unknown.join(", "))}
    >
      {option ? (
        <Chart
          class="map"
          title={title}
          height={HEIGHT}
          option={option}
          onPickName={(name) => {
            const pick = pickOf(placed?.known.find(({ place }) => place === name)?.row);
            if (pick) toggleFilter(pick.dimension, pick.value);
          }}
        />
      ) : isMissing ? (
        <p class="small">{words.states.noChart}</p>
      ) : (
        <div class="skeleton" style={{ height: HEIGHT }} />
      )}
    </Panel>
  );
}

function areaOf(setting: Setting, { place, row }: Placed, kpi: Kpi): Area {
  return {
    place,
    name: nameOf(row, setting),
    value: row.kpis[kpi],
    chosen: isChosen(row, setting.address.filters),
    tip: tipOf(setting, row, [kpi, ...BESIDE.filter((it) => it !== kpi)]),
  };
}

function Extent({ world }: { world: boolean }): JSX.Element {
  const { words } = useSetting();
  return (
    <Segments
      label={words.charts.extent}
      value={world ? "world" : "closer"}
      options={[
        ["closer", words.charts.closer],
        ["world", words.charts.world],
      ]}
      onChange={(chosen) => change({ world: chosen === "world" })}
    />
  );
}

/** The outlines, once they and the engine that draws them are there, and whether they cannot be had. */
function useAtlas(zone: Zone): readonly [Atlas | undefined, boolean] {
  const [atlas, setAtlas] = useState<Atlas>();
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    const load = async () => {
      const outlines = zone === "STATE" ? usAtlas() : worldAtlas();
      const [loaded, { registerMap }] = await Promise.all([outlines, import("../charts/engine")]);
      registerMap(loaded.name, loaded.features as unknown as Parameters<typeof registerMap>[1]);
      setAtlas(loaded);
    };
    load().catch(() => setMissing(true));
  }, [zone]);
  return [atlas, isMissing];
}

function placesIn({ features }: Atlas): ReadonlySet<string> {
  return new Set(features.features.map(({ properties }) => properties.name));
}

/** The places with the most sales that together have almost all of them. */
function mainPlaces(placed: readonly Placed[]): ReadonlySet<string> {
  const byShare = [...placed].sort((one, other) => (other.row.share ?? 0) - (one.row.share ?? 0));
  const main = new Set<string>();
  let held = 0;
  for (const { place, row } of byShare) {
    if (held >= MOST) break;
    main.add(place);
    held += row.share ?? 0;
  }
  return main;
}

function isChosen(row: GroupRow, filters: ReturnType<typeof useSetting>["address"]["filters"]): boolean {
  const pick = pickOf(row);
  return pick !== undefined && (filters[pick.dimension]?.includes(pick.value) ?? false);
}
