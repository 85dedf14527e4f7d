import { describe, expect, it } from "vitest";

import { csvOf, dialectOf } from "./csv";
import { fileName } from "./download";

const text = (raw: string) => ({ raw, shown: raw });
const figure = (raw: number | null) => ({ raw, shown: String(raw) });

describe("a CSV file", () => {
  it("holds raw figures, and quotes what needs it", () => {
    const sheet = {
      columns: [
        { title: "Product", figure: false },
        { title: "Sales", figure: true },
      ],
      notes: [],
      rows: [
        [text('Desk, 24" wide'), figure(1234.5)],
        [text("Lamp"), figure(null)],
      ],
    };
    const csv = csvOf(sheet, ["Maison Alba · 2025", "Region: North"], dialectOf("en-GB"));
    expect(csv).toBe('# Maison Alba · 2025\r\n# Region: North\r\nProduct,Sales\r\n"Desk, 24"" wide",1234.5\r\nLamp,\r\n');
    const french = csvOf(sheet, [], dialectOf("fr-FR"));
    expect(french).toBe('Product;Sales\r\n"Desk, 24"" wide";1234,5\r\nLamp;\r\n');
  });

  it("keeps spreadsheets from running a name as a formula", () => {
    const sheet = { columns: [{ title: "Name", figure: false }], notes: [], rows: [[text("=1+1")]] };
    expect(csvOf(sheet, [], dialectOf("en"))).toBe("Name\r\n'=1+1\r\n");
  });

  it("has a name that every system takes", () => {
    expect(fileName("Bénéfice par catégorie", "1–31 janv. 2025", "csv")).toBe("benefice-par-categorie-1-31-janv-2025.csv");
  });
});
