import { useEffect, useRef, useState } from "preact/hooks";
import { useSession } from "../session.ts";

/** Milliseconds for which a notice stays; longer while the pointer or the focus is on it. */
const shownFor = 8000;

/** What the last change did, with a way back. Ctrl+Z and ⌘Z take it back as well, wherever the focus is. */
export function Notice() {
  const { notice, undo, dismissNotice } = useSession();
  const text = useRef<HTMLParagraphElement>(null);
  const [held, setHeld] = useState(false);

  useEffect(() => {
    if (!notice || held) return;
    const timer = setTimeout(dismissNotice, shownFor);
    return () => clearTimeout(timer);
  }, [notice, held, dismissNotice]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const wanted = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key === "z";
      if (!wanted || event.defaultPrevented || isTextField(event.target)) return;
      event.preventDefault();
      undo();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [undo]);

  return (
    <div
      class={notice ? "notice" : "notice is-empty"}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      {/* Always in the page, so that its changes are read out. */}
      <p class="notice-text" role="status" ref={text} tabIndex={-1}>
        {notice?.text}
      </p>
      {notice?.undoable && (
        <button
          type="button"
          class="notice-button"
          onClick={() => {
            text.current?.focus({ preventScroll: true });
            undo();
          }}
        >
          Undo
        </button>
      )}
    </div>
  );
}

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=range])")
  );
}
