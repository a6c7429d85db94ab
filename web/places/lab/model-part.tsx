import { useMemo } from "preact/hooks";
import type { LabNumbers } from "../../../src/client.ts";
import { lossPicture } from "../../../src/report/pictures/losses.ts";
import { normsPicture } from "../../../src/report/pictures/norms.ts";
import { useSession } from "../../session.ts";
import { describeModel } from "./model-words.ts";
import { WithNumbers } from "./numbers.tsx";
import { PictureFigure } from "./picture-figure.tsx";

/** How the model that answers works, and what can be seen of it. */
export function ModelPart() {
  const { model } = useSession();
  const { algorithm, predictor } = model;
  return (
    <>
      <h3>What makes your list</h3>
      <p class="lab-text">{describeModel(algorithm)}</p>
      {predictor !== undefined && (
        <p class="lab-text">The stars that you see beside a film come from a second one. {describeModel(predictor)}</p>
      )}
      <p class="hint">
        Its name among those who build such things is {algorithm}
        {predictor !== undefined && `, and that of the second ${predictor}`}.
      </p>
      <WithNumbers>{(numbers) => <Pictures numbers={numbers} />}</WithNumbers>
    </>
  );
}

function Pictures({ numbers: { vectors, losses } }: { numbers: LabNumbers }) {
  const norms = useMemo(() => vectors.length > 0 && normsPicture(document, vectors), [vectors]);
  const curves = useMemo(
    () =>
      losses.length > 0 &&
      lossPicture(
        document,
        losses.map(({ model, loss, losses, stages }) => ({
          title: model,
          loss,
          stages,
          curves: [{ name: "loss", losses }],
        })),
      ),
    [losses],
  );
  return (
    <>
      {curves && (
        <>
          <h3>How it learnt</h3>
          <p class="lab-text">
            It went over all ratings again and again, and guessed each one. After every round it moved its numbers a
            little, so that the next guesses come closer. The line shows how far off it still was.
          </p>
          <PictureFigure picture={curves} />
        </>
      )}
      {norms && (
        <>
          <h3>What it knows of each film</h3>
          <p class="lab-text">
            For {vectors.map(({ model }) => model).join(" and ")}, each film is an arrow among{" "}
            {vectors.map(({ length }) => length).join(" and ")} directions, which nobody named: one may turn out to be
            “for children”, another “slow and sad”. A long arrow means that the film divides people, a short one that it
            is much the same to everybody, or hardly known.
          </p>
          <PictureFigure picture={norms} />
        </>
      )}
      {!curves && !norms && (
        <p class="note">
          It works its numbers out in one go, and keeps no arrows for films: there is nothing to draw of it here. See
          what it thinks of films under “Films side by side”.
        </p>
      )}
    </>
  );
}
