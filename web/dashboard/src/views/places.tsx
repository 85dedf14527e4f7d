import type { JSX } from "preact";

import { PlacesDocument } from "../api/generated/graphql";
import { useQuery } from "../api/use-query";
import { withOwn } from "../api/with-own";
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
  const { address, words, filter, shop, kpis, kpiName } = setting;
  const kpi = address.kpi ?? "totalSales";
  const mapped = mappedZone(shop);
  const zone = address.zone ?? mapped;
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
  const controls = (
    <>
      <Select
        label={words.panel.measure}
        value={kpi}
        options={kpis.map((it) => [it, kpiName(it)] as const)}
        onChange={(it) => change({ kpi: it })}
      />
      <Select
        label={words.panel.zones}
        value={zone}
        options={ZONES.map((it) => [it, words.zones[it]] as const)}
        onChange={(it) => change({ zone: it })}
      />
    </>
  );
  const of = setting.dimensionName(fieldOf(zone));
  return (
    <ViewFrame query={query} missing={({ onMap }) => (onMap.breakdown.rows.length === 0 ? "orders" : undefined)} own={own} controls={controls}>
      {(data) => (
        <>
          <PlaceMap kpi={kpi} zone={mapped} groups={data?.onMap.breakdown} />
          <GroupShares
            id="regions"
            title={words.charts.regionShare}
            of={words.dimensions.region}
            more={OF_ZONES}
            groups={data?.byRegion.breakdown}
          />
          <GroupBars id="most" title={words.charts.most(words.zones[zone])} of={of} kpi="totalProfit" more={OF_ZONES} groups={data?.ranked.most} width={6} lines={8} />
          <GroupBars id="least" title={words.charts.least(words.zones[zone])} of={of} kpi="totalProfit" more={OF_ZONES} groups={data?.ranked.least} width={6} lines={8} />
          <Distances distance={data?.kpis.deliveryDistance} />
          <GroupBars
            id="shipModes"
            title={words.charts.shipModes}
            of={words.dimensions.shipMode}
            kpi="orderCount"
            more={OF_SHIP_MODES}
            groups={data?.byShipMode.breakdown}
            width={6}
          />
          <GroupBars
            id="shipping"
            title={words.charts.shippingDays}
            of={words.dimensions.shipMode}
            kpi="averageShippingDays"
            more={OF_SHIP_MODES}
            groups={data?.byShipMode.breakdown}
            width={6}
          />
        </>
      )}
    </ViewFrame>
  );
}

/** What the map is made of: states where the shop's are those of the US, otherwise countries. */
function mappedZone(shop: Shop): Zone {
  return areUsStates(shop.state.map(({ value }) => value)) ? "STATE" : "COUNTRY";
}
