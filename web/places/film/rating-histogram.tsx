import type { ItemDetails } from "../../../src/client.ts";
import { formatRating, starsLabel } from "../../film/scale.ts";

interface RatingHistogramProps {
  readonly histogram: NonNullable<ItemDetails["histogram"]>;
  readonly mean: number | undefined;
}

const number = new Intl.NumberFormat("en");

/** How many people gave a film how many stars. */
export function RatingHistogram({ histogram, mean }: RatingHistogramProps) {
  const people = histogram.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(1, ...histogram.map(({ count }) => count));
  if (people === 0) return null;
  const average = mean === undefined ? "" : `, ${formatRating(mean)} stars on average`;
  return (
    <figure class="histogram">
      <figcaption>
        {people === 1 ? "1 person rated it" : `${number.format(people)} people rated it`}
        {average}.
      </figcaption>
      <ol class="histogram-bars">
        {histogram.map(({ rating, count }) => (
          <li key={rating} title={`${starsLabel(rating)}: ${number.format(count)}`}>
            <span class="histogram-bar" style={{ height: `${(100 * count) / most}%` }} aria-hidden="true" />
            <span class="histogram-rating" aria-hidden="true">
              {formatRating(rating)}
            </span>
            <span class="visually-hidden">
              {starsLabel(rating)}: {number.format(count)}
            </span>
          </li>
        ))}
      </ol>
    </figure>
  );
}
