/** A trained model as it passes from thread to thread: plain data, whose arrays are given away and not copied. */
import { type RowsInFile, storedRows } from "../../artifact/stored-rows.ts";
import type { DatasetInfo, ItemIndex, UserIndex } from "../../data/dataset.ts";
import { type Ids, idsFrom } from "../../data/ids.ts";
import type { State, StoredRows } from "../../models/model.ts";
import type { Trained, TrainedPredictor } from "../../models/trained.ts";
import { present } from "../../present.ts";

/** A state, with rows that stay in a file by their place. */
interface PlainState extends Omit<State, "stored" | "parts"> {
  readonly stored?: Readonly<Record<string, RowsInFile>>;
  readonly parts?: Readonly<Record<string, PlainState>>;
}

/** A trained model with plain data in the place of functions. */
export interface PlainModel extends Omit<Trained, "info" | "state" | "predictor"> {
  readonly state: PlainState;
  readonly predictor?: Omit<TrainedPredictor, "state"> & { readonly state: PlainState };
  readonly info: Omit<DatasetInfo, "users" | "items"> & {
    readonly users: Ids["values"];
    readonly items: Ids["values"];
  };
}

export function plainModel({ info, state, predictor, ...others }: Trained): PlainModel {
  return {
    ...others,
    info: { ...info, users: info.users.values, items: info.items.values },
    state: plainState(state),
    ...present({ predictor: predictor && { ...predictor, state: plainState(predictor.state) } }),
  };
}

export function trainedFrom({ info, state, predictor, ...others }: PlainModel): Trained {
  const { users, items } = info;
  return {
    ...others,
    info: { ...info, users: idsFrom<UserIndex>(users), items: idsFrom<ItemIndex>(items) },
    state: stateFrom(state),
    ...present({ predictor: predictor && { ...predictor, state: stateFrom(predictor.state) } }),
  };
}

function plainState({ stored, parts, ...others }: State): PlainState {
  const place = ({ rows, length, place }: StoredRows): RowsInFile => ({ rows, length, place });
  return {
    ...others,
    ...present({ stored: stored && mapValues(stored, place), parts: parts && mapValues(parts, plainState) }),
  };
}

function stateFrom({ stored, parts, ...others }: PlainState): State {
  return {
    ...others,
    ...present({ stored: stored && mapValues(stored, storedRows), parts: parts && mapValues(parts, stateFrom) }),
  };
}

function mapValues<T, U>(object: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}

/** The memory of all arrays of a model, each piece once: what a message gives away. */
export function buffersOf({ info, state, predictor }: PlainModel): ArrayBuffer[] {
  const { catalog, coRatings } = info;
  const arrays: unknown[] = [info.users, info.items, info.counts, info.likes, ...Object.values(catalog)];
  if (coRatings) arrays.push(coRatings.films, coRatings.both);
  for (const { offsets, indices } of [catalog.genres, catalog.tags]) arrays.push(offsets, indices);
  const visit = ({ tensors, parts = {} }: PlainState) => {
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
