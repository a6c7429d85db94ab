import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset, toyDataset } from "../../test/helpers/toy.ts";
import type { AlsSettings } from "./als/settings.ts";
import { configure, functionNameOf, hybrid, stacking } from "./configure.ts";
import { fit } from "./fit.ts";
import type { MfSettings } from "./mf/settings.ts";
import type { ModelSpec } from "./model.ts";
import { algorithms } from "./registry.ts";
import * as specs from "./specs.ts";

const functions: Readonly<Record<string, () => ModelSpec>> = { ...specs };

/** Fails to compile unless the types are equal. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const sameAls: Equal<Required<specs.AlsOptions>, Readonly<AlsSettings>> = true;
const sameMf: Equal<Required<specs.MfOptions>, Readonly<MfSettings>> = true;

describe("the functions of the algorithms", () => {
  it("are typed as the schemas are", () => assert.ok(sameAls && sameMf));

  for (const { name } of algorithms.filter(({ name }) => name !== "hybrid" && name !== "stacking")) {
    it(`${name}: its defaults`, () => {
      const call = functionNameOf(name);
      assert.deepEqual(functions[call](), configure(name));
    });
  }

  it("say which settings were given", () => {
    const spec = specs.als({ factors: 32, solver: "cholesky" });
    assert.equal(spec.name, "als factors=32 solver=cholesky");
    assert.equal(spec.settings.factors, 32);
    assert.equal(spec.settings.iterations, configure("als").settings.iterations);
  });

  it("refuse unknown settings when compiled and when called", () => {
    // @ts-expect-error misspelt
    assert.throws(() => specs.ease({ lamda: 1 }), { code: "CONFIG_INVALID" });
    // @ts-expect-error a text for a number
    assert.equal(specs.ease({ lambda: "1" }).settings.lambda, 1);
    // @ts-expect-error no such solver
    assert.throws(() => specs.als({ solver: "lu" }), { code: "CONFIG_INVALID" });
  });

  it("blend parts with their settings", async () => {
    const blend = hybrid([specs.als({ factors: 8 }), specs.tfidf()], { weights: [3, 1] });
    assert.equal(blend.name, "hybrid of als factors=8 + tfidf weights=3,1");
    const asText = { models: "als,tfidf", settings: "als.factors=8", weights: "3,1" };
    assert.deepEqual(blend.settings, configure("hybrid", asText).settings);
    const sentences = specs.text({ model: "a,b" });
    assert.throws(() => hybrid([specs.als(), sentences]), { code: "CONFIG_INVALID" });
  });

  it("are stacked with their settings, and two of one algorithm by names of their own", () => {
    const stack = stacking([specs.mf(), specs.mf({ factors: 8 }), specs.bias()], { folds: 3 });
    assert.equal(stack.name, "stacking of mf + mf factors=8 + bias folds=3");
    const asText = { models: "mf,mf-2:mf,bias", settings: "mf-2.factors=8", folds: 3 };
    assert.deepEqual(stack.settings, configure("stacking", asText).settings);
  });

  it("keep in a blend what was given against a preset", async () => {
    const data = randomDataset(30, 20, 0.4, 2);
    const part = specs.userKnn({ preset: "mean-centred", k: 100 });
    const { state } = await fit(data, hybrid([part, specs.itemKnn()], { weights: "equal" }));
    assert.equal(state.parts!["user-knn"].facts.k, 100);
  });

  it("refuse settings that are no object", () => {
    // @ts-expect-error a number alone
    assert.throws(() => specs.als(32), { code: "CONFIG_INVALID", message: /as an object, not as 32/ });
  });

  it("are what fit takes, and nothing else", async () => {
    const data = toyDataset(2, 3, [
      [0, 0, 4],
      [1, 1, 3],
    ]);
    assert.deepEqual((await fit(data, specs.bias({ itemDamping: 1 }))).record.config.itemDamping, 1);
    // @ts-expect-error a name in place of a specification
    await assert.rejects(fit(data, "bias"), { code: "USAGE", message: /"bias" is not a model with its settings/ });
    const misspelt: ModelSpec = { model: "bias", name: "bias", settings: { damping: 1 } };
    await assert.rejects(fit(data, misspelt), { code: "CONFIG_INVALID" });
  });
});
