/** The catalog as documents, and as vectors of genres and of terms. */
import type { Catalog, Labels } from "../data/catalog.ts";
import { type Csr, entriesWhere } from "../matrix/csr.ts";
import { countKnownTerms, fitTfidf, type Tfidf, tfidfWeights } from "./tfidf.ts";

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

/**
 * Genres as unit vectors (items × genres), equal weights in a row; no entries where no genre is known.
 * @param columns how many of the catalog's genres count, the first ones
 */
export function genreVectors({ genres }: Catalog, columns = genres.names.length): Csr {
  const ones = new Float32Array(genres.indices.length).fill(1);
  const all: Csr = { ...genres, rows: genres.offsets.length - 1, columns, values: ones };
  const rows = entriesWhere(all, (entry) => genres.indices[entry] < columns);
  const { offsets, indices, values } = rows;
  for (let film = 0; film < rows.rows; film++) {
    indices.subarray(offsets[film], offsets[film + 1]).sort();
    values.fill(1 / Math.sqrt(offsets[film + 1] - offsets[film]), offsets[film], offsets[film + 1]);
  }
  return rows;
}

/** Terms, and TF-IDF weights as unit vectors (items × terms); no entries where a film has no terms. */
export function termVectors(catalog: Catalog, maxTerms: number): Pick<Tfidf, "terms" | "idf"> & { readonly rows: Csr } {
  const { terms, idf, counts } = fitTfidf(catalogDocuments(catalog), maxTerms);
  return { terms, idf, rows: weightedTerms(counts, idf) };
}

/** TF-IDF weights of films as unit vectors, by known terms and their idf. */
export function knownTermVectors(catalog: Catalog, { terms, idf }: Pick<Tfidf, "terms" | "idf">): Csr {
  return weightedTerms(countKnownTerms(catalogDocuments(catalog), terms), idf);
}

function weightedTerms(counts: Csr, idf: Float64Array): Csr {
  return { ...counts, values: Float32Array.from(tfidfWeights({ counts, idf })) };
}
