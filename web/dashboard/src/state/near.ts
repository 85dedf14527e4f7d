import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** What is out of sight is made once the page has nothing else to do: paper shows all of it. */
const whenIdle: (act: () => void) => void = globalThis.requestIdleCallback ?? setTimeout;

/** How far below the window something is made at once, so that it is there when it is scrolled to. */
const NEAR = "400px";

/** What is far down the page need not hold up what is in sight. */
export function whenNear(element: Element, act: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      observer.disconnect();
      if (entries.some((entry) => entry.isIntersecting)) act();
      else whenIdle(act);
    },
    { rootMargin: NEAR },
  );
  observer.observe(element);
  return () => observer.disconnect();
}

/** Whether it is a part's turn: what has to come first is there, and the part is near, or the page idle. */
export function useTurn(first: boolean): readonly [RefObject<HTMLElement>, boolean] {
  const place = useRef<HTMLElement>(null);
  const [isDue, setDue] = useState(false);
  useEffect(() => {
    if (!first || isDue || !place.current) return undefined;
    return whenNear(place.current, () => setDue(true));
  }, [first, isDue]);
  return [place, isDue];
}
