/** A trained model as it passes from thread to thread: plain data, whose arrays are given away and not copied. */
import type { DatasetInfo, ItemIndex, UserIndex } from "../../data/dataset.ts";
import { type Ids, idsFrom } from "../../data/ids.ts";
import type { State } from "../../models/model.ts";
import type { Trained } from "../../models/trained.ts";

/** A trained model with the values of its ids in the place of functions. */
export interface PlainModel extends Omit<Trained, "info"> {
  readonly info: Omit<DatasetInfo, "users" | "items"> & {
    readonly users: Ids["values"];
    readonly items: Ids["values"];
  };
}

export function plainModel({ info, ...others }: Trained): PlainModel {
  return { ...others, info: { ...info, users: info.users.values, items: info.items.values } };
}

export function trainedFrom({ info, ...others }: PlainModel): Trained {
  const { users, items } = info;
  return { ...others, info: { ...info, users: idsFrom<UserIndex>(users), items: idsFrom<ItemIndex>(items) } };
}

/** The memory of all arrays of a model, each piece once: what a message gives away. */
export function buffersOf({ info, state, predictor }: PlainModel): ArrayBuffer[] {
  const { catalog, coRatings } = info;
  const arrays: unknown[] = [info.users, info.items, info.counts, info.likes, ...Object.values(catalog)];
  if (coRatings) arrays.push(coRatings.films, coRatings.both);
  for (const { offsets, indices } of [catalog.genres, catalog.tags]) arrays.push(offsets, indices);
  const visit = ({ tensors, parts = {} }: State) => {
    arrays.push(...Object.values(tensors).map(({ data }) => data));
    Object.values(parts).forEach(visit);
  };
  visit(state);
  if (predictor) visit(predictor.state);
  const buffers = arrays.flatMap((array) =>
    ArrayBuffer.isView(array) && array.buffer instanceof ArrayBuffer ? [array.buffer] : [],
  );
  return [...new Set(buffers)];
}
