import type { Film } from "../../src/client.ts";
import { spokenTitle } from "../../src/data/film-title.ts";
import { PlaceLink } from "../router.tsx";
import { isGenre } from "./genres.ts";

const maxGenres = 3;

interface FilmFactsProps {
  readonly film: Film;
  /** That of the list. */
  readonly level: "h2" | "h3" | "h4";
  /** Where the title leads. */
  readonly to?: string;
}

/** Title, year and genres. */
export function FilmFacts({ film, level, to }: FilmFactsProps) {
  const { name, also } = spokenTitle(film.title);
  const Heading = level;
  const genres = film.genres.filter(isGenre).slice(0, maxGenres);
  return (
    <>
      <Heading class="film-title">{to === undefined ? name : <PlaceLink to={to}>{name}</PlaceLink>}</Heading>
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
