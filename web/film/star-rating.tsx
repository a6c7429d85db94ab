import { useId, useRef, useState } from "preact/hooks";
import type { Film, RatingScale } from "../../src/client.ts";
import { filmLabel } from "../../src/data/film-title.ts";
import { formatRating, ratingsOn, starCount, starsLabel } from "./scale.ts";
import { Stars } from "./stars.tsx";

interface StarRatingProps {
  readonly film: Film;
  readonly scale: RatingScale;
  readonly rating: number | undefined;
  readonly onRate: (rating: number) => void;
  readonly onClear: () => void;
}

/** Stars over a group of radio buttons, one for each rating: the browser provides keyboard, touch and speech. */
export function StarRating({ film, scale, rating, onRate, onClear }: StarRatingProps) {
  const name = useId();
  const group = useRef<HTMLFieldSetElement>(null);
  const [preview, setPreview] = useState<number>();
  const shown = preview ?? rating;

  const rate = (value: number) => {
    setPreview(undefined);
    onRate(value);
  };

  const clear = () => {
    group.current?.querySelector("input")?.focus();
    onClear();
  };

  return (
    <div class="rating">
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
      <fieldset ref={group} class={preview === undefined ? "rating-stars" : "rating-stars is-preview"}>
        <legend class="visually-hidden">Rate {filmLabel(film)}</legend>
        <Stars count={starCount(scale)} filled={shown ?? 0} />
        <div class="rating-options">
          {ratingsOn(scale).map((value) => (
            <input
              key={value}
              type="radio"
              name={name}
              value={value}
              aria-label={starsLabel(value)}
              checked={value === rating}
              onChange={() => rate(value)}
              onPointerEnter={(event) => event.pointerType === "mouse" && setPreview(value)}
              onPointerLeave={() => setPreview(undefined)}
            />
          ))}
        </div>
      </fieldset>
    </div>
  );
}
