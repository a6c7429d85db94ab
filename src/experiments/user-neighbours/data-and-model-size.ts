/** How much study 000 keeps, and how large its model is in a file. */
import {
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  type Model,
  open,
  profileOf,
  type Trained,
} from "../../index.ts";
import type { Table } from "../../pictures.ts";

/** Ratings that the filters of study 000 leave: as printed, and of these data. */
export function ratingsLeft({ byUser, counts }: Dataset): [string, number, number][] {
  const left = (ofPerson: number, ofFilm: number) => {
    let ratings = 0;
    for (let user = 0; user < byUser.rows; user++) {
      const { items } = profileOf(byUser, user);
      if (items.length >= ofPerson) for (const item of items) if (counts[item] >= ofFilm) ratings++;
    }
    return ratings;
  };
  return [
    ["all", 25_000_095, left(0, 0)],
    ["people with 500 ratings, films with 1,000", 7_127_698, left(500, 1000)],
    ["people with 500 ratings, films with 200", 8_305_815, left(500, 200)],
  ];
}

/** @param model the same, opened */
export async function savedModelRows(
  { users, items, byUser }: Dataset,
  trained: Trained,
  model: Model,
): Promise<Table["rows"]> {
  const { header, chunks } = await encodeArtifact(trained);
  const bytes = new Uint8Array(Buffer.concat([header, ...chunks]));
  using again = open(await decodeArtifact(bytes, "the model"));
  const [before, after] = [model, again.model].map((one) => {
    const scores = new Float32Array(items.size);
    one.ask({ profile: profileOf(byUser, 0), user: 0 }).score(scores);
    return scores;
  });
  const same = before.every((score, item) => score === after[item]);
  return [
    ["people × films, as the study's index holds them, MB", 37_000, (4 * users.size * items.size) / 1e6],
    ["the model in a file, MB", null, bytes.length / 1e6],
    ["the same scores after loading", null, same ? "yes" : "no"],
  ];
}
