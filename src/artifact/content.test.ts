import assert from "node:assert/strict";
import { test } from "node:test";
import { failure, fileOf, forge, list, put, sample } from "../../test/helpers/artifact-bytes.ts";
import type { Tensor } from "../models/model.ts";
import { decodeArtifact } from "./format.ts";

const file = await fileOf(sample());
type Case = readonly [string, RegExp, Uint8Array];

/** One value of the metadata. */
function meta(key: string, value: string | undefined): Uint8Array {
  return forge(file, (metadata) => put(metadata, [key], value));
}
/** One value of the state's outline. */
function outline(path: readonly string[], value: unknown): Uint8Array {
  return forge(file, (metadata) => {
    const state: unknown = JSON.parse(metadata.state);
    put(state, path, value);
    metadata.state = JSON.stringify(state);
  });
}
/** One tensor replaced, or removed. */
function tensor(name: string, value: Tensor["data"] | Tensor | undefined): Uint8Array {
  return forge(file, (_, tensors) => {
    if (!value) assert.ok(tensors.delete(name), name);
    else tensors.set(name, "shape" in value ? value : list(value));
  });
}
function space(name: string, value: Tensor["data"] | Tensor | undefined): Uint8Array {
  return tensor(`space/${name}`, value);
}
const i32 = (...values: number[]) => Int32Array.from(values);
const f64 = (...values: number[]) => Float64Array.from(values);
const child = { algorithm: "a", facts: {} };
const deepFacts = `{"algorithm":"a","facts":{"x":${"[".repeat(1e6)}${"]".repeat(1e6)}}}`;
let deepParts: Record<string, unknown> = { p: child };
for (let n = 0; n < 16; n++) deepParts = { p: { ...child, parts: deepParts } };

const judged = {
  version: "1",
  split: "u1",
  seed: 1,
  train: 2,
  test: 2,
  people: 2,
  view: "both",
  relevant: 4,
  metrics: [],
};
const otherView = JSON.stringify(judged);

const metadata: readonly Case[] = [
  ...["data", "fingerprint", "scale", "config", "seed", "arithmetic", "state"].map(
    (key): Case => [`no ${key}`, new RegExp(`__metadata__ ${key} is missing`), meta(key, undefined)],
  ),
  ["a scale that is not JSON", /scale is not JSON/, meta("scale", "{")],
  ["a scale that is a list", /scale is \[0.5,5,0.5\], not an object/, meta("scale", "[0.5,5,0.5]")],
  ["a scale that overflows", /scale holds Infinity at "max"/, meta("scale", '{"min":1,"max":1e999,"step":1}')],
  ["a scale of texts", /scale max is "5", not a number/, meta("scale", '{"min":1,"max":"5","step":1}')],
  ["a scale without a step", /scale step is undefined/, meta("scale", '{"min":1,"max":5}')],
  ["a scale upside down", /min 5 is above max 1/, meta("scale", '{"min":5,"max":1,"step":1}')],
  ["a negative step", /step is -1/, meta("scale", '{"min":1,"max":5,"step":-1}')],
  ["a config that is a text", /config is "x", not an object/, meta("config", '"x"')],
  ["a config that repeats a key", /config repeats a key/, meta("config", '{"a":1,"a":2}')],
  ["a config with __proto__", /holds the key "__proto__" at "a"/, meta("config", '{"a":{"__proto__":1}}')],
  ["an unknown arithmetic", /arithmetic is "fast", neither strict nor relaxed/, meta("arithmetic", "fast")],
  ["an evaluation that is a list", /evaluation is \[\], not an object/, meta("evaluation", "[]")],
  ["an evaluation without metrics", /evaluation metrics is undefined, not a list/, meta("evaluation", "{}")],
  ["an evaluation of another view", /evaluation view is "both", not shipped or model/, meta("evaluation", otherView)],
  ...(["split", "people", "mean", "low"] as const).map((key): Case => {
    const metrics = [{ name: "rmse", mean: 1, n: 2, low: 0, high: 2 }];
    const whole = { version: "1", split: "u1", seed: 1, train: 2, test: 2, people: 2, relevant: 4, metrics };
    const text = JSON.stringify(whole).replace(new RegExp(`"${key}":("[^"]*"|\\d)`), `"${key}":null`);
    return [
      `an evaluation whose ${key} is null`,
      new RegExp(`evaluation ${key} is null, not a`),
      meta("evaluation", text),
    ];
  }),
  ["earlier trainings that are an object", /earlier is \{\}, not a list/, meta("earlier", "{}")],
  ["an earlier training that is a number", /earlier a training is 1, not an object/, meta("earlier", "[1]")],
  ...(["config", "seed", "arithmetic", "data", "epochs"] as const).map((key): Case => {
    const stage = { config: {}, seed: 1, arithmetic: "strict", data: "ab", epochs: 3, [key]: null };
    return [
      `an earlier training whose ${key} is null`,
      new RegExp(`earlier ${key} is null`),
      meta("earlier", JSON.stringify([stage])),
    ];
  }),
  ["a seed that is a text", /seed is "7", not a number/, meta("seed", '"7"')],
];

