import { readFileSync } from "node:fs";

const FILE = new URL("../../error-codes.json", import.meta.url);

/** The codes that the server's errors have, as a type: what sorts them sorts all of them. */
export const plugin = () => {
  const codes = JSON.parse(readFileSync(FILE, "utf8"));
  return `export type ErrorCode = ${codes.map((code) => JSON.stringify(code)).join(" | ")};\n`;
};
