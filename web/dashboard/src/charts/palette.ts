import { useMemo, useState, useEffect } from "preact/hooks";

import { isDark, onThemeChange } from "../state/theme";

/** The style sheets' colours, for drawings. */
export interface Palette {
  readonly dark: boolean;
  readonly surface: string;
  readonly ink: string;
  readonly soft: string;
  readonly rule: string;
  readonly hover: string;
  readonly accent: string;
  /** A second line beside the accent's, neither better nor worse. */
  readonly second: string;
  readonly loss: string;
  readonly ghost: string;
  /** Places on a map that nothing went to, and what lies between them. */
  readonly blank: string;
  readonly sea: string;
  /** From little to much, of one hue: lightness says it without colour. */
  readonly ramp: readonly string[];
  /** From deep loss to deep profit: orange and blue differ for every kind of colour vision. */
  readonly diverging: readonly string[];
  /** For parts of a whole, told apart by lightness first. */
  readonly parts: readonly string[];
  readonly font: string;
}

export function usePalette(): Palette {
  const [dark, setDark] = useState(isDark);
  useEffect(() => onThemeChange(() => setDark(isDark())), []);
  return useMemo(() => readPalette(dark), [dark]);
}

function readPalette(dark: boolean): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const series = (name: string, length: number) =>
    Array.from({ length }, (_, index) => colour(`${name}-${index + 1}`));
  return {
    dark,
    surface: colour("surface"),
    ink: colour("ink"),
    soft: colour("ink-soft"),
    rule: colour("rule"),
    hover: colour("hover"),
    accent: colour("accent"),
    second: colour("second"),
    loss: colour("loss"),
    ghost: colour("ghost"),
    blank: colour("blank"),
    sea: colour("sea"),
    ramp: series("ramp", 5),
    diverging: series("diverging", 4),
    parts: series("part", 8),
    font: style.fontFamily,
  };
}
