import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkerboardWithUnratedItem, randomDataset, toyDataset } from "../../test/helpers/toy.ts";
import { encodeArtifact } from "../artifact/format.ts";
import { localEngine } from "../compute/engine.ts";
import { asItemIndex, middleRating } from "../data/dataset.ts";
import { openModel } from "../recommend/open-model.ts";
import { predict } from "../recommend/predict.ts";
import { queryOfUser } from "../recommend/query.ts";
import { recommend } from "../recommend/recommend.ts";
import { recommendAll } from "../recommend/recommend-all.ts";
import { configure } from "./configure.ts";
import { checkFinite } from "./finite.ts";
import { fit } from "./fit.ts";
import type { State, Tensor } from "./model.ts";
import type { Trained } from "./trained.ts";

/** Two users on a scale of which the defaults know nothing, where ratings are learnt as they are. */
const steep = () => {
  const triples = [
    [0, 0, 5000],
    [0, 1, 20],
    [1, 0, 100],
    [1, 2, 9000],
  ] as const;
  return { ...toyDataset(2, 3, triples), scale: { min: 20, max: 9000, step: 1 } };
};

const data = randomDataset(30, 20, 0.3, 3);

/** The model with one number of a tensor changed. */
function spoiled({ state, ...rest }: Trained, name: string, value: number): Trained {
  const tensor: Tensor = { ...state.tensors[name], data: state.tensors[name].data.slice().fill(value, 0, 1) };
  return { ...rest, state: { ...state, tensors: { ...state.tensors, [name]: tensor } } };
}

describe("a model whose training diverged", () => {
  it("is refused at the end of fit, with the settings to change", async () => {
    await assert.rejects(fit(steep(), configure("mf", { scale: "data" })), {
      code: "NOT_FINITE",
      message: /^training mf diverged: there is (NaN|-?Infinity) in its \w+$/,
      fix: "leave scale at standard, or give a lower rate than 0.01",
    });
  });

  it("is refused within a blend", async () => {
    await assert.rejects(
      fit(steep(), configure("hybrid", { models: "popular,mf", settings: "mf.scale=data", weights: "equal" })),
      {
        code: "NOT_FINITE",
        message: /^training mf diverged/,
        fix: "give a lower rate",
      },
    );
  });

  it("names only settings that act", () => {
    const state: State = { algorithm: "mf", facts: { losses: [1, Number.POSITIVE_INFINITY] }, tensors: {} };
    assert.throws(() => checkFinite(state, { optimiser: "als", rate: 0.01, regularisation: 2 }), {
      message: "training mf diverged: there is Infinity in its losses",
      fix: "give a higher regularisation than 2",
    });
    assert.throws(() => checkFinite({ ...state, algorithm: "popular" }, {}), {
      fix: "choose other settings",
    });
  });

  it("may hold NaN where its algorithm has no value, but no Infinity", async () => {
    for (const name of ["item-knn", "user-knn"]) {
      const trained = await fit(checkerboardWithUnratedItem(), configure(name));
      assert.ok(trained.state.tensors.itemMeans.data.some(Number.isNaN));
      await encodeArtifact(trained);
      await assert.rejects(encodeArtifact(spoiled(trained, "itemMeans", Number.POSITIVE_INFINITY)), {
        code: "NOT_FINITE",
      });
    }
  });

  it("is not saved, and answers nothing", async () => {
    for (const [name, tensor] of [
      ["mf", "items"],
      ["als", "items"],
      ["ease", "weights"],
    ]) {
      const broken = spoiled(await fit(data, configure(name)), tensor, Number.NaN);
      await assert.rejects(encodeArtifact(broken), { code: "NOT_FINITE" });
      using opened = openModel(broken, localEngine());
      const { indices, values } = data.byItem;
      const user = indices[values.findIndex((rating) => rating >= middleRating(data))]; // who liked the first film
      await assert.rejects(recommend(opened, queryOfUser(data, user + 1)), { code: "NOT_FINITE" }, name);
      await assert.rejects(recommendAll(opened, data), { code: "NOT_FINITE" }, name);
      if (name !== "mf") continue;
      assert.throws(() => predict(opened, queryOfUser(data, user + 1), [asItemIndex(2)]), { code: "NOT_FINITE" });
    }
  });
});
