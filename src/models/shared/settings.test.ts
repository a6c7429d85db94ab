import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Type } from "typebox";
import { MatineeError } from "../../errors.ts";
import { configure } from "../configure.ts";
import { algorithmNamed, algorithms, defaultModel } from "../registry.ts";
import { completeSettings, readSetting, settingsOf, settingsThatAct } from "./settings.ts";

const schema = Type.Object({
  k: Type.Integer({ default: 20, minimum: 1, maximum: 100, description: "neighbours" }),
  lambda: Type.Number({ default: 0.5, minimum: 0, description: "regularisation" }),
  centred: Type.Boolean({ default: false, description: "whether" }),
  values: Type.Enum(["ratings", "binary"], { default: "ratings", description: "which" }),
});

function refused(given: Record<string, unknown>): string {
  try {
    completeSettings("toy", schema, given);
  } catch (error) {
    assert.ok(error instanceof MatineeError);
    assert.equal(error.code, "CONFIG_INVALID");
    return error.line;
  }
  return assert.fail(`${JSON.stringify(given)} was taken`);
}

describe("completeSettings", () => {
  it("fills in defaults", () => {
    assert.deepEqual(completeSettings("toy", schema), { k: 20, lambda: 0.5, centred: false, values: "ratings" });
  });

  it("takes values and their texts", () => {
    const expected = { k: 5, lambda: 0.25, centred: true, values: "binary" };
    assert.deepEqual(completeSettings("toy", schema, expected), expected);
    assert.deepEqual(
      completeSettings("toy", schema, { k: "5", lambda: ".25", centred: "true", values: "binary" }),
      expected,
    );
  });

  it("takes the settings of a preset, but for those given", () => {
    const preset = { default: "none", description: "together", presets: { none: {}, few: { k: 3, lambda: 2 } } };
    const withPresets = Type.Object({ ...schema.properties, preset: Type.Enum(["none", "few"], preset) });
    const rest = { centred: false, values: "ratings" };
    assert.deepEqual(completeSettings("toy", withPresets), { preset: "none", k: 20, lambda: 0.5, ...rest });
    const chosen = { preset: "few", k: "7" };
    assert.deepEqual(completeSettings("toy", withPresets, chosen), { preset: "few", k: 7, lambda: 2, ...rest });
  });

  it("takes text as it is, and nothing else for it", () => {
    const named = Type.Object({ model: Type.String({ default: "small", description: "which" }) });
    assert.deepEqual(completeSettings("toy", named), { model: "small" });
    assert.deepEqual(completeSettings("toy", named, { model: " 7" }), { model: " 7" });
    assert.throws(() => completeSettings("toy", named, { model: 7 }), {
      message: "toy: model is 7",
      fix: "it takes text",
    });
  });

  it("names the setting, the value and the bounds of what it refuses", () => {
    assert.equal(refused({ k: "0" }), 'toy: k is "0" (it takes integer, 1 to 100)');
    assert.equal(refused({ k: 2.5 }), "toy: k is 2.5 (it takes integer, 1 to 100)");
    assert.equal(refused({ k: "" }), 'toy: k is "" (it takes integer, 1 to 100)');
    assert.equal(refused({ lambda: Number.NaN }), "toy: lambda is NaN (it takes number, at least 0)");
    assert.equal(refused({ lambda: "Infinity" }), 'toy: lambda is "Infinity" (it takes number, at least 0)');
    assert.equal(refused({ centred: "yes" }), 'toy: centred is "yes" (it takes true | false)');
    assert.equal(refused({ values: "raw" }), 'toy: values is "raw" (it takes ratings | binary)');
  });

  it("refuses what is no multiple of what it must be", () => {
    const eights = Type.Object({
      factors: Type.Integer({ default: 64, minimum: 8, maximum: 512, multipleOf: 8, description: "length" }),
    });
    assert.deepEqual(completeSettings("toy", eights, { factors: "16" }), { factors: 16 });
    assert.throws(() => completeSettings("toy", eights, { factors: "12" }), {
      code: "CONFIG_INVALID",
      line: 'toy: factors is "12" (it takes integer, a multiple of 8, 8 to 512)',
    });
  });

  it("says what an unknown setting may have meant", () => {
    assert.equal(
      refused({ lamda: 1 }),
      'toy has no setting "lamda" (did you mean lambda? it has k, lambda, centred, values)',
    );
    assert.equal(refused({ toString: 1 }), 'toy has no setting "toString" (it has k, lambda, centred, values)');
  });
});