const state: readonly Case[] = [
  ["a state that is null", /state is null, not an object/, meta("state", "null")],
  ["facts nested too deep", /deeper than 64 levels at character/, meta("state", deepFacts)],
  ["no algorithm", /algorithm is undefined/, outline(["algorithm"], undefined)],
  ["an algorithm that is a number", /algorithm is 1, not a name/, outline(["algorithm"], 1)],
  ["facts that are a list", /facts is \[\], not an object/, outline(["facts"], [])],
  ["parts that are a list", /parts is \[\], not an object/, outline(["parts"], [])],
  ["an unknown field of the state", /unknown field "code"/, outline(["code"], "")],
  ["a part that is a number", /state\/parts\/left is 1/, outline(["parts", "left"], 1)],
  ["a part with a slash in its name", /"a\/b" cannot name/, outline(["parts", "a/b"], child)],
  ["parts too deep", /parts lie deeper than 16/, outline(["parts"], deepParts)],
  ["a tensor of no part", /"state\/parts\/left\/x" belongs to nothing/, outline(["parts"], undefined)],
  ["a tensor outside state and space", /"weights" belongs to nothing/, tensor("weights", new Uint8Array(1))],
  ["a tensor with an empty name", /"" cannot name/, tensor("state/", new Uint8Array(1))],
  ["a tensor with an odd name", /"_x" cannot name/, tensor("state/_x", new Uint8Array(1))],
];

