import type { ECharts, EChartsCoreOption } from "echarts/core";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { whenNear } from "../state/near";
import { onPrint } from "../state/print";
import { useSetting } from "../state/setting";

interface Props {
  readonly title: string;
  readonly class?: string;
  readonly option: EChartsCoreOption;
  readonly height: number;
  /** The narrowest that it can be read at; a narrower place scrolls. */
  readonly minWidth?: number;
  /** Told the place in the data of what was chosen. */
  readonly onPick?: ((index: number) => void) | undefined;
  /** Told the name of what was chosen on a map. */
  readonly onPickName?: ((name: string) => void) | undefined;
}

/** ECharts arrives after the page: its first paint needs none of it. */
const engine = () => import("./engine");

/** A drawing of an option, as wide as its place. */
export function Chart({ title, class: name = "", option, height, minWidth, onPick, onPickName }: Props): JSX.Element {
  const { words } = useSetting();
  const place = useRef<HTMLDivElement>(null);
  const pick = useRef({ onPick, onPickName });
  pick.current = { onPick, onPickName };
  const [chart, setChart] = useState<ECharts>();
  const [missing, setMissing] = useState(false);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let drawn: ECharts | undefined;
    let gone = false;
    // An observer also tells the size that it finds at first: drawing all again for that would be in vain.
    const resize = new ResizeObserver(() => {
      if (drawn && !fills(drawn, element)) drawn.resize();
    });
    const draw = async () => {
      const { init } = await engine();
      await turn();
      if (gone) return;
      drawn = init(element, null, { renderer: "svg" });
      drawn.on("click", ({ dataIndex, name }) => {
        pick.current.onPick?.(dataIndex);
        pick.current.onPickName?.(name);
      });
      drawn.on("rendered", () => drawn && letShrink(drawn, element));
      resize.observe(element);
      setChart(drawn);
    };
    const forget = whenNear(element, () => draw().catch(() => setMissing(true)));
    return () => {
      gone = true;
      forget();
      resize.disconnect();
      drawn?.dispose();
    };
  }, []);

  useEffect(() => {
    chart?.setOption({ ...option, animation: !isStill() }, { notMerge: true });
  }, [chart, option]);

  const latest = useRef(option);
  latest.current = option;
  // Effects come after the paint, which paper does not wait for.
  useEffect(
    () => chart && onPrint("drawings", () => chart.setOption({ ...latest.current, animation: false }, { notMerge: true })),
    [chart],
  );

  const pickable = onPick || onPickName;
  const drawing = (
    <div
      ref={place}
      class={`chart ${name} ${pickable ? "pickable" : ""}`}
      style={{ height, minWidth }}
      role="img"
      aria-label={words.panel.chartOf(title)}
    >
      {missing && <p class="small">{words.states.noChart}</p>}
    </div>
  );
  if (minWidth === undefined) return drawing;
  return (
    <div class="chart-scroll" tabIndex={0} role="group" aria-label={title}>
      {drawing}
    </div>
  );
}

function fills(drawn: ECharts, element: Element): boolean {
  return drawn.getWidth() === element.clientWidth && drawn.getHeight() === element.clientHeight;
}

/** Gives the drawing a box of its own size, so that it fits on paper, which is printed before anything is drawn anew. */
function letShrink(drawn: ECharts, element: Element): void {
  element.querySelector("svg")?.setAttribute("viewBox", `0 0 ${drawn.getWidth()} ${drawn.getHeight()}`);
}

function isStill(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

let last = Promise.resolve();

/** One chart at a time: between two of them the page can answer its reader. */
function turn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setTimeout(resolve)));
  return last;
}
