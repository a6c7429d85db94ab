import { useEffect, useRef } from "preact/hooks";
import { Lazily } from "../lazily.tsx";

async function loadPanel() {
  const { BringPanel } = await import("./bring-panel.tsx");
  return () => <BringPanel />;
}

/** How long answers may take that make room for themselves above the heading, in milliseconds. */
const settling = 3000;

/** Scrolls to an element, and again while what is above it grows, until the user does something. Returns what ends that. */
function keepInSight(element: HTMLElement): () => void {
  const observer = new ResizeObserver(() => element.scrollIntoView());
  observer.observe(element.closest(".part")!);
  const listening = new AbortController();
  const end = () => {
    observer.disconnect();
    clearTimeout(timer);
    listening.abort();
  };
  const timer = setTimeout(end, settling);
  for (const type of ["wheel", "pointerdown", "touchstart", "keydown"]) addEventListener(type, end, listening);
  return end;
}

/** Takes ratings from other sites, or from another device. Its script is loaded when it is shown. */
export function BringYourOwn() {
  const heading = useRef<HTMLHeadingElement>(null);

  // A link from another place leads here, and the browser looks for the heading before it is there.
  useEffect(() => {
    if (location.hash !== "#bring-heading") return;
    heading.current!.focus({ preventScroll: true });
    return keepInSight(heading.current!);
  }, []);

  return (
    <section class="you-section bring" aria-labelledby="bring-heading">
      <h3 id="bring-heading" tabIndex={-1} ref={heading}>
        Bring your own ratings
      </h3>
      <Lazily name="bring" load={loadPanel}>
        <div class="bring-room" />
      </Lazily>
    </section>
  );
}
