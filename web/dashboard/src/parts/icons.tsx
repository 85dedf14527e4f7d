import type { JSX } from "preact";

const PATHS = {
  info: "M8 7.2v4M8 4.9v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  close: "m4.5 4.5 7 7m0-7-7 7",
  down: "m4.5 6.5 3.5 3.5 3.5-3.5",
  check: "m3.5 8.5 3 3 6-7",
  plus: "M8 3.5v9M3.5 8h9",
  calendar: "M2.5 6.5h11M5.5 2v2m5-2v2M3.5 3.5h9a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1Z",
  sun: "M8 1.5v1m0 11v1m6.5-6.5h-1m-11 0h-1m11.1-4.6-.7.7M4.1 11.9l-.7.7m9.2 0-.7-.7M4.1 4.1l-.7-.7M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z",
  moon: "M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z",
  auto: "M8 2a6 6 0 1 0 0 12V2Zm0 0a6 6 0 0 1 0 12",
  refresh: "M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 1.8v2.7h-2.7",
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing that takes the colour of the text beside it, and is none to a screen reader. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  const width = name === "more" ? 2.2 : 1.4;
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width={width} stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
