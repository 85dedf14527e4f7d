import { createContext } from "preact";
import { useContext } from "preact/hooks";

import type { KpiFilter } from "../api/generated/graphql";
import type { Format } from "../format/format";
import type { Language } from "../i18n/language";
import type { Messages } from "../i18n/messages";
import type { Address } from "./address";
import { type FilterDimension, kpiFilter } from "./filter";
import { type Calendar, type DayRange, daysOf, spanInDays } from "./period";
import { calendarOf, type Shop } from "./shop";

/** What every part of a view is shown in: the shop, the address, the reader's language. */
export interface Setting {
  readonly shop: Shop;
  readonly address: Address;
  readonly language: Language;
  readonly words: Messages;
  readonly format: Format;
  readonly calendar: Calendar;
  /** The days of the chosen period. */
  readonly days: DayRange;
  /** How many they are. */
  readonly span: number;
  /** What to ask the server for; a dimension can be left out. */
  readonly filter: (except?: FilterDimension) => KpiFilter;
}

export function settingOf(
  shop: Shop,
  address: Address,
  reader: Pick<Setting, "language" | "words" | "format">,
): Setting {
  const calendar = calendarOf(shop);
  const days = daysOf(address.period, calendar);
  return {
    shop,
    address,
    ...reader,
    calendar,
    days,
    span: spanInDays(days, calendar),
    filter: (except) => kpiFilter(address.filters, days, except),
  };
}

const SettingContext = createContext<Setting | null>(null);
export const SettingProvider = SettingContext.Provider;

export function useSetting(): Setting {
  const setting = useContext(SettingContext);
  if (!setting) throw new Error("a part is shown outside of a setting");
  return setting;
}
