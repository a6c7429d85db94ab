import type { Film } from "../../src/client.ts";
import { spokenTitle } from "../../src/data/film-title.ts";

const maxGenres = 3;

/** Title, year and genres; the heading level is the list's. */
export function FilmFacts({ film, level }: { film: Film; level: "h3" | "h4" }) {
  const { name, also } = spokenTitle(film.title);
  const Heading = level;
  const genres = film.genres.filter((genre) => !genre.startsWith("(")).slice(0, maxGenres);
  return (
    <>
      <Heading class="film-title">{name}</Heading>
      {also !== undefined && <p class="film-also">{also}</p>}
      <p class="film-facts">
        {film.year > 0 && <span class="film-year">{film.year}</span>}
        {genres.map((genre) => (
          <span key={genre}>{genre}</span>
        ))}
      </p>
    </>
  );
}
