import type { Film } from "../../../src/client.ts";
import { filmLabel } from "../../../src/data/film-title.ts";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";
import { RatingHistogram } from "./rating-histogram.tsx";

const maxTags = 12;

/** What people say of a film: their ratings, their tags, and where more is to be read. */
export function DetailsPart({ film }: { film: Film }) {
  const { client } = useSession();
  const details = useRequest(`details ${film.id}`, (signal) => client.itemDetails(film.id, { signal }));
  const { histogram = [], mean, tags = [], links = {} } = details.value ?? {};
  const pages = Object.entries({ IMDb: links.imdb, TMDB: links.tmdb }).filter(
    (page): page is [string, string] => page[1] !== undefined,
  );
  if (histogram.length === 0 && tags.length === 0 && pages.length === 0) return null;
  return (
    <section class="film-part" aria-labelledby="details-heading">
      <h3 id="details-heading">What people say</h3>
      {histogram.length > 0 && <RatingHistogram histogram={histogram} mean={mean} />}
      {tags.length > 0 && (
        <ul class="tags" aria-label="Tags">
          {tags.slice(0, maxTags).map(({ tag }) => (
            <li key={tag}>{tag}</li>
          ))}
        </ul>
      )}
      {pages.length > 0 && (
        <p class="film-links">
          More about it:{" "}
          {pages.map(([name, address]) => (
            <a key={name} href={address} target="_blank" rel="noopener noreferrer">
              {name}
              <span class="visually-hidden"> on {filmLabel(film)}, in a new window</span>
            </a>
          ))}
        </p>
      )}
    </section>
  );
}
