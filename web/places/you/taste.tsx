import { formatRating, reachOf, starCount } from "../../film/scale.ts";
import { Stars } from "../../film/stars.tsx";
import { useSession } from "../../session.ts";
import { type Share, tasteOf } from "./taste-of.ts";

/** So many ratings say something about a taste. */
const enough = 3;

/** Which genres and decades the user rates, and how highly. Events have no stars to say so. */
export function Taste() {
  const { profile, model } = useSession();
  const { ratings } = profile;
  if (ratings.length < enough || model.data.feedback === "events") return null;
  const { mean, genres, decades } = tasteOf(ratings);
  return (
    <section class="you-section" aria-labelledby="taste-heading">
      <h3 id="taste-heading">Your taste</h3>
      <p>
        You give {formatRating(mean)} {formatRating(mean) === "1" ? "star" : "stars"} on average
        {favourite(genres) && `, and the most to ${favourite(genres)}`}.
      </p>
      <div class="taste">
        <TasteTable caption="Genres" shares={genres} />
        <TasteTable caption="Decades" shares={decades} />
      </div>
    </section>
  );

  function TasteTable({ caption, shares }: { caption: string; shares: readonly Share[] }) {
    const most = Math.max(...shares.map(({ count }) => count));
    const { scale } = model.data;
    const stars = starCount(scale);
    return (
      <table class="taste-table">
        <caption>{caption}</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">{caption}</th>
            <th scope="col">Films you rated</th>
            <th scope="col">Your stars on average</th>
          </tr>
        </thead>
        <tbody>
          {shares.map((share) => (
            <tr key={share.name}>
              <th scope="row">{share.name}</th>
              <td class="taste-count">
                <span class="taste-bar" style={{ width: `${(100 * share.count) / most}%` }} />
                <span class="taste-number">{share.count}</span>
              </td>
              <td class="taste-mean">
                <Stars count={stars} filled={stars * reachOf(share.mean, scale)} />
                <span>{formatRating(share.mean)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    );
  }
}

/** The genre rated highest of those with more than one film. */
function favourite(genres: readonly Share[]): string | undefined {
  const several = genres.filter(({ count }) => count > 1);
  return several.toSorted((a, b) => b.mean - a.mean || b.count - a.count)[0]?.name;
}
