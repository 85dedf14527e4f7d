import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  /** What the button shows. */
  readonly face: ComponentChildren;
  /** What it is called where the face alone does not say. */
  readonly label?: string;
  readonly class?: string;
  /** Which edge of the button the panel hangs from. */
  readonly align?: "start" | "end";
  readonly children: (close: () => void) => ComponentChildren;
}

/** How near a panel may come to the window's sides, in pixels. */
const EDGE = 8;

/** A button with a panel that opens below it, and closes with Escape or by a click elsewhere. */
export function Popover({ face, label, class: name = "", align = "start", children }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (open && panel.current) keepInSight(panel.current);
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  // Before the paint, so that no key or click is missed of those who are quick.
  useLayoutEffect(() => {
    if (!open) return;
    const leave = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key === "Escape") close();
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
      document.removeEventListener("keydown", escape);
    };
  }, [open]);

  return (
    <div class={`popover ${name}`} ref={root}>
      <button
        type="button"
        ref={button}
        class="popover-button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        title={label}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      {open && (
        <div id={id} ref={panel} class={`popover-panel from-${align}`}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

/** Moves a panel that would leave the window at a side back into it. */
function keepInSight(panel: HTMLElement): void {
  const { left, right } = panel.getBoundingClientRect();
  const shift = left < EDGE ? EDGE - left : Math.min(0, document.documentElement.clientWidth - EDGE - right);
  panel.style.translate = `${shift}px`;
}
