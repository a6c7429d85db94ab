import { Lazily } from "../lazily.tsx";

/** Takes ratings from other sites, or from another device. Its script is loaded when it is shown. */
export function BringYourOwn() {
  return (
    <section class="you-section bring" aria-labelledby="bring-heading">
      <h3 id="bring-heading">Bring your own ratings</h3>
      <Lazily name="bring" load={async () => (await import("./bring-panel.tsx")).BringPanel}>
        <div class="drop-room" />
      </Lazily>
    </section>
  );
}
