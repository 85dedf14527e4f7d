/** Orders by how far they travel. */
export interface DistanceBar {
  readonly from: number;
  /** Null for all that is further. */
  readonly to: number | null;
  readonly orderCount: number;
}

/** Round widths of a bar, in kilometres, each a multiple of the finest. */
const WIDTHS = [50, 100, 250, 500, 1000, 2500];
const MOST_BARS = 20;

/**
 * Fine bars as few that can be read, and the longest ways as one.
 *
 * A parcel to another continent would otherwise leave all the others in one bar:
 * what is drawn bar by bar reaches half as far again as nine orders in ten.
 */
export function readableBars(
  fine: readonly { readonly from: number; readonly to: number; readonly orderCount: number }[],
  percentile90: number | null,
): readonly DistanceBar[] {
  const end = fine.at(-1)?.to;
  // Nothing measured is no bar of nothing.
  if (end === undefined) return [];
  const reach = Math.min(end, (percentile90 ?? end) * 1.5);
  const width = WIDTHS.find((it) => reach / it <= MOST_BARS) ?? Math.ceil(reach / MOST_BARS / 1000) * 1000;
  const count = Math.max(1, Math.ceil(reach / width));
  const ordersBetween = (from: number, to: number) =>
    fine.filter((bar) => bar.from >= from && bar.from < to).reduce((sum, bar) => sum + bar.orderCount, 0);
  const bars = Array.from({ length: count }, (_, index) => {
    const from = index * width;
    return { from, to: from + width, orderCount: ordersBetween(from, from + width) };
  });
  const further = ordersBetween(count * width, Infinity);
  return further > 0 ? [...bars, { from: count * width, to: null, orderCount: further }] : bars;
}
