import { strToU8, zipSync } from "fflate";

import type { Cell, Sheet } from "../figures/sheet";

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** The parts of a workbook that are the same for each. */
const PARTS: Readonly<Record<string, string>> = {
  "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`,
  "_rels/.rels": `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Salesgraph" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  // Plain, bold, and a day in the reader's own order.
  "xl/styles.xml": `<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
};

const BOLD = 1;
const DATE = 2;

/**
 * The sheet as a workbook (ECMA-376): figures are numbers, days are days, and a name is
 * never a formula. What the figures are of stands above.
 */
export function xlsxOf(sheet: Sheet, about: readonly string[]): Blob {
  const header = sheet.columns.map(({ title }) => textCell(title, BOLD));
  const rows = [
    ...about.map((line) => [textCell(line)]),
    header,
    ...sheet.rows.map((cells) => cells.map((cell, index) => written(cell, sheet.columns[index]?.figure ?? false))),
  ];
  const data = rows.map((cells) => `<row>${cells.join("")}</row>`).join("");
  // The first column holds names, which are longer than figures.
  const widths = `<cols><col min="1" max="1" width="32" customWidth="1"/><col min="2" max="${Math.max(2, sheet.columns.length)}" width="16" customWidth="1"/></cols>`;
  const worksheet = `<worksheet xmlns="${MAIN}">${widths}<sheetData>${data}</sheetData></worksheet>`;
  const parts = Object.entries({ ...PARTS, "xl/worksheets/sheet1.xml": worksheet });
  const files = Object.fromEntries(parts.map(([name, content]) => [name, strToU8(XML + content)]));
  // At once: a worker would be a script from elsewhere to the page's policy, and there is little to pack.
  return new Blob([new Uint8Array(zipSync(files))], { type: `${TYPE}.sheet` });
}

function written({ raw }: Cell, isFigure: boolean): string {
  if (raw === null || raw === undefined || raw === "") return "<c/>";
  if (typeof raw === "number") return `<c><v>${raw}</v></c>`;
  const day = isFigure ? undefined : serialDay(raw);
  return day === undefined ? textCell(raw) : `<c s="${DATE}"><v>${day}</v></c>`;
}

function textCell(text: string, style = 0): string {
  return `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
}

/** A day as spreadsheets count it: from 30 December 1899. */
function serialDay(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  return Math.round((Date.parse(text) - Date.UTC(1899, 11, 30)) / 86_400_000);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters are not allowed in XML, however they are written. */
function escaped(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "").replace(/[&<>"]/g, (it) => ENTITIES[it] ?? it);
}
