/**
 * Films that come after training, in a blend. Parts that know how content counts place them. The others keep their own index space,
 * and give the new films no score.
 */
import type {
  Answer,
  ExplanationPart,
  Model,
  NewItems,
  PlacedItems,
  PlacingContext,
  Profile,
  State,
  Tensor,
} from "../model.ts";
import { placedMarks } from "../shared/placing.ts";
import { checkIndexLists, childOf, tensorOf } from "../shared/state.ts";

/** What placing needs to know of the parts of a blend. */
export interface PlacingPart {
  readonly name: string;
  readonly model: Model;
  readonly weight: number;
}

/** Places items by every part that can. Unplaced are those that no part of a weight above 0 has placed. */
export async function placeInBlend(
  parts: readonly PlacingPart[],
  state: State,
  items: NewItems,
  context: PlacingContext,
): Promise<PlacedItems> {
  const marks = placedMarks(items, marksOf(state));
  const states: Record<string, State> = {};
  const tensors: Record<string, Tensor> = { ...state.tensors, placed: { shape: [marks.length], data: marks } };
  let unplaced = Array.from({ length: items.order.length - items.known.length }, (_, n) => n);
  for (const { name, model, weight } of parts) {
    const part = childOf(state, name);
    if (model.placeItems) {
      const placed = await model.placeItems(part, items, context);
      states[name] = placed.state;
      if (weight > 0) unplaced = unplaced.filter((n) => placed.unplaced.includes(n));
    } else {
      const own = ownItems(state, name)?.map((item) => items.known[item]) ?? items.known;
      states[name] = part;
      tensors[itemsTensor(name)] = { shape: [own.length], data: own };
    }
  }
  return { state: { ...state, tensors, parts: states }, unplaced };
}

/** uint8 [items]: 1 for those that came after training; undefined where none did. @throws ARTIFACT_CONTENT */
export function marksOf(state: State): Uint8Array | undefined {
  return Object.hasOwn(state.tensors, "placed") ? tensorOf(state, "placed", Uint8Array, undefined) : undefined;
}

/** A part's model in the index space of the blend. @throws ARTIFACT_CONTENT */
export function inBlend(state: State, name: string, model: Model): Model {
  const own = ownItems(state, name);
  const marks = marksOf(state);
  if (!own || !marks) return model;
  checkIndexLists(state, Int32Array.of(0, own.length), own, marks.length);
  return own.length === model.items ? amongMore(model, own, marks.length) : model;
}

/** int32 [items of the part]: their indices in the blend. */
function ownItems(state: State, name: string): Int32Array | undefined {
  const tensor = itemsTensor(name);
  return Object.hasOwn(state.tensors, tensor) ? tensorOf(state, tensor, Int32Array, undefined) : undefined;
}

function itemsTensor(part: string): string {
  return `items.${part}`;
}

/** A model among more items than it knows, as far as blends ask it: `known` are the indices of its own. Others have no score. */
function amongMore(model: Model, known: Int32Array, items: number): Model {
  const indexOf = new Int32Array(items).fill(-1);
  for (const [own, item] of known.entries()) indexOf[item] = own;

  function spread<T extends Float32Array | Float64Array>(own: T, out: T): void {
    out.fill(-Infinity);
    for (const [n, item] of known.entries()) out[item] = own[n];
  }

  /** The ratings of items that the model knows. */
  function ownProfile({ items: rated, values, times }: Profile): Profile {
    const kept = [...rated.keys()].filter((n) => indexOf[rated[n]] >= 0);
    return {
      items: Int32Array.from(kept, (n) => indexOf[rated[n]]),
      values: Float32Array.from(kept, (n) => values[n]),
      ...(times ? { times: times.filter((_, n) => indexOf[rated[n]] >= 0) } : {}),
    };
  }

  function partOf(part: ExplanationPart): ExplanationPart {
    return part.kind === "rating" ? { ...part, item: known[part.item] } : part;
  }

  return {
    items,
    ask({ space: _, profile, ...query }): Answer {
      const answer = model.ask({ ...query, profile: ownProfile(profile) });
      return {
        score(out) {
          const own = new Float32Array(model.items);
          answer.score(own);
          spread(own, out);
        },
        ...(answer.explain ? { explain: (item) => ({ parts: answer.explain!(indexOf[item]).parts.map(partOf) }) } : {}),
      };
    },
    ...(model.similarItems
      ? {
          similarItems(item: number, out: Float64Array) {
            out.fill(-Infinity);
            if (indexOf[item] < 0) return;
            const own = new Float64Array(model.items);
            model.similarItems!(indexOf[item], own);
            spread(own, out);
          },
        }
      : {}),
    [Symbol.dispose]: () => model[Symbol.dispose](),
  };
}
