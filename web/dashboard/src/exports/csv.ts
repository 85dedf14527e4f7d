import type { Sheet } from "../figures/sheet";

/** How spreadsheets of the reader's country tell fields, and the decimals of a figure. */
export interface Dialect {
  readonly separator: string;
  readonly decimal: string;
}

/** Where decimals follow a comma, fields are told by semicolons. */
export function dialectOf(locale: string): Dialect {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  const decimal = parts.find(({ type }) => type === "decimal")?.value ?? ".";
  return { separator: decimal === "," ? ";" : ",", decimal };
}

/**
 * The sheet as RFC 4180 has it: raw figures, so that a spreadsheet can reckon with them.
 *
 * What the figures are of stands above, in lines that begin with `#`: programs know these
 * as comments.
 */
export function csvOf(sheet: Sheet, about: readonly string[], dialect: Dialect): string {
  const header = sheet.columns.map((column) => column.title);
  const rows = sheet.rows.map((cells) => cells.map((cell) => cell.raw));
  const comments = about.map((line) => `# ${line.replace(/[\r\n]+/g, " ")}`);
  const lines = [header, ...rows].map((line) => line.map((value) => field(value, dialect)).join(dialect.separator));
  return [...comments, ...lines].join("\r\n") + "\r\n";
}

function field(value: string | number | null | undefined, { separator, decimal }: Dialect): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value).replace(".", decimal);
  const harmless = disarmed(value);
  const isPlain = ![separator, '"', "\r", "\n"].some((special) => harmless.includes(special));
  return isPlain ? harmless : `"${harmless.replaceAll('"', '""')}"`;
}

/** A name that starts like a formula must not be run as one by a spreadsheet. */
function disarmed(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
