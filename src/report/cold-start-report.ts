/** The report of a cold start: what each model makes of the answers of new users, and which way to ask is best. */
import type { Dataset } from "../data/dataset.ts";
import type { ColdStartResult } from "../evaluate/cold-start/result.ts";
import { viewNames } from "../evaluate/views.ts";
import { count, several } from "../numbers.ts";
import { dataSection } from "./data-section.ts";
import { blankDocument } from "./document.ts";
import { learningPanels, learningPicture } from "./pictures/learning-curves.ts";
import type { Block, Report } from "./report.ts";

/**
 * Makes the report of a cold start: curves over the numbers of questions, their numbers, and tests of the ways that ask about any films.
 *
 * @param dataset the data evaluated on, for a section about them
 */
export async function coldStartReport({
  result,
  dataset,
}: {
  readonly result: ColdStartResult;
  readonly dataset?: Dataset;
}): Promise<Report> {
  const document = await blankDocument();
  const { data, split, models, ways, version } = result;
  const panels = learningPanels(result);
  return {
    title: `What ${several(models.length, "model")} learn of new users, on ${data.name}`,
    about: `${count(data.ratings)} ratings of ${count(data.items)} films by ${count(data.users)} people. Matinee ${version}.`,
    sections: [
      {
        name: "results",
        title: "Results",
        facts: [
          { name: "Split", value: split.name },
          { name: "Training ratings", value: count(split.train) },
          { name: "Held-out ratings", value: count(split.test) },
          { name: "People asked", value: count(split.people) },
          { name: "Relevant", value: result.relevance },
          { name: "Lists judged", value: viewNames[result.view] },
          ...models.flatMap(({ name, failed }) =>
            failed ? [{ name: "Failed", value: `${name}: ${failed.message} (${failed.code})` }] : [],
          ),
        ],
        blocks: [
          ...(panels.length > 0 ? [{ kind: "picture" as const, ...learningPicture(document, panels) }] : []),
          testsBlock(result),
        ],
      },
      {
        name: "method",
        title: "How it was measured",
        blocks: [
          {
            kind: "table",
            name: "ways",
            title: "Ways to ask",
            text: [
              "Some ask about films that people know. Others ask about any: then a film that people have not rated counts as not seen, and the question is spent.",
            ],
            table: {
              columns: ["way to ask", "about", "films known of 20"],
              rows: ways.map(({ name, summary }) => [name, summary, knownOf(result, name)]),
            },
          },
        ],
      },
      ...(dataset ? [dataSection(document, dataset)] : []),
    ],
  };
}

/** How many of all films that they were asked about people know, on average. */
function knownOf({ models }: ColdStartResult, way: string): number | null {
  const curve = models.flatMap(({ curves }) => curves).find((one) => one.way === way);
  return curve ? curve.points.at(-1)!.answers : null;
}

function testsBlock({ models }: ColdStartResult): Block {
  return {
    kind: "table",
    name: "tests",
    title: "Ways to ask about any films, tested against the best",
    text: [
      "Paired permutation tests over people, after each number of questions; p is also given as corrected by Holm.",
    ],
    table: {
      columns: ["metric", "model", "questions", "best", "against", "difference", "p", "p, corrected by Holm"],
      rows: models.flatMap((model) =>
        model.versus.map(({ metric, questions, best, name, difference, p, adjusted }) => [
          ...[metric, model.name, questions, best, name],
          ...[difference, p, adjusted],
        ]),
      ),
    },
  };
}
