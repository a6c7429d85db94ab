/** The catalog as documents, and as vectors of genres and of terms. */
import type { Catalog, Labels } from "../data/catalog.ts";
import type { Csr } from "../matrix/csr.ts";
import { fitTfidf, tfidfWeights } from "./tfidf.ts";

/** A document of each film, for `fitTfidf`: its title, its genres, and its tags as often as they were given. */
export function catalogDocuments({ titles, genres, tags }: Catalog): Labels {
  const names = [...titles, ...genres.names, ...tags.names];
  const [firstGenre, firstTag] = [titles.length, titles.length + genres.names.length];
  const indices = new Int32Array(titles.length + genres.indices.length + tags.indices.length);
  const offsets = new Int32Array(titles.length + 1);
  let end = 0;
  for (let film = 0; film < titles.length; film++) {
    indices[end++] = film;
    for (let n = genres.offsets[film]; n < genres.offsets[film + 1]; n++)
      indices[end++] = firstGenre + genres.indices[n];
    for (let n = tags.offsets[film]; n < tags.offsets[film + 1]; n++) indices[end++] = firstTag + tags.indices[n];
    offsets[film + 1] = end;
  }
  return { names, offsets, indices };
}

/** Genres as unit vectors (items × genres), equal weights in a row; no entries where no genre is known. */
export function genreVectors({ genres: { names, offsets, indices } }: Catalog): Csr {
  const values = new Float32Array(indices.length);
  const sorted = indices.slice();
  for (let film = 0; film < offsets.length - 1; film++) {
    sorted.subarray(offsets[film], offsets[film + 1]).sort();
    values.fill(1 / Math.sqrt(offsets[film + 1] - offsets[film]), offsets[film], offsets[film + 1]);
  }
  return { rows: offsets.length - 1, columns: names.length, offsets, indices: sorted, values };
}

/** TF-IDF weights as unit vectors (items × terms); no entries where a film has no terms. */
export function termVectors(catalog: Catalog, maxTerms: number): Csr {
  const terms = fitTfidf(catalogDocuments(catalog), maxTerms);
  return { ...terms.counts, values: Float32Array.from(tfidfWeights(terms)) };
}
