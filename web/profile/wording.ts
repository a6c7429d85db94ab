import type { Film, ModelData } from "../../src/client.ts";
import { filmName } from "../../src/data/film-title.ts";
import { starsLabel } from "../film/scale.ts";
import type { MarkKind, Profile, ProfileAction } from "./profile.ts";

const marked: Readonly<Record<MarkKind, (film: string) => string>> = {
  "not-interested": (film) => `${film} will not come up again.`,
  watchlist: (film) => `${film} is on your watchlist.`,
  seen: (film) => `You have seen ${film}.`,
  unseen: (film) => `You have not seen ${film}.`,
};

const unmarked: Readonly<Record<MarkKind, (film: string) => string>> = {
  "not-interested": (film) => `${film} may come up again.`,
  watchlist: (film) => `${film} is off your watchlist.`,
  seen: (film) => `${film} may come up again.`,
  unseen: (film) => `You may be asked about ${film} again.`,
};

/** What a change has done, in a sentence. @param profile as it was before */
export function changeWords(action: ProfileAction, profile: Profile, feedback: ModelData["feedback"]): string {
  switch (action.type) {
    case "rate":
      return feedback === "events"
        ? `You like ${filmName(action.film.title)}.`
        : `${filmName(action.film.title)}: ${starsLabel(action.rating)}.`;
    case "clear": {
      const rated = profile.ratings.find(({ film }) => film.id === action.id);
      return rated ? `${filmName(rated.film.title)} is no longer rated.` : "Nothing has changed.";
    }
    case "mark":
      return marked[action.kind](filmName(action.film.title));
    case "unmark": {
      const film = profile.marks[action.kind].find(({ id }: Film) => id === action.id);
      return film ? unmarked[action.kind](filmName(film.title)) : "Nothing has changed.";
    }
    case "wish":
      return wishWords(profile.wishes.neverGenres, action.wishes.neverGenres);
    case "add":
      return addedWords(action.ratings.length, action.marks);
    case "start-over":
      return "Forgotten.";
    case "replace":
      return "This is another profile now.";
    case "restore":
      return "Undone.";
  }
}

/** What an import brought: "Added 12 ratings, 3 films you have seen and 2 for your watchlist." */
function addedWords(ratings: number, marks: Partial<Profile["marks"]>): string {
  const number = (kind: MarkKind) => marks[kind]?.length ?? 0;
  const other = number("not-interested") + number("unseen");
  const parts = [
    ratings > 0 && count(ratings, "rating"),
    number("seen") > 0 && `${count(number("seen"), "film")} you have seen`,
    number("watchlist") > 0 && `${count(number("watchlist"), "film")} for your watchlist`,
    other > 0 && `what you said of ${count(other, "other film")}`,
  ].filter((part) => part !== false);
  return `Added ${new Intl.ListFormat("en-GB").format(parts)}.`;
}

function wishWords(before: readonly string[], after: readonly string[]): string {
  const never = after.filter((genre) => !before.includes(genre));
  const again = before.filter((genre) => !after.includes(genre));
  if (never.length > 0) return `Never ${never.join(", ")}.`;
  return again.length > 0 ? `${again.join(", ")} again.` : "Nothing has changed.";
}

/** "1 rating", "12 ratings". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
