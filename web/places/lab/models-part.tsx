import { useMemo, useState } from "preact/hooks";
import type { Evaluation } from "../../../src/evaluate/evaluation.ts";
import { count } from "../../../src/numbers.ts";
import { comparisonPicture } from "../../../src/report/pictures/comparison.ts";
import { learningPicture } from "../../../src/report/pictures/learning-curves.ts";
import { overKPicture } from "../../../src/report/pictures/over-k.ts";
import { slicesPicture } from "../../../src/report/pictures/slices.ts";
import { useSession } from "../../session.ts";
import { type ColdStart, isColdStart, readColdStart } from "./cold-start-file.ts";
import { DropZone } from "./drop-zone.tsx";
import { readEvaluation, recordedEvaluation } from "./evaluation-file.ts";
import { PictureFigure } from "./picture-figure.tsx";

interface Measured {
  readonly name: string;
  readonly content: { readonly evaluation: Evaluation } | { readonly coldStart: ColdStart };
}

function readMeasured(document: Readonly<Record<string, unknown>>): Measured["content"] {
  return isColdStart(document) ? { coldStart: readColdStart(document) } : { evaluation: readEvaluation(document) };
}

/** How good models are, as evaluations found. */
export function ModelsPart() {
  const { model } = useSession();
  const own = useMemo(() => recordedEvaluation(model), [model]);
  const [brought, setBrought] = useState<readonly Measured[]>([]);
  const shown = own ? [...brought, { name: "the model of this page", content: { evaluation: own } }] : brought;
  return (
    <>
      <h3>How to tell a good guess from a bad one</h3>
      <p class="lab-text">
        Hide some ratings, let a model make its lists without them, and look whether the films that people liked come
        up. A single number can be luck. The bars show how far it could move if other people had been asked, so two
        models whose bars overlap by much may be equally good.
      </p>
      {shown.length === 0 && (
        <p class="note">
          Nobody has measured the model of this page yet. Compare some and bring the result along:{" "}
          <code>matinee compare --models ease,als,popular --report compared.json</code>
        </p>
      )}
      <DropZone
        label="Bring a comparison"
        hint="Choose or drop what “matinee compare --report compared.json” wrote, or what “matinee evaluate --json” or “matinee compare --cold-start --json” printed. It stays in this browser."
        read={readMeasured}
        onRead={(files) => setBrought((before) => [...files, ...before])}
      />
      {shown.map(({ name, content }, n) => {
        const key = shown.length - n;
        if ("coldStart" in content) return <Curves key={key} name={name} coldStart={content.coldStart} />;
        return <Pictures key={key} name={name} evaluation={content.evaluation} />;
      })}
    </>
  );
}

function Pictures({ name, evaluation }: { name: string; evaluation: Evaluation }) {
  const pictures = useMemo(
    () =>
      [comparisonPicture, overKPicture, slicesPicture]
        .map((draw) => draw(document, evaluation))
        .filter((picture) => picture !== undefined),
    [evaluation],
  );
  const { models, data, split } = evaluation;
  const meanings = evaluation.metrics.filter(({ summary }) => summary !== "");
  return (
    <section class="lab-evaluation" aria-label={`Measured: ${name}`}>
      <h3>
        {models.map((model) => model.name).join(", ")} <span class="count">{name}</span>
      </h3>
      <p class="hint">
        {data.name}: {count(split.train)} ratings to learn from, {count(split.test)} hidden ones of{" "}
        {count(split.people)} people. {evaluation.relevance && `A film was liked if it was ${evaluation.relevance}.`}
      </p>
      {pictures.map((picture) => (
        <PictureFigure key={picture.name} picture={picture} />
      ))}
      {meanings.length > 0 && (
        <details>
          <summary>What the measures say</summary>
          <dl class="lab-meanings">
            {meanings.map(({ name, summary, better }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  {summary}
                  {better && `; ${better} is better`}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}

/** What somebody new gets after their first answers. */
function Curves({ name, coldStart: { data, panels } }: { name: string; coldStart: ColdStart }) {
  const picture = useMemo(() => panels.length > 0 && learningPicture(document, panels), [panels]);
  return (
    <section class="lab-evaluation" aria-label={`Measured: ${name}`}>
      <h3>
        The first answers of somebody new <span class="count">{name}</span>
      </h3>
      <p class="hint">
        {data}: how good lists are for people of whom nothing is known, after each question about a film.
      </p>
      {picture ? <PictureFigure picture={picture} /> : <p class="note">Nothing was measured.</p>}
    </section>
  );
}
