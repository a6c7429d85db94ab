import type { ComponentChildren } from "preact";
import type { ComparedFilm, Film, Recommendation, UserNeighbourhood } from "../../../src/client.ts";
import { filmLabel } from "../../../src/data/film-title.ts";
import { addressOf } from "../../address.ts";
import { Poster } from "../../film/poster.tsx";
import { formatRating } from "../../film/scale.ts";
import { listBasis } from "../../profile/list-basis.ts";
import { PlaceLink } from "../../router.tsx";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";
import { alikeWords, fewWords } from "./alike-words.ts";
import "./people-like-you.css";

const mostLoved = 5;
const requestDelay = 80;

/** The people who rate films as the user does: how alike they are, what they think of the user's films, and which others they love. */
export function PeopleLikeYou() {
  const { client, profile } = useSession();
  const wanted = { ...listBasis(profile), k: mostLoved };
  const send = (signal: AbortSignal) => client.neighbourhood({ ...wanted, signal });
  const { value: people, problem } = useRequest(JSON.stringify(wanted), send, requestDelay);
  // Without anybody to compare with, there is nothing to promise.
  if (people ? people.compared === 0 : problem) return null;
  return (
    <section class="you-section" aria-labelledby="alike-heading">
      <h3 id="alike-heading">People like you</h3>
      {people && people.neighbours > 0 ? (
        <Alike people={people} />
      ) : (
        <p class="hint">{people ? fewWords(people, profile.ratings.length) : "Looking for them …"}</p>
      )}
    </section>
  );
}

function Alike({ people }: { people: UserNeighbourhood }) {
  const { agreed, disagreed, loved } = people;
  return (
    <>
      <p>{alikeWords(people)}</p>
      <div class="alike">
        <AlikeFilms heading="You agree on" films={agreed} about={bothWords} />
        <AlikeFilms heading="You see differently" films={disagreed} about={bothWords} />
        <AlikeFilms heading="They love, and you have not rated" films={loved} about={lovedWords} />
      </div>
      <p class="hint">Nobody is named. What stands here is what at least five of them think together.</p>
    </>
  );
}

function bothWords({ rating, theirs, raters }: ComparedFilm): string {
  return `You ${formatRating(rating)}, they ${formatRating(theirs)} (${raters} of them)`;
}

function lovedWords({ neighbours }: Recommendation): string {
  return neighbours ? `${formatRating(neighbours.meanRating)} by ${neighbours.count} of them` : "";
}

interface AlikeFilmsProps<T extends Film> {
  readonly heading: string;
  readonly films: readonly T[];
  /** What is said of a film. */
  readonly about: (film: T) => ComponentChildren;
}

function AlikeFilms<T extends Film>({ heading, films, about }: AlikeFilmsProps<T>) {
  if (films.length === 0) return null;
  return (
    <div>
      <h4>{heading}</h4>
      <ul class="alike-films">
        {films.map((film) => (
          <li key={film.id} class="film-row">
            <PlaceLink to={addressOf({ name: "film", film })} class="film-row-link">
              <Poster film={film} />
              <span>
                {filmLabel(film)}
                <span class="alike-facts">{about(film)}</span>
              </span>
            </PlaceLink>
          </li>
        ))}
      </ul>
    </div>
  );
}
