import { useLayoutEffect, useRef } from "preact/hooks";
import type { Film } from "../../../src/client.ts";
import { filmLabel, spokenTitle } from "../../../src/data/film-title.ts";
import { addressOf } from "../../address.ts";
import { StarRating } from "../../film/star-rating.tsx";
import { type MarkKind, ratingOf } from "../../profile/profile.ts";
import { PlaceLink } from "../../router.tsx";
import { useSession } from "../../session.ts";

interface TilePanelProps {
  readonly film: Film;
  readonly asks: boolean;
  /** After a rating by pointer or touch: by keyboard, the user says when they are done. */
  readonly onRated: () => void;
  readonly onClose: () => void;
}

/** The stars of a tile and what else may be said of its film. It lies over the tile, within the width of the wall, and is scrolled into sight. */
export function TilePanel({ film, asks, onRated, onClose }: TilePanelProps) {
  const { model, profile, change, person } = useSession();
  const panel = useRef<HTMLDivElement>(null);
  const byPointer = useRef(false);
  const rating = ratingOf(profile, film.id);
  const { name } = spokenTitle(film.title);

  useLayoutEffect(() => {
    const element = panel.current;
    const tile = element?.closest("li");
    const wall = tile?.parentElement;
    if (!element || !tile || !wall) return;
    const [from, to] = [wall.getBoundingClientRect(), tile.getBoundingClientRect()];
    const centred = (to.width - element.offsetWidth) / 2;
    const least = from.left - to.left;
    element.style.left = `${Math.min(Math.max(centred, least), from.right - to.left - element.offsetWidth)}px`;
    const first = element.querySelector<HTMLInputElement>("input:checked") ?? element.querySelector("input");
    first?.focus();
    element.scrollIntoView({ block: "nearest" });
  }, []);

  const mark = (kind: MarkKind) => {
    onClose();
    change({ type: "mark", kind, film });
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of stars within it is a fieldset already
    <div
      ref={panel}
      class="tile-panel"
      role="group"
      aria-label={filmLabel(film)}
      onPointerDown={() => {
        byPointer.current = true;
      }}
      onKeyDown={() => {
        byPointer.current = false;
      }}
    >
      <p class="tile-panel-title">
        {name} {film.year > 0 && <span class="tile-panel-year">{film.year}</span>}
      </p>
      <StarRating
        film={film}
        scale={model.data.scale}
        rating={rating}
        onRate={(stars) => {
          change({ type: "rate", film, rating: stars });
          if (byPointer.current) onRated();
        }}
        onClear={() => change({ type: "clear", id: film.id })}
      />
      <div class="tile-panel-buttons">
        {rating === undefined && (
          <button type="button" class="quiet-button" onClick={() => mark("seen")}>
            Seen it
          </button>
        )}
        {asks && rating === undefined && (
          <button type="button" class="quiet-button" onClick={() => mark("unseen")}>
            Haven’t seen
          </button>
        )}
        {/* A film's own place is the user's: another person's stars are given here. */}
        {!person && (
          <PlaceLink class="tile-panel-link" to={addressOf({ name: "film", film })}>
            About it
          </PlaceLink>
        )}
      </div>
    </div>
  );
}
