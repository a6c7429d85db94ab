/** What a model file says of itself in its header, read without the rest of the file. */
import type { Feedback, RatingScale } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import type { RecordedEvaluation } from "../models/trained.ts";
import { present } from "../present.ts";
import { readScale } from "./dataset-info.ts";
import { readEvaluation } from "./evaluation.ts";
import { type ArtifactBounds, readHeaderBytes, readRange, withArtifactFile } from "./file.ts";
import { readStructure } from "./format.ts";
import { isObject, parseJson } from "./json.ts";
import { tensorAt } from "./safetensors.ts";

/** A model file by its header. Nothing of it has been held against the checksum. */
export interface ArtifactSummary {
  /** Name of the algorithm, and of the one that predicts ratings, where it is another. */
  readonly algorithm: string;
  readonly predictor?: string;
  readonly data: {
    readonly name: string;
    readonly users: number;
    readonly items: number;
    readonly ratings: number;
    readonly scale: RatingScale;
    readonly feedback: Feedback;
  };
  readonly evaluation?: RecordedEvaluation;
}

/** Reads what a model file says of itself. @throws what `readArtifact` throws for a header that is damaged or too long */
export async function readArtifactSummary(path: string, bounds: ArtifactBounds): Promise<ArtifactSummary> {
  return withArtifactFile(path, async (file, size) => {
    const { header, metadata, entries } = readStructure(await readHeaderBytes(path, file, size, bounds), size, path);
    const fail = (problem: string) => new MatineeError("ARTIFACT_CONTENT", `${path}: ${problem}`);
    const text = (key: string) => {
      const value = metadata.get(key);
      if (value === undefined) throw fail(`__metadata__ ${key} is missing`);
      return value;
    };
    const algorithmIn = (value: unknown) => {
      const { algorithm } = isObject(value) ? value : {};
      if (typeof algorithm !== "string") throw fail("__metadata__ names no algorithm");
      return algorithm;
    };
    const entryOf = (name: string) => entries.find((entry) => entry.name === name);
    const idsIn = (name: string) => {
      const offsets = entryOf(`space/${name}/ids/offsets`);
      return offsets ? offsets.shape[0] - 1 : (entryOf(`space/${name}/ids`)?.shape[0] ?? 0);
    };
    const counts = entryOf("space/counts");
    let ratings = 0;
    if (counts?.dtype === "I32") {
      const { begin, end } = counts;
      const bytes = await readRange(file, header.start + begin, end - begin);
      const { data } = tensorAt({ ...counts, begin: 0, end: end - begin }, bytes, 0);
      for (const count of data) ratings += count;
    }
    const predictor = metadata.get("predictor");
    const second = predictor === undefined ? undefined : parseJson(predictor, fail);
    const evaluation = metadata.get("evaluation");
    return {
      algorithm: algorithmIn(parseJson(text("state"), fail)),
      ...present({
        predictor: second === undefined ? undefined : algorithmIn(isObject(second) ? second.state : second),
      }),
      data: {
        name: text("data"),
        users: idsIn("users"),
        items: idsIn("items"),
        ratings,
        scale: readScale(text("scale"), (problem) => fail(`__metadata__ scale ${problem}`)),
        feedback: metadata.get("feedback") === "events" ? "events" : "ratings",
      },
      ...present({ evaluation: evaluation === undefined ? undefined : readEvaluation(evaluation, fail) }),
    };
  });
}
