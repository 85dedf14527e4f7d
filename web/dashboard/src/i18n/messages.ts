import type { en } from "./en";

/** The shape of a language: the same keys and parameters as English, any words. */
export type Messages = Words<typeof en>;

type Words<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...given: infer Given) => string
      ? (...given: Given) => string
      : Words<T[K]>;
};
