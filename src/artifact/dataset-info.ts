import type { Labels } from "../data/catalog.ts";
import { type CoRatings, triangular } from "../data/co-ratings.ts";
import type { DatasetInfo, ItemIndex, RatingScale, UserIndex } from "../data/dataset.ts";
import { type Ids, idsFrom } from "../data/ids.ts";
import type { Tensor } from "../models/model.ts";
import { present } from "../present.ts";
import { type Fail, isObject, parseJson, quoteValue, writeJson } from "./json.ts";
import type { TensorStore } from "./tensor-store.ts";
import { checkOffsets, readTexts, writeTexts } from "./texts.ts";

/** Adds ids, catalog and numbers of ratings to the tensors of a file, as `space/…`. */
export function writeDatasetInfo(tensors: Map<string, Tensor>, info: DatasetInfo, fail: Fail): void {
  const { users, items, catalog, counts, likes, coRatings } = info;
  const put = (name: string, data: Tensor["data"]) => tensors.set(`space/${name}`, { shape: [data.length], data });
  for (const [name, ids] of Object.entries({ users, items })) {
    if (ids.values instanceof Float64Array) put(`${name}/ids`, ids.values);
    else writeTexts(tensors, `space/${name}/ids`, ids.values, fail);
  }
  writeTexts(tensors, "space/catalog/titles", catalog.titles, fail);
  put("catalog/years", catalog.years);
  for (const [name, labels] of Object.entries({ genres: catalog.genres, tags: catalog.tags })) {
    writeTexts(tensors, `space/catalog/${name}/names`, labels.names, fail);
    put(`catalog/${name}/offsets`, labels.offsets);
    put(`catalog/${name}/indices`, labels.indices);
  }
  put("catalog/imdb", catalog.imdb);
  put("catalog/tmdb", catalog.tmdb);
  put("counts", counts);
  if (likes) put("likes", likes);
  if (coRatings) {
    put("co-ratings/films", coRatings.films);
    put("co-ratings/both", coRatings.both);
    put("co-ratings/users", Int32Array.of(coRatings.users));
  }
}

/** Reads what `writeDatasetInfo` wrote. Checks that ids ascend, lists agree in length, and labels point at names. */
export function readDatasetInfo(
  store: TensorStore,
  facts: Pick<DatasetInfo, "name" | "scale" | "feedback">,
  fail: Fail,
): DatasetInfo {
  const users = readIds<UserIndex>(store, "space/users/ids", fail);
  const items = readIds<ItemIndex>(store, "space/items/ids", fail);
  const counts = store.takeList("space/counts", "I32", items.size);
  const below = counts.findIndex((count) => count < 0);
  if (below >= 0) throw fail(`space/counts holds ${counts[below]} at ${below}`);
  const likes = readLikes(store, counts, fail);
  const coRatings = readCoRatings(store, items.size, fail);
  const catalog = {
    titles: readTexts(store, "space/catalog/titles", items.size, fail),
    years: store.takeList("space/catalog/years", "I16", items.size),
    genres: readLabels(store, "space/catalog/genres", items.size, fail),
    tags: readLabels(store, "space/catalog/tags", items.size, fail),
    imdb: store.takeList("space/catalog/imdb", "I32", items.size),
    tmdb: store.takeList("space/catalog/tmdb", "I32", items.size),
  };
  return { ...facts, users, items, catalog, counts, ...present({ likes, coRatings }) };
}

/** Files of earlier versions have none, nor have those of events. */
function readLikes(store: TensorStore, counts: Int32Array, fail: Fail): Int32Array | undefined {
  if (!store.has("space/likes")) return undefined;
  const likes = store.takeList("space/likes", "I32", counts.length);
  const odd = likes.findIndex((own, item) => own < 0 || own > counts[item]);
  if (odd >= 0) throw fail(`space/likes holds ${likes[odd]} at ${odd}, of ${counts[odd]} ratings`);
  return likes;
}

/** Files of earlier versions have none. */
function readCoRatings(store: TensorStore, items: number, fail: Fail): CoRatings | undefined {
  if (!store.has("space/co-ratings/films")) return undefined;
  const films = store.takeList("space/co-ratings/films", "I32");
  const odd = films.findIndex((film, n) => film < 0 || film >= items || (n > 0 && film <= films[n - 1]));
  if (odd >= 0)
    throw fail(`space/co-ratings/films holds ${films[odd]} at ${odd}: items ascend, and there are ${items}`);
  const both = store.takeList("space/co-ratings/both", "I32", triangular(films.length));
  const [users] = store.takeList("space/co-ratings/users", "I32", 1);
  for (let a = 0; a < films.length; a++) {
    const rated = both[triangular(a) + a];
    if (rated > users) throw fail(`space/co-ratings/both has ${rated} users who rated item ${films[a]}, of ${users}`);
    for (let b = 0; b <= a; b++) {
      const own = both[triangular(a) + b];
      if (own >= 0 && own <= Math.min(rated, both[triangular(b) + b])) continue;
      throw fail(
        `space/co-ratings/both holds ${own} for the items ${films[b]} and ${films[a]}, which fewer users rated`,
      );
    }
  }
  return { users, films, both };
}

function readIds<Index extends number>(store: TensorStore, path: string, fail: Fail): Ids<Index> {
  const values = store.has(path) ? store.takeList(path, "F64") : readTexts(store, path, undefined, fail);
  if (values instanceof Float64Array) {
    const odd = values.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) throw fail(`${path} holds ${values[odd]} at ${odd}`);
  }
  try {
    return idsFrom(values);
  } catch (error) {
    throw fail(`${path}: ${(error as Error).message.slice(0, 200)}`);
  }
}

function readLabels(store: TensorStore, path: string, items: number, fail: Fail): Labels {
  const names = readTexts(store, `${path}/names`, undefined, fail);
  const offsets = store.takeList(`${path}/offsets`, "I32", items + 1);
  const indices = store.takeList(`${path}/indices`, "I32");
  checkOffsets(offsets, indices.length, `${path}/offsets`, fail);
  const odd = indices.findIndex((index) => index < 0 || index >= names.length);
  if (odd >= 0) throw fail(`${path}/indices holds ${indices[odd]} at ${odd}, there are ${names.length} names`);
  return { names, offsets, indices };
}

export function writeScale({ min, max, step }: RatingScale, fail: Fail): string {
  return writeJson({ min, max, step }, fail);
}

export function readScale(text: string, fail: Fail): RatingScale {
  const scale = parseJson(text, fail);
  if (!isObject(scale)) throw fail(`is ${quoteValue(scale)}, not an object`);
  const [min, max, step] = ["min", "max", "step"].map((key) => {
    const value = Object.hasOwn(scale, key) ? scale[key] : undefined;
    if (typeof value !== "number") throw fail(`${key} is ${quoteValue(value)}, not a number`);
    return value;
  });
  if (min > max) throw fail(`min ${min} is above max ${max}`);
  if (step < 0) throw fail(`step is ${step}, below 0`);
  return { min, max, step };
}
