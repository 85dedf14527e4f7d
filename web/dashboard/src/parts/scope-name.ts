import { dimensionsIn, type FilterDimension, type Filters } from "../state/filter";
import { addDays, ownYear, type Preset } from "../state/period";
import type { Setting } from "../state/setting";
import { hasOwnYears } from "../state/shop";

/** What a preset is called: a shop's own year is no calendar year. */
export function presetName({ words: { period }, shop }: Setting, preset: Preset): string {
  return preset === "ytd" && hasOwnYears(shop) ? period.fiscalYtd : period.presets[preset];
}

/** The days that are shown, in words. */
export function periodName(setting: Setting): string {
  const { days, format, address } = setting;
  if (days.from && days.to) return format.days(days.from, days.to);
  return address.period.kind === "preset" ? presetName(setting, address.period.preset) : "";
}

/** What the reader chose, in words: a preset's name rather than its days. */
export function choiceName(setting: Setting): string {
  const { format, address, calendar } = setting;
  const { period } = address;
  switch (period.kind) {
    case "preset":
      return presetName(setting, period.preset);
    case "year":
      return String(period.year);
    case "ownYear":
      return ownYear(period.year, calendar)?.label ?? presetName(setting, "12m");
    case "range":
      return format.days(period.from, addDays(period.to, 1));
  }
}

/** What a file's figures are of, in words: the shop, the days, and each filter that they have. */
export function scopeName(
  setting: Setting,
  nameOf: (dimension: FilterDimension, value: string) => string,
  filters: Filters,
): string[] {
  const { words, shop, dimensionName } = setting;
  const lines = dimensionsIn(filters).map((dimension) => {
    const names = (filters[dimension] ?? []).map((value) => (value === null ? words.filter.missing : nameOf(dimension, value)));
    return `${dimensionName(dimension)}: ${names.join(" · ")}`;
  });
  return [`${shop.name} · ${periodName(setting)}`, ...lines];
}
