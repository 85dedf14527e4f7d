import { isPrinting, onPrint } from "./print";
import { store, stored } from "./stored";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED = "salesgraph.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

let theme: Theme = THEMES.find((it) => it === stored(STORED)) ?? "auto";

export function currentTheme(): Theme {
  return theme;
}

export function chooseTheme(next: Theme): void {
  theme = next;
  store(STORED, next === "auto" ? null : next);
  showTheme();
}

/** Whether the page is dark right now, by choice or as the system is. Paper is light. */
export function isDark(): boolean {
  if (isPrinting()) return false;
  return theme === "dark" || (theme === "auto" && system.matches);
}

export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Puts the theme on the document, where the style sheets and the charts read it. */
export function showTheme(): void {
  document.documentElement.dataset["theme"] = isDark() ? "dark" : "light";
  for (const listener of listeners) listener();
}

system.addEventListener("change", showTheme);
onPrint("before drawings", showTheme);
