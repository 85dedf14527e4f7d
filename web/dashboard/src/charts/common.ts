import type { Palette } from "./palette";

/** What every chart shares: quiet axes, one type scale, no frame. */
export function base(palette: Palette) {
  return {
    textStyle: { fontFamily: palette.font, fontSize: 12, color: palette.soft },
    animationDuration: 350,
    animationDurationUpdate: 250,
  };
}

export function valueAxis(palette: Palette, formatter: (value: number) => string, splitNumber = 4) {
  return {
    type: "value" as const,
    splitNumber,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: palette.soft, fontSize: 12, formatter },
    splitLine: { lineStyle: { color: palette.rule } },
  };
}

export function nameAxis(palette: Palette, data: readonly string[]) {
  return {
    type: "category" as const,
    data: [...data],
    axisLine: { lineStyle: { color: palette.rule } },
    axisTick: { show: false },
    axisLabel: { color: palette.soft, fontSize: 12, margin: 12, hideOverlap: true },
  };
}

/** From this many ticks on, not all of them are written. */
const MANY = 15;

/** Names along the foot of a drawing, in an order; `last` insists on the last one. */
export function tickAxis(palette: Palette, ticks: readonly string[], last = false) {
  const axis = nameAxis(palette, ticks);
  return {
    ...axis,
    axisLabel: {
      ...axis.axisLabel,
      ...(last && { showMaxLabel: true }),
      // In the middle below a narrow last place, a long name would leave the drawing.
      ...(ticks.length > MANY && { alignMaxLabel: "right" as const }),
    },
  };
}

/** One line of a tooltip: what, how much, and the colour that shows it. */
export interface TipLine {
  readonly name: string;
  readonly value: string;
  readonly colour?: string;
}

/**
 * A tooltip as an element.
 *
 * Names come from the shop's data: as text they cannot be taken for markup.
 */
export function tip(title: string, lines: readonly TipLine[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "tip";
  box.append(textElement("strong", title));
  for (const line of lines) {
    const row = document.createElement("div");
    row.className = "tip-line";
    const name = textElement("span", line.name);
    if (line.colour) name.style.setProperty("--mark", line.colour);
    name.className = line.colour ? "tip-mark" : "";
    row.append(name, textElement("b", line.value));
    box.append(row);
  }
  return box;
}

export function tooltip(palette: Palette) {
  return {
    backgroundColor: palette.surface,
    borderColor: palette.rule,
    borderWidth: 1,
    padding: 0,
    textStyle: { color: palette.ink, fontSize: 13 },
    extraCssText: "border-radius: 8px; box-shadow: var(--shadow-2);",
    confine: true,
    transitionDuration: 0,
  };
}

function textElement(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
