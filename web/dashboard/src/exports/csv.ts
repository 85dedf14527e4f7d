import type { Sheet } from "../figures/sheet";

/** The sheet as RFC 4180 has it: raw numbers, so that a spreadsheet can reckon with them. */
export function csvOf(sheet: Sheet): string {
  const header = sheet.columns.map((column) => column.title);
  const rows = sheet.rows.map((cells) => cells.map((cell) => cell.raw));
  return [header, ...rows].map((line) => line.map(field).join(",")).join("\r\n") + "\r\n";
}

function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const harmless = disarmed(value);
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A name that starts like a formula must not be run as one by a spreadsheet. */
function disarmed(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
