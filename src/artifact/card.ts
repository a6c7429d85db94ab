/** The card of a model: what is known of it, for people. */
import type { DatasetInfo } from "../data/dataset.ts";
import { oneLine } from "../errors.ts";
import { capabilitiesOf, describedModels } from "../models/capabilities.ts";
import { otherSettings } from "../models/go-on.ts";
import type { Json, LearnsFrom, State } from "../models/model.ts";
import { algorithms } from "../models/registry.ts";
import type { EarlierStage, RecordedEvaluation, Trained, TrainingStage } from "../models/trained.ts";
import { count, metricDecimal, several } from "../numbers.ts";

const learntFrom: Readonly<Record<LearnsFrom, string>> = {
  ratings: "ratings",
  content: "content: what the catalog says of items",
  both: "ratings and content: what the catalog says of items",
};

/**
 * The card of a trained model as Markdown: the algorithm and its settings, the data, what was measured, for what it can be used, and
 * its limits. It says what the model's file knows and no more; the same model has the same card.
 *
 * @example
 * import { modelCard } from "matinee";
 * console.log(modelCard(recommender.trained));
 */
export function modelCard(trained: Trained): string {
  const { info, record, state } = trained;
  return [
    `# ${plain(state.algorithm)} on ${plain(info.name)}`,
    ...section("Model", modelLines(trained)),
    ...section("Data", dataLines(trained)),
    ...section("Evaluation", evaluationLines(record.evaluation)),
    ...section("Use", useLines(trained)),
    ...section("Limits", limitLines(trained)),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return ["", `## ${title}`, "", ...lines];
}

function modelLines({ record, state, predictor }: Trained): string[] {
  const algorithm = algorithms.find(({ name }) => name === state.algorithm);
  return [
    ...(algorithm ? [plain(algorithm.summary), ""] : []),
    `- Algorithm: ${plain(state.algorithm)}`,
    `- Settings: ${settingsText(record.config)}`,
    ...(algorithm ? [`- Learns from ${learntFrom[algorithm.learnsFrom]}`] : []),
    ...(predictor
      ? [`- Ratings are predicted by: ${plain(predictor.state.algorithm)} (${settingsText(predictor.config)})`]
      : []),
    `- Seed: ${record.seed}`,
    ...(record.earlier ?? []).map((stage) => earlierLine(stage, record)),
    `- Arithmetic: ${record.arithmetic}`,
    ...foundByLine(state),
    `- Trained by Matinee ${plain(record.version ?? "of a version that its file does not name")}`,
  ];
}

/** What found the vectors, where it was a cluster. */
function foundByLine({ facts }: State): string[] {
  const { foundBy } = facts;
  if (typeof foundBy !== "object" || foundBy === null) return [];
  const { name, version, blocks } = foundBy as Record<string, Json>;
  return [`- Vectors found by: ${plain(`${name} ${version}`)}, ${plain(`${blocks}`)} blocks`];
}

/** An earlier training, by what was other than in the last. */
function earlierLine(stage: EarlierStage, last: TrainingStage): string {
  const others =
    Object.keys(otherSettings(stage, last)).length > 0 ? settingsText(otherSettings(stage, last)) : "the same settings";
  const data = stage.data === last.data ? "the same data" : `data of the fingerprint ${plain(stage.data)}`;
  return `- Went on from an earlier training: ${several(stage.epochs, "epoch")}, ${others}, seed ${stage.seed}, ${data}`;
}

function settingsText(config: Readonly<Record<string, Json>>): string {
  return (
    Object.entries(config)
      .map(([name, value]) => `${name} = ${plain(JSON.stringify(value))}`)
      .join(", ") || "none"
  );
}

function dataLines({ info, record }: Trained): string[] {
  const { name, users, counts, scale, feedback } = info;
  const what = feedback === "events" ? "events" : "ratings";
  const total = counts.reduce((sum, own) => sum + own, 0);
  const step = scale.step > 0 ? ` in steps of ${scale.step}` : "";
  return [
    `- Name: ${plain(name)}`,
    `- Fingerprint: ${plain(record.data)}`,
    `- ${count(total)} ${what} of ${count(counts.length - unratedItems(info))} items by ${count(users.size)} users`,
    feedback === "events" ? `- Amounts: ${scale.min} to ${scale.max}` : `- Scale: ${scale.min} to ${scale.max}${step}`,
  ];
}

function evaluationLines(evaluation: RecordedEvaluation | undefined): string[] {
  if (!evaluation) return ["Nothing is recorded of how well it does."];
  const { version, split, seed, train, test, people, view = "model", relevant, metrics } = evaluation;
  const held = `${count(Math.round(test))} held out of ${count(Math.round(people))} users`;
  return [
    `Measured by Matinee ${plain(version)} on models of the same settings, each fitted to a training part of the data: ` +
      `${plain(split)} with seed ${seed}, ${count(Math.round(train))} to train on, ${held}; relevant from ${relevant}; ` +
      (view === "shipped"
        ? "lists as shipped, with the most rated items where the model has none."
        : "the lists of the model alone."),
    "",
    "| metric | mean | 95 % interval | of |",
    "| --- | --- | --- | --- |",
    ...metrics.map(({ name, mean, low, high, n }) => {
      const interval = low === undefined || high === undefined ? "" : `${metricDecimal(low)} – ${metricDecimal(high)}`;
      return `| ${plain(name)} | ${metricDecimal(mean)} | ${interval} | ${count(n)} |`;
    }),
  ];
}

function useLines({ info, state }: Trained): string[] {
  const algorithm = algorithms.find(({ name }) => name === state.algorithm);
  const capabilities = describedModels.includes(state.algorithm) ? capabilitiesOf(state.algorithm) : [];
  const what = info.feedback === "events" ? "events" : "ratings";
  const nearly = algorithm?.foldIn === "exact" ? "" : "nearly ";
  return [
    `- It ranks items for a user by the user's ${what}.`,
    ...(algorithm ? [`- The ${what} of a new user get ${nearly}the answer that training on them gives.`] : []),
    ...(capabilities.length > 0 ? [`- By its default settings, it also ${capabilities.join(", ")}.`] : []),
  ];
}

function limitLines({ info, state, record, predictor }: Trained): string[] {
  const states = [state, ...(predictor ? [predictor.state] : [])];
  const kept = [
    ...(states.some(keepsRatings) ? ["their ratings"] : []),
    ...(states.some(keepsUserVectors) ? ["the vectors that training found for them"] : []),
  ];
  return [
    `- It knows ${count(info.items.size)} items and no others. ${count(unratedItems(info))} of them have no ratings.`,
    ...(info.feedback === "events" ? ["- It predicts no ratings: it learnt from amounts of events."] : []),
    `- The file holds the ids of the ${count(info.users.size)} users${kept.map((what) => `, and ${what}`).join("")}.`,
    ...(record.arithmetic === "relaxed"
      ? ["- Trained again on another machine, it may differ in the last digits."]
      : []),
  ];
}

/** Items that the catalog names, or that came after training. */
function unratedItems({ counts }: DatasetInfo): number {
  return counts.reduce((sum, own) => sum + (own === 0 ? 1 : 0), 0);
}

/** Whether the state, or a part of it, is of an algorithm that keeps the users' ratings, or is of `ease` over users. */
function keepsRatings({ algorithm, tensors, parts = {} }: State): boolean {
  const own =
    Object.hasOwn(tensors, "raters") ||
    (describedModels.includes(algorithm) && capabilitiesOf(algorithm).includes("keeps ratings"));
  return own || Object.values(parts).some(keepsRatings);
}

/** Whether the state, or a part of it, has vectors of users. */
function keepsUserVectors({ tensors, parts = {} }: State): boolean {
  return Object.hasOwn(tensors, "users") || Object.values(parts).some(keepsUserVectors);
}

/** Any text as text in Markdown, on one line. */
function plain(text: string): string {
  return oneLine(text)
    .toWellFormed()
    .replace(/[\\`*_{}[\]<>|#~]/g, "\\$&");
}
