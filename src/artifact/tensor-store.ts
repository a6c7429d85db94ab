import type { Tensor } from "../models/model.ts";
import { type Fail, show } from "./json.ts";
import { type Arrays, type Dtype, dtypeOf } from "./safetensors.ts";

/** The tensors of a file by name. Each is taken once; what is left in the end has no meaning and is an error. */
export interface Shelf {
  has(name: string): boolean;
  /** A list (one dimension) of this type, and of this length if given. */
  list<D extends Dtype>(name: string, dtype: D, length?: number): Arrays[D];
  /** Every tensor called `folder/NAME`, by NAME. */
  folder(folder: string): [string, Tensor][];
  done(): void;
}

export function shelfOf(tensors: Iterable<readonly [string, Tensor]>, fail: Fail): Shelf {
  const left = new Map(tensors);
  const folders = Map.groupBy(left.keys(), (name) => name.slice(0, Math.max(0, name.lastIndexOf("/"))));
  return {
    has: (name) => left.has(name),
    list(name, dtype, length) {
      const tensor = left.get(name);
      if (!tensor) throw fail(`tensor ${show(name)} is missing`);
      const { shape, data } = tensor;
      if (dtypeOf(data) !== dtype) throw fail(`tensor ${show(name)} is ${dtypeOf(data)}, not ${dtype}`);
      if (shape.length !== 1) throw fail(`tensor ${show(name)} has shape ${show(shape)}, not one dimension`);
      if (length !== undefined && data.length !== length) {
        throw fail(`tensor ${show(name)} holds ${data.length} elements, not ${length}`);
      }
      left.delete(name);
      return data as Arrays[typeof dtype];
    },
    folder(folder) {
      const names = folders.get(folder) ?? [];
      return names.map((name) => {
        const tensor = left.get(name)!;
        left.delete(name);
        return [name.slice(folder.length + 1), tensor];
      });
    },
    done() {
      for (const name of left.keys()) throw fail(`tensor ${show(name)} belongs to nothing`);
    },
  };
}
