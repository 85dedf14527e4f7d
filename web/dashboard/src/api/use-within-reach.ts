import { useEffect, useState } from "preact/hooks";

import { mayUse } from "../state/may";
import type { ShopQuery } from "./generated/graphql";
import { currentRestriction, restrictTo } from "./restricted";

/**
 * The shop, once its views can be asked for: who may use all dimensions but not all KPIs is not
 * refused the shop, which tells so.
 */
export function useWithinReach(told: ShopQuery | undefined): ShopQuery | undefined {
  const [, setKnown] = useState(currentRestriction());
  const isKnown = !told || mayUse(told.shop).everything || currentRestriction() !== undefined;
  useEffect(() => {
    if (told && !isKnown) void restrictTo(told.shop).then(() => setKnown(currentRestriction()));
  }, [told, isKnown]);
  return isKnown ? told : undefined;
}
