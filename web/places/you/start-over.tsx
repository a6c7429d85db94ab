import { useId, useRef } from "preact/hooks";
import { markKinds } from "../../profile/profile.ts";
import { useSession } from "../../session.ts";

/** A button that clears the profile, after confirmation. */
export function StartOver() {
  const { profile, change } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const questionId = useId();
  const markedCount = markKinds.reduce((sum, kind) => sum + profile.marks[kind].length, 0);
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
          {markedCount > 0 && ` and what you said of ${count(markedCount, "other film")}`}?
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
