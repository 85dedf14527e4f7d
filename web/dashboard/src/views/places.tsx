import type { JSX } from "preact";

import { PlacesDocument, type PlacesQuery } from "../api/generated/graphql";
import { useQuery } from "../api/use-query";
import { withOwn } from "../api/with-own";
import { askGroups } from "../exports/question";
import { hasNoOrders } from "../figures/unknown";
import { areUsStates } from "../maps/names";
import { GroupBars } from "../parts/group-bars";
import { GroupShares } from "../parts/group-shares";
import { Select } from "../parts/select";
import { ViewFrame } from "../parts/view-frame";
import { type Zone, ZONES } from "../state/address";
import { fieldOf } from "../state/filter";
import { chosen, ownAmong } from "../state/kpi";
import { change } from "../state/navigation";
import { groupedBy } from "../state/place";
import { useSetting } from "../state/setting";
import type { Shop } from "../state/shop";
import { Distances } from "./distances";
import { PlaceMap } from "./place-map";

const OF_ZONES = ["totalSales", "totalProfit", "profitMargin", "orderCount"] as const;
const OF_SHIP_MODES = ["orderCount", "averageShippingDays", "totalSales"] as const;

/** Where orders go, and how they get there. */
export function Places(): JSX.Element {
  const setting = useSetting();
  const { address, words, filter, shop, may, kpis, kpiName } = setting;
  const kpi = address.kpi ?? setting.usualKpi;
  const zones = ZONES.filter((it) => may.dimension(fieldOf(it)));
  const mapped = mappedZone(shop);
  const zone = address.zone ?? zones.find((it) => it === mapped) ?? zones[0] ?? mapped;
  const own = ownAmong([kpi]);
  const query = useQuery(withOwn(PlacesDocument, { Chosen: own, Told: own }), {
    filter: filter(),
    inPeriod: setting.inPeriod,
    exceptRegion: filter("region"),
    exceptMapped: filter(fieldOf(mapped)),
    exceptZone: filter(fieldOf(zone)),
    exceptShipMode: filter("shipMode"),
    mapped: groupedBy(mapped),
    zone: groupedBy(zone),
    ...chosen(kpi),
  });
  const mayMap = may.dimension(fieldOf(mapped));
  const mayRank = may.kpi("totalProfit") && zones.length > 0;
  const controls = (
    <>
      {mayMap && (
        <Select
          label={words.panel.measure}
          value={kpi}
          options={kpis.map((it) => [it, kpiName(it)] as const)}
          onChange={(it) => change({ kpi: it })}
        />
      )}
      {mayRank && (
        <Select
          label={words.panel.zones}
          value={zone}
          options={zones.map((it) => [it, words.zones[it]] as const)}
          onChange={(it) => change({ zone: it })}
        />
      )}
    </>
  );
  const ofZones = { by: fieldOf(zone), kpis: OF_ZONES, orderBy: "totalProfit", first: 8 } as const;
  const profits = { of: setting.dimensionName(fieldOf(zone)), kpi: "totalProfit", more: OF_ZONES, width: 6, lines: 8 } as const;
  const ofShipModes = askGroups(setting, { by: "shipMode", kpis: OF_SHIP_MODES, orderBy: "orderCount", first: 8 });
  return (
    <ViewFrame query={query} missing={missing} own={own} controls={(mayMap || mayRank) && controls}>
      {(data) => (
        <>
          <PlaceMap kpi={kpi} zone={mapped} groups={data?.onMap.breakdown} />
          <GroupShares
            id="regions"
            title={words.charts.regionShare}
            of={words.dimensions.region}
            more={OF_ZONES}
            groups={data?.byRegion.breakdown}
            question={askGroups(setting, { by: "region", kpis: OF_ZONES, first: 12 })}
          />
          <GroupBars
            {...profits}
            id="most"
            title={words.charts.most(words.zones[zone])}
            groups={data?.ranked.most}
            question={askGroups(setting, ofZones)}
          />
          <GroupBars
            {...profits}
            id="least"
            title={words.charts.least(words.zones[zone])}
            groups={data?.ranked.least}
            question={askGroups(setting, { ...ofZones, direction: "ASC" })}
          />
          <Distances distance={data?.kpis.deliveryDistance} />
          <GroupBars
            id="shipModes"
            title={words.charts.shipModes}
            of={words.dimensions.shipMode}
            kpi="orderCount"
            more={OF_SHIP_MODES}
            groups={data?.byShipMode.breakdown}
            question={ofShipModes}
            width={6}
          />
          <GroupBars
            id="shipping"
            title={words.charts.shippingDays}
            of={words.dimensions.shipMode}
            kpi="averageShippingDays"
            more={OF_SHIP_MODES}
            groups={data?.byShipMode.breakdown}
            question={ofShipModes}
            width={6}
          />
        </>
      )}
    </ViewFrame>
  );
}

function missing({ kpis, onMap }: PlacesQuery): "orders" | undefined {
  return hasNoOrders(kpis) || onMap.breakdown?.rows.length === 0 ? "orders" : undefined;
}

/** What the map is made of: states where the shop's are those of the US, otherwise countries. */
function mappedZone(shop: Shop): Zone {
  return areUsStates((shop.state ?? []).map(({ value }) => value)) ? "STATE" : "COUNTRY";
}
