/** What is told of a model that is open. Nothing here needs Node. */
import type { ArtifactSummary } from "../../artifact/summary.ts";
import { present } from "../../present.ts";
import type { OpenModel } from "../../recommend/open-model.ts";

/** What is told of a model. */
export interface ListedModel extends ArtifactSummary {
  readonly name: string;
  readonly summary: string;
  /** Of its file: bytes, and when it came to the folder (seconds since 1970). */
  readonly bytes?: number;
  readonly created?: number;
}

export function describeOpened(name: string, opened: OpenModel): ListedModel {
  const { name: algorithm, summary, predictor, info, training } = opened;
  const { name: data, users, items, scale, feedback } = info;
  const ratings = info.counts.reduce((sum, count) => sum + count, 0);
  return {
    name,
    algorithm,
    summary,
    ...present({ predictor, evaluation: training?.record.evaluation }),
    data: { name: data, users: users.size, items: items.size, ratings, scale, feedback },
  };
}
