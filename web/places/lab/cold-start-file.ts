/** What new users get after their first answers, as `matinee compare --cold-start --json` prints it. */
import { type LearningPanel, learningPanels } from "../../../src/report/pictures/learning-curves.ts";
import { definitionOf, estimatesOf, unmeasured } from "./evaluation-file.ts";
import { arrayOf, numberOf, objectOf, textOf } from "./json-file.ts";

/** The curves of a cold start. */
export interface ColdStart {
  readonly data: string;
  readonly panels: readonly LearningPanel[];
}

/** Whether a document is one of a cold start: it asks in some ways. */
export function isColdStart(document: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(document.ways);
}

/** What is not as it should be is left out. */
export function readColdStart(document: Readonly<Record<string, unknown>>): ColdStart {
  const models = arrayOf(document.models).map((value) => {
    const { name, model, curves } = objectOf(value);
    return {
      ...unmeasured,
      name: textOf(name),
      model: textOf(model),
      seed: 0,
      versus: [],
      curves: arrayOf(curves).map((curve) => ({
        way: textOf(objectOf(curve).way),
        points: arrayOf(objectOf(curve).points).flatMap((point) => {
          const { questions, answers, metrics } = objectOf(point);
          const asked = numberOf(questions);
          if (asked === undefined) return [];
          return [{ questions: asked, answers: numberOf(answers) ?? 0, metrics: estimatesOf(metrics) }];
        }),
      })),
    };
  });
  const names = arrayOf(document.metrics).map((metric) => textOf(objectOf(metric).name));
  const panels = names.flatMap((name) => {
    const having = models.map((model) => ({
      ...model,
      curves: model.curves
        .map(({ way, points }) => ({ way, points: points.filter(({ metrics }) => name in metrics) }))
        .filter(({ points }) => points.length > 0),
    }));
    return learningPanels({
      metrics: [definitionOf(name)],
      models: having.filter(({ curves }) => curves.length > 0),
    });
  });
  return { data: textOf(objectOf(document.data).name), panels };
}
