import { useGenres } from "../../film/genres.ts";
import { useSession } from "../../session.ts";

/** Genres that no list shows. */
export function Wishes() {
  const { profile, change } = useSession();
  const { neverGenres } = profile.wishes;
  const genres = useGenres([{ genres: neverGenres }, ...profile.ratings.map(({ film }) => film)]);
  if (genres.length === 0) return null;

  return (
    <section class="you-section" aria-labelledby="wishes-heading">
      <h3 id="wishes-heading">Never show me</h3>
      <p class="hint">Films of these genres never come up in your lists.</p>
      <ul class="wishes">
        {genres.map((genre) => {
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
