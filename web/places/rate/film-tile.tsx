import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Film } from "../../../src/client.ts";
import { filmLabel } from "../../../src/data/film-title.ts";
import { Poster } from "../../film/poster.tsx";
import { formatRating } from "../../film/scale.ts";
import { isMarked, ratingOf } from "../../profile/profile.ts";
import { useSession } from "../../session.ts";
import { TilePanel } from "./tile-panel.tsx";

/** Milliseconds for which the stars stay after a tap, to be seen and changed. */
const shownFor = 900;

/** Milliseconds for which a film that has just come takes no answer: the finger may still mean the one before. */
const notYet = 350;

interface FilmTileProps {
  readonly film: Film;
  /** Whether it took the place of another film. */
  readonly fresh?: boolean;
  /** Whether the user is asked about the film, and may say at once that they have not seen it. */
  readonly asks?: boolean;
  /** Whether its poster may wait for others. */
  readonly later?: boolean;
  readonly onOpen?: (open: boolean) => void;
}

/** A poster to tap, which opens the stars on it. It never shows a prediction, which would bias the rating. */
export function FilmTile({ film, fresh = false, asks = false, later = false, onOpen }: FilmTileProps) {
  const { profile, change } = useSession();
  const [isOpen, setIsOpen] = useState(false);
  const tile = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const came = useRef(0);
  const rating = ratingOf(profile, film.id);

  useLayoutEffect(() => {
    if (fresh) came.current = performance.now();
  }, [film.id]);

  const open = () => {
    setIsOpen(true);
    onOpen?.(true);
  };
  const close = () => {
    clearTimeout(timer.current);
    if (tile.current?.querySelector(".tile-panel")?.contains(document.activeElement)) opener.current?.focus();
    setIsOpen(false);
    onOpen?.(false);
  };
  const closeSoon = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(close, shownFor);
  };
  const isEarly = () => performance.now() - came.current < notYet;

  useEffect(() => {
    const element = tile.current;
    if (!isOpen || !element) return;
    const isOutside = (target: EventTarget | null) => target instanceof Node && !element.contains(target);
    const onPointerDown = ({ target }: PointerEvent) => isOutside(target) && close();
    const onFocusOut = ({ relatedTarget }: FocusEvent) => isOutside(relatedTarget) && close();
    const onKeyDown = (event: KeyboardEvent) => {
      const done = event.key === "Enter" && event.target instanceof HTMLInputElement;
      if (event.key !== "Escape" && !done) return;
      event.preventDefault();
      close();
    };
    document.addEventListener("pointerdown", onPointerDown);
    // The stars would no longer lie within the wall.
    addEventListener("resize", close);
    element.addEventListener("focusout", onFocusOut);
    element.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("pointerdown", onPointerDown);
      removeEventListener("resize", close);
      element.removeEventListener("focusout", onFocusOut);
      element.removeEventListener("keydown", onKeyDown);
    };
  }, [isOpen, film.id]);
  useEffect(() => () => clearTimeout(timer.current), []);

  return (
    <div ref={tile} class={isOpen ? "tile-inner is-open" : "tile-inner"}>
      <button
        ref={opener}
        type="button"
        class="tile-poster"
        aria-expanded={isOpen}
        onClick={() => (isOpen ? close() : !isEarly() && open())}
      >
        <span key={film.id} class={fresh ? "tile-face is-fresh" : "tile-face"}>
          <Poster film={film} size="tile" later={later} />
          <span class="visually-hidden">
            {rating === undefined && "Rate "}
            {filmLabel(film)}
          </span>
        </span>
        {rating !== undefined && (
          <span class="tile-rating">
            <span aria-hidden="true">★ </span>
            {formatRating(rating)}
            <span class="visually-hidden"> {rating === 1 ? "star" : "stars"}</span>
          </span>
        )}
        {rating === undefined && isMarked(profile, "seen", film.id) && <span class="tile-rating">Seen</span>}
      </button>
      {asks && (
        <button
          type="button"
          class="tile-unseen"
          onClick={() => !isEarly() && change({ type: "mark", kind: "unseen", film })}
        >
          Haven’t seen<span class="visually-hidden"> {filmLabel(film)}</span>
        </button>
      )}
      {isOpen && <TilePanel film={film} asks={asks} onRated={closeSoon} onClose={close} />}
    </div>
  );
}
