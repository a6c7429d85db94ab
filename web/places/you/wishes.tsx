import { useGenres } from "../../film/genres.ts";
import { useSession } from "../../session.ts";

/** Genres that no list shows. */
export function Wishes() {
  const { profile, change } = useSession();
  const { neverGenres } = profile.wishes;
  const genres = useGenres(profile.ratings.map(({ film }) => film));
  const named = [...new Set([...genres, ...neverGenres])];
  if (named.length === 0) return null;

  return (
    <section class="you-section" aria-labelledby="wishes-heading">
      <h3 id="wishes-heading">Never show me</h3>
      <p class="hint">Films of these genres never come up in your lists.</p>
      <ul class="wishes">
        {named.map((genre) => {
          const never = neverGenres.includes(genre);
          const after = never ? neverGenres.filter((each) => each !== genre) : [...neverGenres, genre];
          return (
            <li key={genre}>
              <button
                type="button"
                class={never ? "wish is-never" : "wish"}
                aria-pressed={never}
                onClick={() => change({ type: "wish", wishes: { ...profile.wishes, neverGenres: after } })}
              >
                {genre}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
