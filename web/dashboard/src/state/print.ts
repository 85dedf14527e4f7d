import { options } from "preact";

/** What the page is like, and then what is drawn of it. */
const STEPS = ["before drawings", "drawings"] as const;
type Step = (typeof STEPS)[number];

const listeners: Readonly<Record<Step, Set<() => void>>> = { "before drawings": new Set(), drawings: new Set() };
let printing = false;

/** Whether the page is being put on paper, or shown as it would be. */
export function isPrinting(): boolean {
  return printing;
}

/** Told before the page is printed, and again once it is for the screen. */
export function onPrint(step: Step, listener: () => void): () => void {
  listeners[step].add(listener);
  return () => listeners[step].delete(listener);
}

function show(onPaper: boolean): void {
  if (printing === onPaper) return;
  printing = onPaper;
  for (const step of STEPS) atOnce(() => listeners[step].forEach((listener) => listener()));
}

/** Renders what changes before it returns: paper does not wait for the next turn. */
function atOnce(change: () => void): void {
  const { debounceRendering } = options;
  let render: (() => void) | undefined;
  options.debounceRendering = (callback) => {
    render = callback;
  };
  try {
    change();
    render?.();
  } finally {
    if (debounceRendering) options.debounceRendering = debounceRendering;
    else delete options.debounceRendering;
  }
}

addEventListener("beforeprint", () => show(true));
addEventListener("afterprint", () => show(false));
// Tools that show the page as on paper print nothing.
matchMedia("print").addEventListener("change", ({ matches }) => show(matches));
