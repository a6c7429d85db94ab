/**
 * Films for who looked at some items just now, by the model's similarity of items: later items count more.
 *
 *   similar(j) = Σ_a 0.8^a sim(i_a, j)         a: how many items of the session came after i_a; pairs that are not similar at all count 0
 *   score(j)   = similar(j)                    where nothing is known of the user, or the model cannot score for them
 *              = (m(similar)_j + m(own)_j) / 2 otherwise; own: the model's scores for the user
 *   m          : min-max over the films that the user has not rated, 0 to 1; a film that the model cannot score counts 0
 *
 * Films that are similar to no item of the session have no score.
 */
import { checkList } from "../check-arguments.ts";
import type { Step } from "../compute/engine.ts";
import type { ItemIndex } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { checkScores } from "../models/finite.ts";
import { type Scale, scaleOf } from "../models/hybrid/scale.ts";
import type { Answer, Profile } from "../models/model.ts";
import { present } from "../present.ts";
import type { OpenModel } from "./open-model.ts";
import { checkItem } from "./query.ts";
import { throwNoSimilarities } from "./similar.ts";

/** What an item counts beside the one after it. */
const decay = 0.8;
/** Items of a session. */
const mostItems = 50;

/** The items of a session, each once, by their latest place. @throws USAGE for too many; ITEM_UNKNOWN */
export function checkSession({ info }: OpenModel, session: readonly ItemIndex[]): readonly ItemIndex[] {
  checkList("recommend", "session", session);
  const items = [...session];
  if (items.length > mostItems) {
    throw new MatineeError("USAGE", `the session has ${items.length} items`, {
      fix: `give the latest, at most ${mostItems}`,
    });
  }
  for (const item of items) checkItem(info, item);
  return items.filter((item, n) => items.lastIndexOf(item) === n);
}

/**
 * An answer by a session beside the user's own. It predicts as that one, and gives no reasons.
 *
 * @param session the latest item last
 * @throws CAPABILITY_MISSING where the model does not compare films; NOT_FINITE
 */
export async function sessionAnswer(
  opened: OpenModel,
  session: readonly ItemIndex[],
  { own, profile }: { readonly own: Answer; readonly profile: Profile },
  step: Step,
): Promise<Answer> {
  const { model, info } = opened;
  if (!model.similarItems) throwNoSimilarities(opened);
  const similar = new Float32Array(info.items.size).fill(-Infinity);
  const row = new Float64Array(similar.length);
  for (const [n, item] of session.entries()) {
    model.similarItems(item, row);
    const weight = decay ** (session.length - 1 - n);
    for (let j = 0; j < row.length; j++) {
      if (row[j] > -Infinity) similar[j] = (similar[j] > -Infinity ? similar[j] : 0) + weight * row[j];
    }
    await step(n, session.length);
  }
  return {
    score(out) {
      out.set(similar);
      if (profile.items.length === 0) return;
      const scores = new Float32Array(out.length);
      own.score(scores);
      checkScores(scores);
      const [wide, ownScale] = [scaleOf(similar, profile.items), scaleOf(scores, profile.items)];
      if (!(ownScale.max > ownScale.min)) return; // the same for every film: says nothing
      for (let j = 0; j < out.length; j++) {
        if (similar[j] > -Infinity) out[j] = (share(similar[j], wide) + share(scores[j], ownScale)) / 2;
      }
    },
    ...present({ predict: own.predict }),
  };
}

/** A number's place between the least and the greatest, 0 to 1. */
function share(value: number, { min, max }: Scale): number {
  return max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0;
}
