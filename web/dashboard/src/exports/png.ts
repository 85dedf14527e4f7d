/** How much finer than the screen's own pixels the picture is. */
const SCALE = 2;
const MARGIN = 24;
const HEADING = 64;

/** A picture of a drawing under its title, as it looks in the page's theme. */
export async function pngOf(svg: SVGSVGElement, title: string, subtitle: string): Promise<Blob> {
  const { width, height } = svg.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = (width + 2 * MARGIN) * SCALE;
  canvas.height = (height + HEADING + MARGIN) * SCALE;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser gives no canvas to draw on");
  context.scale(SCALE, SCALE);
  heading(context, title, subtitle);
  context.drawImage(await pictureOf(svg, width, height), MARGIN, HEADING, width, height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is empty"))), "image/png");
  });
}

function heading(context: CanvasRenderingContext2D, title: string, subtitle: string): void {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const family = style.fontFamily;
  context.fillStyle = colour("--surface");
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.fillStyle = colour("--ink");
  context.font = `600 16px ${family}`;
  context.fillText(title, MARGIN, 32);
  context.fillStyle = colour("--ink-soft");
  context.font = `13px ${family}`;
  context.fillText(subtitle, MARGIN, 52);
}

/** The drawing as an image; it is loaded apart from the page, so its styles go with it. */
async function pictureOf(svg: SVGSVGElement, width: number, height: number): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  // Class names mean nothing outside of the page.
  copy.style.color = getComputedStyle(svg).color;
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}