const flat = { shape: [3, 1], data: new Int32Array(3) };
const lists: readonly Case[] = [
  ["both kinds of ids", /"space\/users\/ids\/offsets" belongs to nothing/, space("users/ids", f64(1, 2))],
  ["no counts", /"space\/counts" is missing/, space("counts", undefined)],
  ["no item ids", /"space\/items\/ids\/bytes" is missing/, space("items/ids", undefined)],
  ["counts of another type", /"space\/counts" is F32, not I32/, space("counts", new Float32Array(3))],
  ["counts of two dimensions", /has shape \[3,1\], not one dimension/, space("counts", flat)],
  ["counts of another length", /"space\/counts" holds 4 elements, not 3/, space("counts", i32(0, 0, 0, 0))],
  ["likes of another length", /"space\/likes" holds 4 elements, not 3/, space("likes", i32(0, 0, 0, 0))],
  ["a negative number of likes", /space\/likes holds -1 at 2, of 1/, space("likes", i32(0, 0, -1))],
  ["more likes than ratings", /space\/likes holds 3 at 0, of 2 ratings/, space("likes", i32(3, 0, 0))],
  ["co-ratings of other items", /co-ratings\/films holds 3 at 1/, space("co-ratings/films", i32(0, 3))],
  ["co-ratings that do not ascend", /co-ratings\/films holds 0 at 1/, space("co-ratings/films", i32(0, 0))],
  ["co-ratings of another length", /both" holds 2 elements, not 3/, space("co-ratings/both", i32(2, 1))],
  ["no users of co-ratings", /users" is missing/, space("co-ratings/users", undefined)],
  ["more ratings than users", /both has 2 users who rated item 0, of 1/, space("co-ratings/users", i32(1))],
  ["more co-ratings than ratings", /both holds 2 for the items 0 and 2/, space("co-ratings/both", i32(2, 2, 1))],
  ["a negative co-rating", /both holds -1 for the items 0 and 2/, space("co-ratings/both", i32(2, -1, 1))],
  ["a negative count", /space\/counts holds -1 at 1/, space("counts", i32(0, -1, 0))],
  ["years of another length", /years" holds 2 elements, not 3/, space("catalog/years", new Int16Array(2))],
  ["imdb of another length", /imdb" holds 2 elements, not 3/, space("catalog/imdb", i32(1, 2))],
  ["tmdb of another length", /tmdb" holds 2 elements, not 3/, space("catalog/tmdb", i32(1, 2))],
  ["ids that do not ascend", /items\/ids: ids must ascend: 2 stands before 2/, space("items/ids", f64(1, 2, 2))],
  ["an id that is no number", /items\/ids holds NaN at 0/, space("items/ids", f64(Number.NaN))],
  ["an id without end", /items\/ids holds Infinity at 2/, space("items/ids", f64(1, 2, 1 / 0))],
  ["text ids that do not ascend", /users\/ids: ids must ascend/, space("users/ids/bytes", Buffer.from("łłZo"))],
  ["fewer titles", /titles\/offsets" holds 3 elements, not 4/, space("catalog/titles/offsets", i32(0, 0, 0))],
  ["no UTF-8", /text 0 of .*titles is not UTF-8/, space("catalog/titles/bytes", new Uint8Array(36).fill(0xff))],
  ["no offsets", /names\/offsets is empty/, space("catalog/tags/names/offsets", i32())],
  ["offsets that begin late", /tags\/names\/offsets begins with 1/, space("catalog/tags/names/offsets", i32(1, 4))],
  ["offsets that end early", /names\/offsets ends with 3, not 4/, space("catalog/tags/names/offsets", i32(0, 3))],
  ["label offsets that fall", /falls from 2 to 0 at 2/, space("catalog/tags/offsets", i32(0, 2, 0, 2))],
  ["negative offsets", /falls from 0 to -2147483648/, space("catalog/tags/offsets", i32(0, -(2 ** 31), 0, 2))],
  ["offsets beyond the end", /tags\/offsets ends with 3, not 2/, space("catalog/tags/offsets", i32(0, 0, 3, 3))],
  ["offsets for fewer films", /genres\/offsets" holds 3 elements/, space("catalog/genres/offsets", i32(0, 2, 3))],
  ["a label without a name", /holds 1 at 0, there are 1 names/, space("catalog/tags/indices", i32(1, 0))],
  ["a negative label", /genres\/indices holds -1 at 2/, space("catalog/genres/indices", i32(0, 1, -1))],
];

for (const [what, message, wrong] of [...metadata, ...state, ...lists]) {
  test(`${what}: ARTIFACT_CONTENT`, async () => {
    const error = await failure(() => decodeArtifact(wrong));
    assert.equal(error.code, "ARTIFACT_CONTENT", error.message);
    assert.match(error.message, message);
    assert.match(error.message, /^artifact: .{1,480}$/);
  });
}

test("the checksum is checked before the content", async () => {
  const wrong = space("counts", i32(0, -1, 0));
  wrong[wrong.length - 1] ^= 1;
  assert.equal((await failure(() => decodeArtifact(wrong))).code, "ARTIFACT_CHECKSUM");
});

test("a header of fifty thousand parts is read in a moment", async () => {
  const started = performance.now();
  const many = forge(file, (metadata, tensors) => {
    const parts = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`p${n}`, child]));
    metadata.state = JSON.stringify({ ...child, parts });
    for (const name of tensors.keys()) if (name.startsWith("state/")) tensors.delete(name);
    for (let n = 0; n < 50_000; n++) tensors.set(`state/parts/p${n}/x`, list(Uint8Array.of(n)));
  });
  assert.equal((await decodeArtifact(many)).state.parts!.p49999.tensors.x.data[0], 49_999 & 255);
  assert.ok(performance.now() - started < 20_000);
});

test("names such as constructor are only names, and no prototype is touched", async () => {
  const base = sample();
  const x = list(Uint8Array.of(1));
  const tensors: Record<string, Tensor> = { constructor: x, valueOf: x };
  const state = { ...base.state, tensors, parts: { constructor: { ...child, tensors: {} } } };
  const read = await decodeArtifact(await fileOf({ ...base, state }));
  assert.deepEqual(Object.keys(read.state.tensors).sort(), ["constructor", "valueOf"]);
  assert.ok(Object.hasOwn(read.state.parts!, "constructor"));
  assert.equal(Object.getPrototypeOf(read.state.tensors), Object.prototype);
  assert.deepEqual(Object.keys(Object.prototype), []);
});
