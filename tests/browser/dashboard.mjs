// What tests of the dashboard do with a page: open a view, find its parts, read its figures.

import { ask, BASE_URL, PATIENCE } from "./support.mjs";

/** The last whole year: its figures do not move while the tests run. */
export async function wholeYear() {
  const { shop } = await ask("{ shop { years } }");
  return shop.years.at(-2) ?? shop.years.at(-1);
}

/** Opens a view of the last whole year and waits for its figures. */
export async function show(page, path, search = "") {
  await page.goto(`${BASE_URL}${path}?period=${await wholeYear()}${search}`);
  await settled(page);
}

export async function settled(page) {
  await page.locator('main[aria-busy="false"] .grid:not(.stale)').waitFor({ timeout: PATIENCE });
}

export const panel = (page, id) => page.locator(`[data-panel="${id}"]`);
export const card = (page, kpi) => page.locator(`[data-kpi="${kpi}"] .card-value`);

/** The figures in a text, whatever the locale puts between and around their digits. */
export const digits = (text) => text.replace(/[^\d]/g, "");

/** A table's rows, cell by cell, as they are shown. */
export async function rowsOf(page, id) {
  return panel(page, id)
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
}

export async function choose(page, id, item) {
  await panel(page, id).getByRole("button", { name: /^More on/ }).click();
  await panel(page, id).getByRole("button", { name: item }).click();
}

/**
 * Has the page's next answers changed on their way, as a shop of another kind would give them.
 *
 * @param {(data: object, query: string) => void} change
 */
export async function changeAnswers(page, change) {
  await page.route("**/graphql", async (route) => {
    // The page asks anew where it shows other figures than it is told of, and may be closed by then.
    const response = await route.fetch().catch(() => undefined);
    const answer = await response?.json().catch(() => undefined);
    if (!answer) return;
    change(answer.data, route.request().postDataJSON().query);
    await route.fulfill({ response, json: answer }).catch(() => {});
  });
}

/** Runs in the page: the contrast of each text on a cell to the cell that lies below its middle. */
export function contrasts(svg) {
  const channels = (colour) => {
    const context = document.createElement("canvas").getContext("2d");
    context.fillStyle = colour;
    return [1, 3, 5].map((at) => parseInt(context.fillStyle.slice(at, at + 2), 16) / 255);
  };
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const cells = [...svg.querySelectorAll("path[fill]:not([fill=none])")].map((path) => [path, path.getBoundingClientRect()]);
  return [...svg.querySelectorAll("text")].flatMap((text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const cell = cells.find(([, box]) => box.left < x && x < box.right && box.top < y && y < box.bottom);
    if (!cell) return [];
    const [one, other] = [text, cell[0]].map((it) => luminance(it.getAttribute("fill"))).sort((a, b) => b - a);
    return [(one + 0.05) / (other + 0.05)];
  });
}
