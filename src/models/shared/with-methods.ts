/** Models in terms of others. */
import type { Model } from "../model.ts";

/** The model with other methods in place of some of its own. By their descriptors, since a model may make its ratings at the first access. */
export function withMethods(model: Model, methods: Partial<Model>): Model {
  return Object.defineProperties({} as Model, {
    ...Object.getOwnPropertyDescriptors(model),
    ...Object.getOwnPropertyDescriptors(methods),
  });
}
