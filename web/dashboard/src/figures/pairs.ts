import type { PairsFragment } from "../api/generated/graphql";
import type { Setting } from "../state/setting";
import { groupColumn, type Keyed } from "./groups";
import { type Column, type Sheet, sheetOf } from "./sheet";

type Pair = PairsFragment["pairs"][number];

/** Every pair told from the product whose orders rather hold the other, too: the greater confidence is what pairs come first by. */
export function towardsConfidence(pairs: readonly Pair[]): Pair[] {
  return pairs.map((pair) => {
    const { product, otherProduct, confidence, confidenceOfOther } = pair;
    if (confidence >= confidenceOfOther) return pair;
    return { ...pair, product: otherProduct, otherProduct: product, confidence: confidenceOfOther, confidenceOfOther: confidence };
  });
}

/** Pairs of products; those of one product have a single column of names. */
export function pairSheet(setting: Setting, pairs: readonly Pair[], isOfOne: boolean): Sheet {
  const { words, format } = setting;
  const products = pairs.flatMap(({ product, otherProduct }) => [{ key: [product] }, { key: [otherProduct] }]);
  const other = namesOf(setting, words.columns.boughtWith, products, ({ otherProduct }) => otherProduct);
  const names = isOfOne ? [other] : [namesOf(setting, words.dimensions.product, products, ({ product }) => product), { ...other, names: true }];
  const figure = (title: string, value: (pair: Pair) => number, shown: (value: number) => string): Column<Pair> => ({
    title,
    figure: true,
    cell: (pair) => ({ raw: value(pair), shown: shown(value(pair)) }),
  });
  return sheetOf(pairs, [
    ...names,
    figure(words.kpis.orderCount, ({ orderCount }) => orderCount, (value) => format.value("count", value)),
    figure(words.columns.support, ({ support }) => support, (value) => format.smallShare(value)),
    figure(words.columns.confidence, ({ confidence }) => confidence, (value) => format.share(value)),
    figure(words.columns.lift, ({ lift }) => lift, (value) => format.value("index", value)),
  ]);
}

function namesOf(
  setting: Setting,
  title: string,
  products: readonly Keyed[],
  product: (pair: Pair) => Pair["product"],
): Column<Pair> {
  const column = groupColumn(setting, title, products);
  // Among products that are all chosen there is none to choose.
  const isChoice = (setting.address.filters.product ?? []).length < 2;
  return {
    ...column,
    cell: (pair) => {
      const { pick, ...name } = column.cell({ key: [product(pair)] });
      return isChoice ? { ...name, pick } : name;
    },
  };
}
