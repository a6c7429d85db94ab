import type { Labels } from "../data/catalog.ts";
import type { DatasetInfo, RatingScale } from "../data/dataset.ts";
import { type Ids, idsFrom } from "../data/ids.ts";
import type { Tensor } from "../models/model.ts";
import { type Fail, isObject, parseJson, show, writeJson } from "./json.ts";
import type { Shelf } from "./tensor-store.ts";
import { checkOffsets, putTexts, takeTexts } from "./texts.ts";

/** Adds a space's lists to the tensors of a file. */
export function putSpace(tensors: Map<string, Tensor>, space: DatasetInfo, fail: Fail): void {
  const { users, items, catalog, counts } = space;
  const put = (name: string, data: Tensor["data"]) => tensors.set(`space/${name}`, { shape: [data.length], data });
  for (const [name, ids] of Object.entries({ users, items })) {
    if (ids.values instanceof Float64Array) put(`${name}/ids`, ids.values);
    else putTexts(tensors, `space/${name}/ids`, ids.values, fail);
  }
  putTexts(tensors, "space/catalog/titles", catalog.titles, fail);
  put("catalog/years", catalog.years);
  for (const [name, labels] of Object.entries({ genres: catalog.genres, tags: catalog.tags })) {
    putTexts(tensors, `space/catalog/${name}/names`, labels.names, fail);
    put(`catalog/${name}/offsets`, labels.offsets);
    put(`catalog/${name}/indices`, labels.indices);
  }
  put("catalog/imdb", catalog.imdb);
  put("catalog/tmdb", catalog.tmdb);
  put("counts", counts);
}

/** The space that a file's tensors describe. Ids ascend, lists agree in length, labels point at names. */
export function takeSpace(shelf: Shelf, name: string, scale: RatingScale, fail: Fail): DatasetInfo {
  const users = takeIds(shelf, "space/users/ids", fail);
  const items = takeIds(shelf, "space/items/ids", fail);
  const counts = shelf.list("space/counts", "I32", items.size);
  const below = counts.findIndex((count) => count < 0);
  if (below >= 0) throw fail(`space/counts holds ${counts[below]} at ${below}`);
  const catalog = {
    titles: takeTexts(shelf, "space/catalog/titles", items.size, fail),
    years: shelf.list("space/catalog/years", "I16", items.size),
    genres: takeLabels(shelf, "space/catalog/genres", items.size, fail),
    tags: takeLabels(shelf, "space/catalog/tags", items.size, fail),
    imdb: shelf.list("space/catalog/imdb", "I32", items.size),
    tmdb: shelf.list("space/catalog/tmdb", "I32", items.size),
  };
  return { name, users, items, catalog, scale, counts };
}

function takeIds(shelf: Shelf, path: string, fail: Fail): Ids {
  const values = shelf.has(path) ? shelf.list(path, "F64") : takeTexts(shelf, path, undefined, fail);
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

function takeLabels(shelf: Shelf, path: string, items: number, fail: Fail): Labels {
  const names = takeTexts(shelf, `${path}/names`, undefined, fail);
  const offsets = shelf.list(`${path}/offsets`, "I32", items + 1);
  const indices = shelf.list(`${path}/indices`, "I32");
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
  if (!isObject(scale)) throw fail(`is ${show(scale)}, not an object`);
  const [min, max, step] = ["min", "max", "step"].map((key) => {
    const value = Object.hasOwn(scale, key) ? scale[key] : undefined;
    if (typeof value !== "number") throw fail(`${key} is ${show(value)}, not a number`);
    return value;
  });
  if (min > max) throw fail(`min ${min} is above max ${max}`);
  if (step < 0) throw fail(`step is ${step}, below 0`);
  return { min, max, step };
}
