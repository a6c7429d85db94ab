import { useEffect, useRef } from "preact/hooks";
import { Lazily } from "../lazily.tsx";

async function loadPanel() {
  const { BringPanel } = await import("./bring-panel.tsx");
  return () => <BringPanel />;
}

/** Takes ratings from other sites, or from another device. Its script is loaded when it is shown. */
export function BringYourOwn() {
  const heading = useRef<HTMLHeadingElement>(null);

  // A link from another place leads here, and the browser looks for the heading before it is there.
  useEffect(() => {
    if (location.hash !== "#bring-heading") return;
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView();
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
