import { useRef } from "preact/hooks";
import type { Id, Recommendation } from "../../src/client.ts";
import { filmName } from "../../src/data/film-title.ts";
import { addressOf } from "../address.ts";
import { Poster } from "../film/poster.tsx";
import { listBasis } from "../profile/list-basis.ts";
import { PlaceLink } from "../router.tsx";
import { useSession } from "../session.ts";
import { useRequest } from "../use-request.ts";

const requestDelay = 150;
const length = 3;

/** The three films that suit the user best, in sight while they rate: each rating visibly changes them. Leads to For you. */
export function TopThree() {
  const { client, profile } = useSession();
  const wanted = { ...listBasis(profile), k: length };
  const key = profile.ratings.length > 0 ? JSON.stringify(wanted) : undefined;
  const request = useRequest(
    key,
    async (signal) => (await client.recommend({ ...wanted, signal })).items,
    requestDelay,
  );
  const { films, fresh } = useChanges(request.value ?? []);
  const names = films.map(({ title }) => filmName(title)).join(", ");

  return (
    <aside class="top-three" aria-label="Your top three">
      <p class="visually-hidden" role="status">
        {films.length > 0 && !request.loading && `Your top three: ${names}`}
      </p>
      {request.problem ? (
        <p class="top-three-problem" role="alert">
          <span>
            <strong>{request.problem.title}.</strong> {request.problem.detail}{" "}
            {request.problem.passing ? "The page tries again by itself." : `What helps: ${request.problem.fix}.`}
          </span>
          <button type="button" class="quiet-button" disabled={request.loading} onClick={request.retry}>
            Retry
          </button>
        </p>
      ) : (
        <PlaceLink to={addressOf({ name: "for-you" })} class="top-three-link">
          <span class="top-three-label">
            {films.length > 0 ? "For you" : "Rate a film, and your first three appear here"}
          </span>
          {films.map((film) => (
            <span key={film.id} class={fresh.has(film.id) ? "top-three-film is-new" : "top-three-film"}>
              <Poster film={film} />
              <span class="top-three-title">{filmName(film.title)}</span>
            </span>
          ))}
        </PlaceLink>
      )}
    </aside>
  );
}

/** Which films a new list has that the one before did not; none of the first list. */
function useChanges(films: readonly Recommendation[]): {
  readonly films: readonly Recommendation[];
  readonly fresh: ReadonlySet<Id>;
} {
  const shown = useRef({ films, fresh: new Set<Id>() });
  if (shown.current.films !== films && (shown.current.films.length > 0 || films.length > 0)) {
    const before = new Set(shown.current.films.map(({ id }) => id));
    shown.current = { films, fresh: new Set(films.map(({ id }) => id).filter((id) => !before.has(id))) };
  }
  return shown.current;
}
