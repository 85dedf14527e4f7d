import { dimensionsIn, type FilterDimension } from "../state/filter";
import { addDays } from "../state/period";
import type { Setting } from "../state/setting";

/** The days that are shown, in words. */
export function periodName({ days, words, format, address }: Setting): string {
  if (days.from && days.to) return format.days(days.from, days.to);
  return address.period.kind === "preset" ? words.period.presets[address.period.preset] : "";
}

/** What the reader chose, in words: a preset's name rather than its days. */
export function choiceName({ words, format, address: { period } }: Setting): string {
  switch (period.kind) {
    case "preset":
      return words.period.presets[period.preset];
    case "year":
      return String(period.year);
    case "range":
      return format.days(period.from, addDays(period.to, 1));
  }
}

/** What a file's figures are of, in words: the shop, the days, and each filter but one on the figures' own dimension. */
export function scopeName(
  setting: Setting,
  nameOf: (dimension: FilterDimension, value: string) => string,
  own?: FilterDimension,
): string[] {
  const { words, address, shop, dimensionName } = setting;
  const filters = dimensionsIn(address.filters).filter((it) => it !== own).map((dimension) => {
    const values = address.filters[dimension] ?? [];
    const names = values.map((value) => (value === null ? words.filter.missing : nameOf(dimension, value)));
    return `${dimensionName(dimension)}: ${names.join(" · ")}`;
  });
  return [`${shop.name} · ${periodName(setting)}`, ...filters];
}
