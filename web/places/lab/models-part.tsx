import { useMemo, useState } from "preact/hooks";
import type { Evaluation } from "../../../src/evaluate/evaluation.ts";
import { count } from "../../../src/numbers.ts";
import { comparisonPicture } from "../../../src/report/pictures/comparison.ts";
import { overKPicture } from "../../../src/report/pictures/over-k.ts";
import { slicesPicture } from "../../../src/report/pictures/slices.ts";
import { useSession } from "../../session.ts";
import { DropZone } from "./drop-zone.tsx";
import { readEvaluation, recordedEvaluation } from "./evaluation-file.ts";
import { PictureFigure } from "./picture-figure.tsx";

interface Measured {
  readonly name: string;
  readonly content: Evaluation;
}

/** How good models are, as evaluations found. */
export function ModelsPart() {
  const { model } = useSession();
  const own = useMemo(() => recordedEvaluation(model), [model]);
  const [brought, setBrought] = useState<readonly Measured[]>([]);
  const shown = own ? [...brought, { name: "the model of this page", content: own }] : brought;
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
        hint="Choose or drop what “matinee compare --report compared.json” wrote, or what “matinee evaluate --json” printed. It stays in this browser."
        read={readEvaluation}
        onRead={(files) => setBrought((before) => [...files, ...before])}
      />
      {shown.map(({ name, content }, n) => (
        <Pictures key={shown.length - n} name={name} evaluation={content} />
      ))}
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
