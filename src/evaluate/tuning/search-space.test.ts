import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MatineeError } from "../../errors.ts";
import { algorithms } from "../../models/registry.ts";
import { settingsOf } from "../../models/shared/settings.ts";
import { readSearchSpace } from "./search-space.ts";

describe("a search space", () => {
  const space = readSearchSpace(
    "als",
    "factors=8:64;regularisation=0.001~10;solver=cholesky;iterations=5,10,20;scaling=0:1",
  );
  const [factors, regularisation, solver, iterations, scaling] = space;

  it("has ranges, logarithmic ranges and lists, of values that the model accepts", () => {
    assert.deepEqual(
      space.map(({ name, text }) => `${name}=${text}`),
      ["factors=8:64", "regularisation=0.001~10", "solver=cholesky", "iterations=5,10,20", "scaling=0:1"],
    );
    assert.deepEqual([0, 0.5, 1].map(factors.valueAt), [8, 40, 64]);
    assert.deepEqual([0, 0.25, 0.5, 1].map(regularisation.valueAt), [0.001, 0.01, 0.1, 10]);
    assert.deepEqual([0, 1].map(solver.valueAt), ["cholesky", "cholesky"]);
    assert.deepEqual([0, 0.4, 0.99, 1].map(iterations.valueAt), [5, 10, 20, 20]);
    assert.equal(scaling.valueAt(0.123456), 0.123);
  });

  it("maps every value back to its place", () => {
    for (const dimension of space) {
      for (let place = 0; place <= 1; place += 0.01) {
        const value = dimension.valueAt(place);
        assert.equal(dimension.valueAt(dimension.placeOf(value)), value, `${dimension.name} ${place}`);
      }
    }
  });

  it("is proposed by the schemas of models, and contains their defaults", () => {
    for (const { name, settings: schema } of algorithms) {
      const settings = settingsOf(schema);
      if (Object.values(settings).every(({ tune }) => tune === undefined)) continue;
      for (const dimension of readSearchSpace(name)) {
        const value = settings[dimension.name].default;
        const place = dimension.placeOf(value);
        assert.ok(place >= 0 && place <= 1, `${name}: ${dimension.name} ${value}`);
      }
    }
    assert.deepEqual(
      readSearchSpace("als", undefined, { factors: 16 }).map(({ name }) => name),
      ["iterations", "alpha", "regularisation"],
    );
  });

  const wrong: readonly (readonly [string, string, string, RegExp])[] = [
    ["an unknown setting", "kk=1:5", "CONFIG_INVALID", /item-knn has no setting "kk" \(did you mean k\?/],
    ["an unknown value", "centre=none,film", "CONFIG_INVALID", /centre is "film" \(it takes none \| item \| user\)/],
    ["a range that leaves the bounds", "k=0:5", "CONFIG_INVALID", /k is "0" \(it takes integer, 1 to 100000\)/],
    ["a list that does", "k=5,1000000", "CONFIG_INVALID", /k is "1000000"/],
    ["an open range", "k=5:", "CONFIG_INVALID", /k is ""/],
    ["a range of names", "centre=none:item", "CONFIG_INVALID", /centre is "none:item"/],
    ["a range upside down", "k=50:5", "USAGE", /k=50:5 is no range/],
    ["a logarithm of 0", "shrinkage=0~100", "USAGE", /shrinkage=0~100 is logarithmic.*write shrinkage=0:100/],
    ["no values", "k=", "USAGE", /k= has an empty value/],
    ["an empty value", "k=5,,7", "USAGE", /k=5,,7 has an empty value/],
    ["no setting", "k", "USAGE", /"k" is no setting with values/],
    ["nothing", "", "USAGE", /"" is no setting with values/],
    ["a setting twice", "k=5;k=7", "USAGE", /names k twice/],
    ["a setting that is fixed", "prediction=weighted", "USAGE", /--set and --space both say what prediction is/],
  ];
  for (const [what, text, code, line] of wrong) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => readSearchSpace("item-knn", text, { prediction: "baseline" }),
        (error) => error instanceof MatineeError && error.code === code && line.test(error.line),
      );
    });
  }

  it("proposes no setting that never acts, and refuses one that is named", () => {
    const namesOf = (fixed: Record<string, unknown>) => readSearchSpace("mf", undefined, fixed).map(({ name }) => name);
    assert.deepEqual(namesOf({}), ["factors", "epochs", "rate", "regularisation"]);
    assert.deepEqual(namesOf({ optimiser: "als" }), ["factors", "epochs", "regularisation"]);
    const wrong: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
      ["batch=512,1024", {}, /batch is 512,1024, and does nothing while optimiser is sgd/],
      ["rate=0.01~0.1", { optimiser: "als" }, /rate is 0.01~0.1, and does nothing while optimiser is als/],
      ["optimiser=als;rate=0.01~0.1", {}, /while optimiser is als/],
    ];
    for (const [text, fixed, message] of wrong) {
      assert.throws(() => readSearchSpace("mf", text, fixed), { code: "CONFIG_INVALID", message });
    }
    assert.equal(readSearchSpace("mf", "optimiser=sgd,adam;batch=512,1024").length, 2);
    assert.equal(readSearchSpace("mf", "batch=512,1024", { optimiser: "adam" }).length, 1);
    assert.equal(readSearchSpace("als", "scaling=0:1;scaledBy=ratings,confidence").length, 2);
  });

  it("refuses a model without settings, and an unknown model", () => {
    assert.throws(() => readSearchSpace("popular"), { code: "USAGE", message: /nothing of popular/ });
    assert.throws(() => readSearchSpace("popula"), { code: "MODEL_UNKNOWN" });
  });
});

it("keeps a fixed setting whose condition is searched", () => {
  const space = readSearchSpace("als", { scaling: [0.5, 1] }, { scaledBy: "confidence" }, "space");
  assert.deepEqual(
    space.map(({ name }) => name),
    ["scaling"],
  );
  assert.throws(() => readSearchSpace("als", { factors: [8, 16] }, { scaling: 0, scaledBy: "confidence" }, "space"), {
    code: "CONFIG_INVALID",
  });
});
