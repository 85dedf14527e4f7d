import { createContext } from "preact";
import { useContext } from "preact/hooks";

import type { Grain, KpiFilter, KpiName } from "../api/generated/graphql";
import type { Format } from "../format/format";
import type { Language } from "../i18n/language";
import type { Messages } from "../i18n/messages";
import { type Address, inWordsOf } from "./address";
import { type FilterDimension, kpiFilter } from "./filter";
import { isBuiltIn, type Kpi, KPIS, orderName } from "./kpi";
import { type May, mayUse, withinReach } from "./may";
import { isOwnDimension, type OwnWords } from "./own";
import { type Calendar, type DayRange, daysOf, grainFor, spanInDays } from "./period";
import { calendarOf, isTimed, type Shop, type Viewer } from "./shop";

/** What every part of a view is shown in: the shop, the address, the reader's language. */
export interface Setting {
  readonly shop: Shop;
  /** Who reads, where the server asks who they are. */
  readonly viewer: Viewer | undefined;
  readonly address: Address;
  readonly language: Language;
  readonly words: Messages;
  readonly format: Format;
  /** What the shop's model adds to what every shop has. */
  readonly own: OwnWords;
  /** What the reader may use. */
  readonly may: May;
  /** Every KPI that there is to choose from. */
  readonly kpis: readonly Kpi[];
  /** What is shown unless another KPI is chosen. */
  readonly usualKpi: Kpi;
  readonly kpiName: (kpi: Kpi) => string;
  /** What the server calls the KPI where it orders rows. */
  readonly orderName: (kpi: Kpi) => KpiName;
  readonly dimensionName: (dimension: FilterDimension) => string;
  readonly calendar: Calendar;
  /** The days of the chosen period. */
  readonly days: DayRange;
  /** How many they are. */
  readonly span: number;
  /** The size of a bucket that fits them. */
  readonly grain: Grain;
  /** What to ask the server for; a dimension can be left out. */
  readonly filter: (except?: FilterDimension) => KpiFilter;
  /** The whole period, without any filter. */
  readonly inPeriod: KpiFilter;
}

export function settingOf(
  shop: Shop,
  given: Address,
  reader: Pick<Setting, "viewer" | "language" | "words" | "format" | "own">,
): Setting {
  const calendar = calendarOf(shop);
  const { own, words } = reader;
  const may = mayUse(shop);
  const address = withinReach(may, inWordsOf(own, given));
  const kpis = [...KPIS.filter(may.kpi), ...own.kpis.keys()];
  const days = daysOf(address.period, calendar);
  const span = spanInDays(days, calendar);
  return {
    shop,
    address,
    ...reader,
    may,
    kpis,
    usualKpi: may.kpi("totalSales") ? "totalSales" : (kpis[0] ?? "totalSales"),
    kpiName: (kpi) => (isBuiltIn(kpi) ? words.kpis[kpi] : (own.kpis.get(kpi)?.name ?? kpi)),
    orderName: (kpi) => (isBuiltIn(kpi) ? orderName(kpi) : (own.kpis.get(kpi)?.orderName ?? orderName("totalSales"))),
    dimensionName: (it) => (isOwnDimension(it) ? (own.dimensions.get(it)?.name ?? it) : words.dimensions[it]),
    calendar,
    days,
    span,
    grain: grainFor(span, isTimed(shop)),
    filter: (except) => kpiFilter(address.filters, days, except),
    inPeriod: kpiFilter({}, days),
  };
}

const SettingContext = createContext<Setting | null>(null);
export const SettingProvider = SettingContext.Provider;

export function useSetting(): Setting {
  const setting = useContext(SettingContext);
  if (!setting) throw new Error("a part is shown outside of a setting");
  return setting;
}
