/** The section of a report on the data: sizes, and histograms of ratings. */
import { type Dataset, shapeOf } from "../data/dataset.ts";
import { rowLengths } from "../matrix/csr.ts";
import { count, median, percent } from "../numbers.ts";
import { ratingsPicture } from "./pictures/ratings.ts";
import { emptyShare, ratingHistograms } from "./rating-histograms.ts";
import type { Section } from "./report.ts";

/** The section of a report on a data set: its size, and histograms of its ratings. */
export function dataSection(document: Document, dataset: Dataset): Section {
  const { users, items, scale, byUser, counts } = dataset;
  const { values } = byUser;
  const perUser = rowLengths(byUser);
  const histograms = ratingHistograms({
    users: users.size,
    items: items.size,
    scale,
    values,
    perUser,
    perItem: counts,
  });
  const shape = shapeOf(dataset);
  return {
    name: "data",
    title: "The data",
    facts: [
      { name: "People", value: count(shape.users) },
      { name: "Films", value: count(shape.items) },
      { name: "Ratings", value: count(shape.ratings) },
      { name: "Empty cells", value: percent(emptyShare(histograms)) },
      { name: "Mean rating", value: (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3) },
      { name: "Ratings per person, median", value: count(median(perUser.slice().sort())) },
      { name: "Ratings per film, median", value: count(median(counts.slice().sort())) },
    ],
    blocks: [{ kind: "picture", ...ratingsPicture(document, histograms) }],
  };
}
