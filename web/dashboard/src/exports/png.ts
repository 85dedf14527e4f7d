import letters from "@fontsource-variable/geist/files/geist-latin-wght-normal.woff2?url";

import type { LegendItem } from "../parts/legend";

/** What is written around the drawing, which knows neither its name nor what its colours mean. */
export interface Caption {
  readonly title: string;
  /** What the figures are of, a line each. */
  readonly about: readonly string[];
  readonly legend: readonly LegendItem[];
}

/** How much finer than the screen's own pixels the picture is. */
const SCALE = 2;
const MARGIN = 24;
const HEADING = 44;
const ABOUT_LINE = 20;
const LEGEND_LINE = 24;
const MARK = 16;

/** Spark lines are too small for a picture's title: what is narrower than this gets room beside it. */
const LEAST_WIDTH = 320;

/** A picture of a drawing under its title, as it looks in the page's theme. */
export async function pngOf(svg: SVGSVGElement, caption: Caption): Promise<Blob> {
  const drawn = svg.getBoundingClientRect();
  const width = Math.max(drawn.width, LEAST_WIDTH);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser gives no canvas to draw on");
  context.font = legendFont();
  const heading = HEADING + caption.about.length * ABOUT_LINE;
  const marks = placeMarks(context, caption.legend, width);
  const top = heading + (marks.at(-1)?.y ?? 0) + (marks.length > 0 ? LEGEND_LINE : 0);
  canvas.width = (width + 2 * MARGIN) * SCALE;
  canvas.height = (top + drawn.height + MARGIN) * SCALE;
  context.scale(SCALE, SCALE);
  drawHeading(context, caption, width);
  drawLegend(context, marks, heading);
  context.drawImage(await pictureOf(svg, drawn), MARGIN, top, drawn.width, drawn.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is empty"))), "image/png");
  });
}

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const family = () => getComputedStyle(document.documentElement).fontFamily;
const legendFont = () => `12px ${family()}`;

function drawHeading(context: CanvasRenderingContext2D, { title, about }: Caption, width: number): void {
  context.fillStyle = colour("--surface");
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.fillStyle = colour("--ink");
  context.font = `600 16px ${family()}`;
  context.fillText(title, MARGIN, 32, width);
  context.fillStyle = colour("--ink-soft");
  context.font = `13px ${family()}`;
  about.forEach((line, index) => context.fillText(line, MARGIN, 52 + index * ABOUT_LINE, width));
}

interface PlacedMark extends LegendItem {
  readonly x: number;
  readonly y: number;
}

/** From left to right, and on to the next line where the width is used up. */
function placeMarks(context: CanvasRenderingContext2D, legend: readonly LegendItem[], width: number): PlacedMark[] {
  let x = 0;
  let y = 0;
  return legend.map((item) => {
    const needed = MARK + 6 + context.measureText(item.name).width;
    if (x > 0 && x + needed > width) {
      x = 0;
      y += LEGEND_LINE;
    }
    const placed = { ...item, x, y };
    x += needed + 16;
    return placed;
  });
}

function drawLegend(context: CanvasRenderingContext2D, marks: readonly PlacedMark[], top: number): void {
  context.font = legendFont();
  for (const { name, colour: fill, mark, x, y } of marks) {
    const [left, middle] = [MARGIN + x, top + y + 10];
    context.fillStyle = fill;
    drawMark(context, mark, left, middle);
    context.fillStyle = colour("--ink-soft");
    context.fillText(name, left + MARK + 6, middle + 4);
  }
}

function drawMark(context: CanvasRenderingContext2D, mark: LegendItem["mark"], left: number, middle: number): void {
  switch (mark) {
    case "block":
      return context.fillRect(left + 3, middle - 5, 10, 10);
    case "pale":
      context.globalAlpha = 0.45;
      context.fillRect(left + 3, middle - 5, 10, 10);
      context.globalAlpha = 1;
      return;
    case "line":
      return context.fillRect(left, middle - 1, MARK, 2);
    case "dashes":
      for (let dash = 0; dash < MARK; dash += 6) context.fillRect(left + dash, middle - 1, 4, 1.5);
      return;
    case "dots":
      for (let dot = 0; dot < MARK; dot += 4) context.fillRect(left + dot, middle - 1, 2, 2);
      return;
  }
}

/** The drawing as an image; it is loaded apart from the page, so its styles go with it. */
async function pictureOf(svg: SVGSVGElement, { width, height }: DOMRect): Promise<HTMLImageElement> {
  await atRest(svg);
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  // Class names mean nothing outside of the page.
  copy.style.color = getComputedStyle(svg).color;
  copy.prepend(await fontStyle());
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}

/** Waits for bars that still grow: two frames of a drawing at rest are the same. */
async function atRest(svg: SVGSVGElement): Promise<void> {
  let before: string;
  do {
    before = svg.innerHTML;
    await nextFrame();
    await nextFrame();
  } while (svg.innerHTML !== before);
}

const nextFrame = () => new Promise(requestAnimationFrame);

/** The page's font as a part of the drawing: an image may load nothing of its own. */
async function fontStyle(): Promise<SVGStyleElement> {
  const bytes = new Uint8Array(await (await fetch(letters)).arrayBuffer());
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  const source = `url(data:font/woff2;base64,${text}) format("woff2")`;
  style.textContent = `@font-face { font-family: "Geist Variable"; font-weight: 100 900; src: ${source}; }`;
  return style;
}
