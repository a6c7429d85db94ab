import { useRef, useState } from "preact/hooks";
import type { Film, Id } from "../../../src/client.ts";
import { foldLetters, spokenTitle } from "../../../src/data/film-title.ts";
import { addressOf } from "../../address.ts";
import { FilmFacts } from "../../film/film-facts.tsx";
import { Poster } from "../../film/poster.tsx";
import { StarRating } from "../../film/star-rating.tsx";
import type { FilmRating } from "../../profile/profile.ts";
import { PlaceLink } from "../../router.tsx";
import { useSession } from "../../session.ts";
import { useFirstNew } from "../../use-first-new.ts";

/** From so many ratings on they can be sorted and searched. */
const many = 9;
const pageSize = 24;

const orders = {
  newest: { label: "Newest first", compare: undefined },
  highest: { label: "Highest first", compare: (a: FilmRating, b: FilmRating) => b.rating - a.rating },
  lowest: { label: "Lowest first", compare: (a: FilmRating, b: FilmRating) => a.rating - b.rating },
  year: { label: "Oldest film first", compare: (a: FilmRating, b: FilmRating) => a.film.year - b.film.year },
} as const;

type Order = keyof typeof orders;

/** All ratings, to change or remove. */
export function YourRatings() {
  const { profile } = useSession();
  const heading = useRef<HTMLHeadingElement>(null);
  const [order, setOrder] = useState<Order>("newest");
  const [wanted, setWanted] = useState("");
  const [shown, setShown] = useState(pageSize);
  const ratings = useSteadyOrder(profile.ratings, order, wanted);
  const count = profile.ratings.length;
  const { list, expect } = useFirstNew<HTMLUListElement>(Math.min(shown, ratings.length), "a");

  return (
    <section class="you-section" aria-labelledby="yours-heading">
      <div class="part-head">
        <h3 id="yours-heading" ref={heading} tabIndex={-1}>
          Your ratings {count > 0 && <span class="count">{count}</span>}
        </h3>
        {count >= many && (
          <div class="you-tools">
            <label class="visually-hidden" for="yours-find">
              Find among your ratings
            </label>
            <input
              id="yours-find"
              type="search"
              class="small-field"
              placeholder="Find a title or genre"
              value={wanted}
              onInput={(event) => setWanted(event.currentTarget.value)}
            />
            <label class="visually-hidden" for="yours-order">
              Order of your ratings
            </label>
            <select
              id="yours-order"
              class="small-field"
              value={order}
              onChange={(event) => setOrder(event.currentTarget.value as Order)}
            >
              {Object.entries(orders).map(([name, { label }]) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </select>
          </div>
        )}
      </div>
      {count === 0 && (
        <p class="hint">
          Nothing rated yet. <PlaceLink to={addressOf({ name: "rate" })}>Rate films you have seen</PlaceLink>
        </p>
      )}
      {count > 0 && ratings.length === 0 && <p class="hint">None of your films fits “{wanted}”.</p>}
      <ul class="cards" ref={list}>
        {ratings.slice(0, shown).map((rated) => (
          <RatedCard
            key={rated.film.id}
            rated={rated}
            onClear={() => heading.current?.focus({ preventScroll: true })}
          />
        ))}
      </ul>
      {ratings.length > shown && (
        <button
          type="button"
          class="button more"
          onClick={() => {
            expect();
            setShown(shown + pageSize);
          }}
        >
          Show more
        </button>
      )}
    </section>
  );
}

function RatedCard({ rated: { film, rating }, onClear }: { rated: FilmRating; onClear: () => void }) {
  const { model, change } = useSession();
  return (
    <li class="card">
      <PlaceLink to={addressOf({ name: "film", film })} class="poster-link">
        <Poster film={film} />
        <span class="visually-hidden">About {spokenTitle(film.title).name}</span>
      </PlaceLink>
      <div class="card-text">
        <FilmFacts film={film} level="h4" />
      </div>
      <StarRating
        film={film}
        scale={model.data.scale}
        rating={rating}
        onRate={(stars) => change({ type: "rate", film, rating: stars })}
        onClear={() => {
          // Before the card goes, and the focus with it.
          onClear();
          change({ type: "clear", id: film.id });
        }}
      />
    </li>
  );
}

/** Ratings in the order wanted. A rating that is changed here keeps its place until the order is chosen anew: nothing moves under the finger. */
function useSteadyOrder(ratings: readonly FilmRating[], order: Order, wanted: string): readonly FilmRating[] {
  const ranks = useRef<{ readonly order: Order; readonly ids: readonly Id[] } | undefined>(undefined);
  const newest = ratings.toReversed();
  const { compare } = orders[order];
  if (ranks.current?.order !== order) {
    ranks.current = { order, ids: (compare ? newest.toSorted(compare) : newest).map(({ film }) => film.id) };
  }
  const rank = new Map(ranks.current.ids.map((id, n) => [id, n]));
  const ranked = newest.toSorted((a, b) => (rank.get(a.film.id) ?? -1) - (rank.get(b.film.id) ?? -1));
  const text = foldLetters(wanted.trim());
  return text === "" ? ranked : ranked.filter(({ film }) => foldLetters(searchedText(film)).includes(text));
}

/** What a film is found by: its title as it is spoken and as it is written, and its genres. */
function searchedText({ title, genres }: Film): string {
  return [spokenTitle(title).name, title, ...genres].join(" ");
}
