import { Lazily } from "../lazily.tsx";

/** Gives the user their profile: as a file, as a code, or for Letterboxd. Its script is loaded when it is shown. */
export function TakeAlong() {
  return (
    <section class="you-section take" aria-labelledby="take-heading">
      <h3 id="take-heading">Take it along</h3>
      <Lazily name="take" load={async () => (await import("./take-panel.tsx")).TakePanel} />
    </section>
  );
}
