/**
 * Finds films by what people write about them, over what the catalog says: a text model reads the words, each film's text, and the names of
 * the genres and tags that films are joined to in the film graph.
 *
 *   c(x) = max(0, (q · x − θ) / (1 − θ)),  θ = 0.3        q: embedding of the words; x: of a film's text ("Heat (1995), Action, Crime"), or of
 *                                                         the name of a genre or tag
 *   score(i) = 1 − (1 − c(y_i)) Π_{g ∈ N(q), g of film i} (1 − c(z_g))       N(q): the ten names with the highest c above 0
 *
 * It is the noisy-or of J. Pearl, "Probabilistic reasoning in intelligent systems", 1988: each sign alone makes it likely that the film is
 * meant, and several do so more. Below θ, texts are as alike as any two. A genre and a tag of one name are one sign. Films of equal score
 * come by q · y_i, then by index.
 */
import type { Step } from "../compute/engine.ts";
import type { OpenEmbedder } from "../content/embedder.ts";
import { filmGraph, nodeName } from "../content/graph.ts";
import { asItemIndex, type DatasetInfo } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { dot } from "../matrix/dense.ts";
import { defaultTextModel, describedFilms, openTextModel } from "../models/shared/text-vectors.ts";
import { filmOf, type ScoredFilm } from "./films.ts";
import { checkListLength } from "./query.ts";

/** A film that fits some words. */
export interface FoundFilm extends ScoredFilm {
  /** The genres and tags of the film that speak for it, the strongest first. */
  readonly by: readonly string[];
}

/** Finds films by words of any kind. */
export interface TextSearch {
  /**
   * The k films that fit the words best, or fewer; none that nothing speaks for.
   * @throws USAGE for words or a length that make no sense, and what the embedder throws
   */
  find(words: string, k?: number): Promise<FoundFilm[]>;
}

/** What a text search needs besides the catalog. */
export interface TextSearchOptions {
  readonly embedder: OpenEmbedder | undefined;
  /** A text model's name on the Hugging Face hub, or its folder; all-MiniLM-L6-v2 unless given. */
  readonly model?: string;
  readonly threads?: number;
  readonly step?: Step;
}

/** θ */
const unlike = 0.3;
/** |N(q)|, at most. */
const mostSigns = 10;
/** The most genres and tags that are read: those of most films. */
const mostNames = 5000;

/** A name of genres and tags, and its films. */
interface Sign {
  readonly name: string;
  readonly films: ReadonlySet<number>;
}

/**
 * Prepares to find films of a catalog. Films and names are embedded at the first search.
 *
 * @example
 * import { textSearch } from "matinee/core";
 * import { onnxEmbedder } from "matinee";
 * const search = textSearch(data, { embedder: onnxEmbedder() });
 * await search.find("slow space film about grief", 5);
 */
export function textSearch(info: DatasetInfo, options: TextSearchOptions): TextSearch {
  const { model = defaultTextModel, threads = 1, step = async () => {} } = options;
  let reading: ReturnType<typeof readCatalog> | undefined;

  async function readCatalog() {
    const { length, embed } = await openTextModel(model, { ...options, threads }, "films are searched by words");
    const films = describedFilms(info.catalog);
    const signs = signsOf(info);
    const texts = [...films.texts, ...signs.map(({ name }) => name)];
    const vectors = await embed(texts, step);
    return { length, embed, films: films.items, signs, vectors };
  }

  async function find(words: string, k = 10): Promise<FoundFilm[]> {
    if (typeof words !== "string" || words.trim() === "") {
      throw new MatineeError("USAGE", "nothing says what to look for", { fix: 'write some words: "slow space film"' });
    }
    checkListLength(k);
    reading ??= readCatalog();
    // What fails, such as a download, may succeed later.
    reading.catch(() => (reading = undefined));
    const { length, embed, films, signs, vectors } = await reading;
    const q = await embed([words.trim()], step);
    const likeness = (n: number) => dot(q, 0, vectors, n * length, length);
    const met = signs
      .map((sign, n) => ({ ...sign, chance: chanceOf(likeness(films.length + n)) }))
      .filter(({ chance }) => chance > 0)
      .sort((a, b) => b.chance - a.chance)
      .slice(0, mostSigns);
    const found = Array.from(films, (item, n) => {
      const text = likeness(n);
      const by = met.filter((sign) => sign.films.has(item));
      const rest = by.reduce((product, { chance }) => product * (1 - chance), 1 - chanceOf(text));
      return { item, text, score: 1 - rest, by: by.map(({ name }) => name) };
    }).filter(({ score }) => score > 0);
    found.sort((a, b) => b.score - a.score || b.text - a.text || a.item - b.item);
    return found.slice(0, k).map(({ item, score, by }) => ({ ...filmOf(info, asItemIndex(item)), score, by }));
  }

  return { find };
}

function chanceOf(cosine: number): number {
  return Math.min(1, Math.max(0, (cosine - unlike) / (1 - unlike)));
}

/** The names of genres and tags, those of most films first, at equal numbers in the order of the graph. */
function signsOf({ catalog }: DatasetInfo): Sign[] {
  const signs = new Map<string, { readonly name: string; readonly films: Set<number> }>();
  for (const kind of ["genre", "tag"] as const) {
    const [{ byNode }] = filmGraph(catalog, [kind]).relations;
    for (let node = 0; node < byNode.rows; node++) {
      const own = byNode.indices.subarray(byNode.offsets[node], byNode.offsets[node + 1]);
      const name = nodeName(catalog, kind, node).trim();
      if (own.length === 0 || name === "") continue;
      const sign = signs.get(name.toLowerCase()) ?? { name, films: new Set() };
      signs.set(name.toLowerCase(), sign);
      for (const film of own) sign.films.add(film);
    }
  }
  return [...signs.values()].sort((a, b) => b.films.size - a.films.size).slice(0, mostNames);
}
