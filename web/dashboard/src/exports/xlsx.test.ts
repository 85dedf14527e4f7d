import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";

import { xlsxOf } from "./xlsx";

describe("a workbook", () => {
  it("holds figures as numbers, days as days, and names as text whatever they begin with", async () => {
    const sheet = {
      columns: [
        { title: "Period", figure: false },
        { title: "Sales", figure: true },
        { title: "Name", figure: false },
      ],
      notes: [],
      rows: [
        [
          { raw: "2025-01-01", shown: "" },
          { raw: 12.5, shown: "" },
          { raw: "=1+1 & <b>", shown: "" },
        ],
        [
          { raw: "2025-02-01", shown: "" },
          { raw: null, shown: "" },
          { raw: "Lamp\u0000", shown: "" },
        ],
      ],
    };
    const blob = xlsxOf(sheet, ["Maison Alba"]);
    const parts = unzipSync(new Uint8Array(await blob.arrayBuffer()));
    const rows = strFromU8(parts["xl/worksheets/sheet1.xml"] ?? new Uint8Array()).match(/<row>.*?<\/row>/g) ?? [];
    expect(rows).toHaveLength(4);
    expect(rows[0]).toContain("Maison Alba");
    // 45,658 is 1 January 2025 in every spreadsheet.
    expect(rows[2]).toContain('<c s="2"><v>45658</v></c><c><v>12.5</v></c>');
    expect(rows[2]).toContain(">=1+1 &amp; &lt;b&gt;<");
    expect(rows[3]).toContain("<c/>");
    expect(rows[3]).toContain(">Lamp<");
  });
});