describe("settings that act only beside others", () => {
  const given = { optimiser: "adam", batch: 5 };
  const conditional = Type.Object({
    optimiser: Type.Enum(["sgd", "als", "adam"], { default: "sgd", description: "how" }),
    rate: Type.Number({ default: 0.1, appliesTo: { optimiser: ["sgd", "adam"] }, description: "of a step" }),
    batch: Type.Integer({ default: 8, appliesTo: { optimiser: ["adam"] }, description: "in a step" }),
    features: Type.Enum(["none", "words"], {
      default: "none",
      appliesTo: { optimiser: ["sgd", "als"] },
      description: "of films",
    }),
    weight: Type.Number({ default: 1, appliesTo: { features: { not: "none" } }, description: "of features" }),
  });

  it("are taken where they do, whichever was given first", () => {
    const expected = { optimiser: "adam", rate: 0.1, batch: 5, features: "none", weight: 1 };
    assert.deepEqual(completeSettings("toy", conditional, given), expected);
    assert.deepEqual(completeSettings("toy", conditional, { batch: "5", optimiser: "adam" }), expected);
    assert.equal(completeSettings("toy", conditional, { features: "words", weight: 2 }).weight, 2);
  });

  it("are refused where they do not, with the setting, the value and the way out", () => {
    const wrong: readonly (readonly [Record<string, unknown>, string])[] = [
      [
        { batch: 5 },
        "toy: batch is 5, and does nothing while optimiser is sgd (leave it out: it acts only with optimiser = adam)",
      ],
      [
        { optimiser: "als", rate: "0.2" },
        "toy: rate is 0.2, and does nothing while optimiser is als (leave it out: it acts only with optimiser = sgd or adam)",
      ],
      [
        { weight: 2 },
        "toy: weight is 2, and does nothing while features is none (leave it out: it acts only with features other than none)",
      ],
    ];
    for (const [set, line] of wrong) {
      assert.throws(() => completeSettings("toy", conditional, set), { code: "CONFIG_INVALID", line });
    }
  });

  it("are taken at their defaults, so that complete settings can be given again", () => {
    for (const set of [{}, given, { features: "words" }, { optimiser: "als" }]) {
      const complete = completeSettings("toy", conditional, set);
      assert.deepEqual(completeSettings("toy", conditional, complete), complete);
    }
  });

  it("are left out by settingsThatAct, with those that need them", () => {
    const set = { optimiser: "adam", rate: 1, features: "words", weight: 3 };
    assert.deepEqual(settingsThatAct("toy", conditional, set), { optimiser: "adam", rate: 1 });
    assert.deepEqual(settingsThatAct("toy", conditional, { ...set, optimiser: "als" }), {
      optimiser: "als",
      features: "words",
      weight: 3,
    });
    assert.equal(settingsThatAct("toy", conditional, given), given);
  });

  it("are named so by the models", () => {
    const wrong: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
      ["mf", { batch: 512 }, /optimiser = adam/],
      ["mf", { optimiser: "als", batch: 512 }, /optimiser = adam/],
      ["mf", { optimiser: "als", rate: 0.02 }, /optimiser = sgd or adam/],
      ["mf", { contentRegularisation: 5 }, /features other than none/],
      ["mf", { optimiser: "adam", features: "genres" }, /optimiser = sgd or als/],
      ["als", { solver: "cholesky", steps: 5 }, /solver = conjugate-gradient/],
      ["als", { contentRegularisation: 5 }, /features other than none/],
      ["als", { scaling: 0, scaledBy: "confidence" }, /scaling other than 0/],
      ["ease", { values: "binary", neutral: 0.5 }, /values = ratings/],
    ];
    for (const [model, set, fix] of wrong) {
      const { settings } = algorithmNamed(model);
      assert.throws(
        () => completeSettings(model, settings, set),
        (error: MatineeError) => error.code === "CONFIG_INVALID" && fix.test(error.fix),
        `${model} ${JSON.stringify(set)}`,
      );
    }
  });

  it("depend on settings that there are, by values that those take", () => {
    for (const { name, settings } of algorithms) {
      const all = settingsOf(settings);
      for (const [key, { appliesTo = {} }] of Object.entries(all)) {
        for (const [other, wanted] of Object.entries(appliesTo)) {
          assert.ok(other in all && other !== key, `${name}: ${key}`);
          for (const value of "not" in wanted ? [wanted.not] : wanted) readSetting(name, settings, other, value);
        }
      }
    }
  });
});

describe("the registry", () => {
  it("names the successors of a model that there is no more", () => {
    const error = { code: "MODEL_UNKNOWN", fix: "use rp3beta or pagerank" };
    assert.throws(() => algorithmNamed("walk"), error);
    assert.throws(() => configure("walk"), error);
    assert.throws(() => configure("hybrid", { models: "walk,tfidf" }), error);
  });

  it("says what an unknown model may have meant", () => {
    assert.throws(() => algorithmNamed("itemknn"), /there is no model "itemknn"/);
    assert.throws(
      () => algorithmNamed("itemknn"),
      (error: MatineeError) => error.fix.startsWith("did you mean item-knn?"),
    );
  });

  it("has settings with a default, help and bounds that the default keeps", () => {
    for (const { name, settings } of algorithms) {
      for (const [key, setting] of Object.entries(settings.properties)) {
        const { default: value, description } = setting as { default?: unknown; description?: string };
        assert.ok(value !== undefined && description, `${name}: ${key}`);
        completeSettings(name, settings, { [key]: value });
      }
    }
  });

  it("chooses by default what the size of the data allows", () => {
    assert.equal(defaultModel({ users: 610, items: 9742, ratings: 100_836 }), "ease");
    assert.equal(defaultModel({ users: 6040, items: 3706, ratings: 1_000_209 }), "ease");
    assert.equal(defaultModel({ users: 40_000, items: 20_000, ratings: 300_000 }), "item-knn"); // ease: 8e12 flops
    assert.equal(defaultModel({ users: 162_541, items: 62_423, ratings: 25_000_095 }), "als");
    assert.equal(defaultModel({ users: 200_948, items: 87_585, ratings: 32_000_204 }), "als");
    assert.equal(defaultModel({ users: 480_189, items: 17_770, ratings: 100_480_507 }), "popular");
  });
});
