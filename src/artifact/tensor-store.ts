import type { StoredRows, Tensor } from "../models/model.ts";
import { type Fail, quoteValue } from "./json.ts";
import { type ArraysOfDtype, type Dtype, dtypeOf } from "./safetensors.ts";

/** The tensors of a file by name. Each is taken once; one that is left in the end has no meaning, which is an error. */
export interface TensorStore {
  has(name: string): boolean;
  /** Takes a list (one dimension) of this type, and of this length if given. */
  takeList<D extends Dtype>(name: string, dtype: D, length?: number): ArraysOfDtype[D];
  /** Takes every tensor called `folder/NAME`, by NAME. */
  takeFolder(folder: string): [string, Tensor][];
  /** Takes every tensor called `folder/NAME` that stays in the file, by NAME. */
  takeStored(folder: string): [string, StoredRows][];
  /** Fails where a tensor has not been taken. */
  checkAllTaken(): void;
}

/** @param stored those that stay in the file */
export function openTensorStore(
  tensors: Iterable<readonly [string, Tensor]>,
  fail: Fail,
  stored: Iterable<readonly [string, StoredRows]> = [],
): TensorStore {
  const leftInFile = new Map(stored);
  const left = new Map(tensors);
  const folders = Map.groupBy(left.keys(), (name) => name.slice(0, Math.max(0, name.lastIndexOf("/"))));
  return {
    has: (name) => left.has(name),
    takeList(name, dtype, length) {
      const tensor = left.get(name);
      if (!tensor) throw fail(`tensor ${quoteValue(name)} is missing`);
      const { shape, data } = tensor;
      if (dtypeOf(data) !== dtype) throw fail(`tensor ${quoteValue(name)} is ${dtypeOf(data)}, not ${dtype}`);
      if (shape.length !== 1)
        throw fail(`tensor ${quoteValue(name)} has shape ${quoteValue(shape)}, not one dimension`);
      if (length !== undefined && data.length !== length) {
        throw fail(`tensor ${quoteValue(name)} holds ${data.length} elements, not ${length}`);
      }
      left.delete(name);
      return data as ArraysOfDtype[typeof dtype];
    },
    takeFolder(folder) {
      const names = folders.get(folder) ?? [];
      return names.map((name) => {
        const tensor = left.get(name)!;
        left.delete(name);
        return [name.slice(folder.length + 1), tensor];
      });
    },
    takeStored(folder) {
      return [...leftInFile].flatMap(([name, rows]): [string, StoredRows][] => {
        const at = name.lastIndexOf("/");
        if (name.slice(0, at) !== folder) return [];
        leftInFile.delete(name);
        return [[name.slice(at + 1), rows]];
      });
    },
    checkAllTaken() {
      for (const name of left.keys()) throw fail(`tensor ${quoteValue(name)} belongs to nothing`);
    },
  };
}
