import type { ComponentChildren } from "preact";

/** What may be wider or higher than its place, and scrolls by itself. @param labelledBy the id of its heading */
export function ScrollBox({
  labelledBy,
  low,
  children,
}: {
  labelledBy: string;
  low?: true;
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class={`lab-scroll${low ? " is-low" : ""}`} aria-labelledby={labelledBy} tabIndex={0}>
      {children}
    </section>
  );
}
