import type { Film } from "../../src/client.ts";
import { filmLabel } from "../../src/data/film-title.ts";
import { isMarked, type MarkKind } from "../profile/profile.ts";
import { useSession } from "../session.ts";

const marks: readonly { kind: MarkKind; label: string; about: (film: string) => string; icon: string }[] = [
  { kind: "watchlist", label: "Watchlist", about: (film) => `for ${film}`, icon: "M5 3h10v14l-5-4-5 4z" },
  { kind: "seen", label: "Seen it", about: (film) => `: ${film}`, icon: "M3.5 10.5l4.5 4.5 8.5-10" },
  { kind: "not-interested", label: "Not for me", about: (film) => `: ${film}`, icon: "M5 5l10 10M15 5L5 15" },
];

interface FilmMarksProps {
  readonly film: Film;
  /** Called before a mark changes. */
  readonly onChange?: () => void;
  /** Shows more films like this one. */
  readonly onMore?: () => void;
}

/** What can be said of a film besides stars, each a switch; and a way to films like it. */
export function FilmMarks({ film, onChange, onMore }: FilmMarksProps) {
  const { profile, change } = useSession();
  const name = filmLabel(film);
  return (
    <div class="film-marks">
      {marks.map(({ kind, label, about, icon }) => {
        const marked = isMarked(profile, kind, film.id);
        return (
          <button
            key={kind}
            type="button"
            class="mark"
            aria-pressed={marked}
            onClick={() => {
              onChange?.();
              change({ kind, ...(marked ? { type: "unmark", id: film.id } : { type: "mark", film }) });
            }}
          >
            <Icon path={icon} />
            {label}
            <span class="visually-hidden"> {about(name)}</span>
          </button>
        );
      })}
      {onMore && (
        <button type="button" class="mark" onClick={onMore}>
          <Icon path="M3 4h9v12H3zM14.5 6v10M17.5 8v8" />
          More like it
          <span class="visually-hidden">: {name}</span>
        </button>
      )}
    </div>
  );
}

function Icon({ path }: { path: string }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
