import type { Film } from "../../src/client.ts";
import { filmLabel } from "../../src/data/film-title.ts";
import { isMarked, type Profile, type ProfileAction, ratingOf } from "../profile/profile.ts";
import { useSession } from "../session.ts";
import { formatRating } from "./scale.ts";

interface Said {
  /** In a word or two. */
  readonly short: string;
  readonly text: string;
  /** What takes it back. */
  readonly undo: ProfileAction;
}

/** What the user has said of a film, if it keeps the film from coming up again. */
export function saidOf(profile: Profile, film: Film): Said | undefined {
  const { id } = film;
  const rating = ratingOf(profile, id);
  if (rating !== undefined) {
    const short = `Rated ${formatRating(rating)}`;
    return { short, text: `${short}: it now has a say in what you see here.`, undo: { type: "clear", id } };
  }
  if (isMarked(profile, "not-interested", id)) {
    return {
      short: "Set aside",
      text: "Set aside: it will not come up again.",
      undo: { type: "unmark", kind: "not-interested", id },
    };
  }
  if (isMarked(profile, "seen", id)) {
    return {
      short: "Seen",
      text: "Seen: it will not come up again. Stars would tell more.",
      undo: { type: "unmark", kind: "seen", id },
    };
  }
  return undefined;
}

/** What was said, with its undo. */
export function FilmSaid({ film, said, short = false }: { film: Film; said: Said; short?: boolean }) {
  const { change } = useSession();
  return (
    <p class="said">
      {short ? said.short : said.text}{" "}
      <button type="button" class="link-button" onClick={() => change(said.undo)}>
        Undo<span class="visually-hidden">: {filmLabel(film)}</span>
      </button>
    </p>
  );
}
