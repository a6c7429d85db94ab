import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Film, RatingScale } from "../../src/client.ts";
import { filmLabel } from "../../src/data/film-title.ts";
import { formatRating, ratingsOn, reachOf, starCount, starsLabel } from "./scale.ts";
import { Stars } from "./stars.tsx";

interface StarRatingProps {
  readonly film: Film;
  readonly scale: RatingScale;
  readonly rating: number | undefined;
  readonly onRate: (rating: number) => void;
  readonly onClear: () => void;
  /** Above the stars, where others than the user's are in sight. */
  readonly label?: string;
}

/** Milliseconds without another key press after which the rating is what the user means: arrow keys pass through all between. */
const settleDelay = 300;

/** Stars over a group of radio buttons, one for each rating: the browser provides keyboard, touch and speech. */
export function StarRating({ film, scale, rating, onRate, onClear, label }: StarRatingProps) {
  const name = useId();
  const group = useRef<HTMLFieldSetElement>(null);
  const [preview, setPreview] = useState<number>();
  const { passing, pass, settle, drop } = useSettled(onRate);
  const chosen = passing ?? rating;
  const shown = preview ?? chosen;
  const byArrow = useRef(false);
  const stars = starCount(scale);

  const rate = (value: number) => {
    setPreview(undefined);
    if (byArrow.current) return pass(value);
    drop();
    onRate(value);
  };

  const clear = () => {
    group.current?.querySelector("input")?.focus();
    drop();
    onClear();
  };

  return (
    <div class="rating">
      {label !== undefined && (
        <span class="rating-label" aria-hidden="true">
          {label}
        </span>
      )}
      <fieldset
        ref={group}
        class={preview === undefined ? "rating-stars" : "rating-stars is-preview"}
        style={{ "--stars": String(stars) }}
        onPointerDown={() => {
          byArrow.current = false;
        }}
        onKeyDown={(event) => {
          byArrow.current = event.key.startsWith("Arrow");
          if (event.key === "Enter") settle();
        }}
        onKeyUp={() => {
          byArrow.current = false;
        }}
        onFocusOut={({ relatedTarget }) => {
          if (!(relatedTarget instanceof Node && group.current?.contains(relatedTarget))) settle();
        }}
      >
        <legend class="visually-hidden">Rate {filmLabel(film)}</legend>
        <Stars count={stars} filled={shown === undefined ? 0 : stars * reachOf(shown, scale)} />
        <div class="rating-options">
          {ratingsOn(scale).map((value, n, all) => (
            <input
              key={value}
              type="radio"
              name={name}
              value={value}
              aria-label={starsLabel(value)}
              checked={value === chosen}
              style={{ flexGrow: String(reachOf(value, scale) - (n === 0 ? 0 : reachOf(all[n - 1], scale))) }}
              onChange={() => rate(value)}
              onPointerEnter={(event) => event.pointerType === "mouse" && setPreview(value)}
              onPointerLeave={() => setPreview(undefined)}
            />
          ))}
        </div>
      </fieldset>
      <span class="rating-side">
        <span class="rating-value" aria-hidden="true">
          {shown === undefined ? "" : formatRating(shown)}
        </span>
        <button
          type="button"
          class="icon-button"
          hidden={rating === undefined}
          aria-label={`Clear the rating of ${filmLabel(film)}`}
          title="Clear"
          onClick={clear}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8M12 4l-8 8" />
          </svg>
        </button>
      </span>
    </div>
  );
}

/** Holds a value that others may follow at once; it is told when none has followed, and before the page goes. */
function useSettled(tell: (value: number) => void) {
  const [passing, setPassing] = useState<number>();
  const waiting = useRef<{ readonly value: number; readonly timer: ReturnType<typeof setTimeout> } | undefined>(
    undefined,
  );
  const latest = useRef(tell);
  latest.current = tell;

  const [functions] = useState(() => {
    const drop = () => {
      clearTimeout(waiting.current?.timer);
      waiting.current = undefined;
      setPassing(undefined);
    };
    const settle = () => {
      const value = waiting.current?.value;
      drop();
      if (value !== undefined) latest.current(value);
    };
    const pass = (value: number) => {
      clearTimeout(waiting.current?.timer);
      waiting.current = { value, timer: setTimeout(settle, settleDelay) };
      setPassing(value);
    };
    return { pass, settle, drop };
  });

  useEffect(() => {
    addEventListener("pagehide", functions.settle);
    return () => {
      removeEventListener("pagehide", functions.settle);
      functions.settle();
    };
  }, [functions]);

  return { passing, ...functions };
}
