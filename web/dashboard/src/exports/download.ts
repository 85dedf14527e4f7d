/** Hands a file to the reader. */
export function download(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The click starts the download in a later task; the address must live until then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A file name that every system takes: `sales-by-category-2025.csv`. */
export function fileName(title: string, period: string, extension: string): string {
  const plain = `${title} ${period}`
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  return `${plain.replace(/^-|-$/g, "")}.${extension}`;
}

/** With a byte order mark, by which Excel knows UTF-8. */
export function csvBlob(csv: string): Blob {
  return new Blob(["\uFEFF", csv], { type: "text/csv;charset=utf-8" });
}
