import { useEffect, useRef } from "preact/hooks";
import { filmLabel } from "../../src/data/film-title.ts";
import { FilmBody } from "./film-body.tsx";
import type { ListedFilm } from "./listed-film.ts";

interface FilmSheetProps {
  readonly film: ListedFilm;
  /** As of `FilmBody`. */
  readonly why?: string | undefined;
  readonly onChange: () => void;
  readonly onMore?: (() => void) | undefined;
  readonly onClose: () => void;
}

/** What can be said and done about a film of a shelf, over the page: from the bottom of a narrow window, in the middle of a wide one. */
export function FilmSheet({ film, onClose, onMore, ...body }: FilmSheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog
    <dialog
      ref={dialog}
      class="sheet"
      aria-label={filmLabel(film)}
      onClose={onClose}
      onClick={(event) => {
        // What is beside the sheet belongs to the dialog, too.
        const leads = event.target instanceof Element && event.target.closest("a") !== null;
        if (event.target === dialog.current || leads) close();
      }}
    >
      <div class="sheet-inner">
        <button type="button" class="icon-button sheet-close" aria-label="Close" onClick={close}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8M12 4l-8 8" />
          </svg>
        </button>
        <FilmBody
          film={film}
          level="h3"
          size="tile"
          {...body}
          onMore={
            onMore &&
            (() => {
              close();
              onMore();
            })
          }
        />
      </div>
    </dialog>
  );
}
