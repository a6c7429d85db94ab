import { useId, useRef } from "preact/hooks";
import { useSession } from "./session.ts";

/** A button that clears the profile, after confirmation. */
export function StartOver() {
  const { profile, change } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const questionId = useId();
  const close = () => dialog.current?.close();

  const startOver = () => {
    close();
    document.getElementById("yours-heading")?.focus();
    change({ type: "start-over" });
  };

  return (
    <>
      <button type="button" class="quiet-button" onClick={() => dialog.current?.showModal()}>
        Start over
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby={questionId}>
        <p id={questionId} class="dialog-question">
          Forget your {count(profile.ratings.length, "rating")}
          {profile.excluded.length > 0 && ` and ${count(profile.excluded.length, "film")} set aside`}?
        </p>
        <p>This cannot be undone.</p>
        <div class="dialog-buttons">
          <button type="button" class="quiet-button" onClick={close}>
            Keep them
          </button>
          <button type="button" class="button" onClick={startOver}>
            Start over
          </button>
        </div>
      </dialog>
    </>
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
