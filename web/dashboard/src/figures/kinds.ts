import type { Bucket } from "./series";

/** A part of the orders, over time. */
export interface Part {
  readonly name: string;
  readonly buckets: readonly Bucket[];
}

/** Several parts over the same stretches of time. */
export interface Aligned {
  /** Every stretch that one of them has. */
  readonly buckets: readonly Bucket[];
  /** What each part has of each stretch; absent where it has nothing. */
  readonly parts: readonly { readonly name: string; readonly buckets: readonly (Bucket | undefined)[] }[];
}

/** Without bounds, each series reaches from its own first order to its own last one. */
export function aligned(parts: readonly Part[]): Aligned {
  const all = new Map(parts.flatMap(({ buckets }) => buckets.map((bucket) => [keyOf(bucket), bucket] as const)));
  const buckets = [...all].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, bucket]) => bucket);
  return {
    buckets,
    parts: parts.map(({ name, buckets: own }) => {
      const byKey = new Map(own.map((bucket) => [keyOf(bucket), bucket]));
      return { name, buckets: buckets.map((bucket) => byKey.get(keyOf(bucket))) };
    }),
  };
}

/** Two hours of a day are told apart by their instant; a first bucket that the period cuts begins later than its date. */
function keyOf({ date, start }: Bucket): string {
  return `${date} ${start ?? ""}`;
}
