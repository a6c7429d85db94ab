import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checksum, failure, fileOf, join, plain, sample, split } from "../../test/helpers/artifact-bytes.ts";
import { emptyCatalog, labelsFrom } from "../data/catalog.ts";
import { idsFrom } from "../data/ids.ts";
import { PIECE } from "../hash.ts";
import type { Json, State, Tensor } from "../models/model.ts";
import type { EarlierStage, RecordedEvaluation, Trained } from "../models/trained.ts";
import { decodeArtifact, encodeArtifact } from "./format.ts";

// fast-check's JSON values, without what JSON has no text for (−0) and what an artifact refuses
const json = fc
  .jsonValue({ maxDepth: 4, stringUnit: "binary" })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json)
  .filter((value) => !JSON.stringify(value).includes("__proto__"));
const facts = fc
  .dictionary(fc.string({ unit: "binary" }), json, { noNullPrototype: true })
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, Json>)
  .filter((value) => !Object.hasOwn(value, "__proto__"));
const name = fc.oneof(
  fc.constantFrom("parts", "constructor", "toString", "hasOwnProperty", "x", "0", "bytes"),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:+-]{0,12}$/),
);
const shape = fc.oneof(fc.constant([]), fc.array(fc.nat({ max: 4 }), { maxLength: 3 }));
const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(shape, fc.constantFrom(Float64Array, Float32Array, Int32Array, Int16Array, Uint8Array), fc.boolean())
  .chain(([dims, List, shared]) => {
    const length = dims.reduce((a, b) => a * b, 1);
    const bytes = length * List.BYTES_PER_ELEMENT;
    return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((raw) => {
      const data = viewOf(List, shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
      new Uint8Array(data.buffer).set(raw);
      return { shape: dims, data };
    });
  });
const plainDictionary = <T>(value: fc.Arbitrary<T>, maxKeys: number) =>
  fc.dictionary(name, value, { maxKeys, noNullPrototype: true });
const state: fc.Arbitrary<State> = fc.letrec<{ state: State }>((tie) => ({
  state: fc
    .record({
      algorithm: fc.string({ minLength: 1, unit: "grapheme" }),
      facts,
      tensors: plainDictionary(tensor, 4),
      parts: fc.option(fc.oneof({ depthSize: "small" }, fc.constant({}), plainDictionary(tie("state"), 2)), {
        nil: undefined,
      }),
    })
    .map(({ parts, ...rest }) => (parts ? { ...rest, parts } : rest)),
})).state;

const text = fc
  .oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "\ufeff", "\0", "a\nb", "🎬"))
  .filter((t) => t.isWellFormed());
const ids = fc.oneof(
  fc.uniqueArray(text, { maxLength: 6 }).map((texts) => idsFrom<never>(texts.sort())),
  fc.uniqueArray(fc.integer(), { maxLength: 6 }).map((numbers) => idsFrom<never>(Float64Array.from(numbers).sort())),
);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const evaluation: fc.Arbitrary<RecordedEvaluation> = fc.record(
  {
    version: text,
    split: text,
    ...{ seed: fc.nat(), train: fc.nat(), test: fc.nat(), people: fc.nat() },
    ...{ view: fc.constantFrom("shipped" as const, "model" as const), relevant: finite },
    metrics: fc.array(
      fc.record(
        { name: text, mean: finite, n: fc.nat(), low: finite, high: finite },
        { requiredKeys: ["name", "mean", "n"], noNullPrototype: true },
      ),
      { maxLength: 3 },
    ),
  },
  {
    requiredKeys: ["version", "split", "seed", "train", "test", "people", "relevant", "metrics"],
    noNullPrototype: true,
  },
);
const earlierStage: fc.Arbitrary<EarlierStage> = fc.record(
  {
    ...{ config: facts, seed: fc.nat(), arithmetic: fc.constantFrom("strict" as const, "relaxed" as const) },
    ...{ data: text, version: text, epochs: fc.nat() },
  },
  { requiredKeys: ["config", "seed", "arithmetic", "data", "epochs"], noNullPrototype: true },
);
const outOfCore = fc.record(
  { segmentBytes: fc.nat(), userSegments: fc.nat(), itemSegments: fc.nat() },
  { requiredKeys: ["segmentBytes"], noNullPrototype: true },
);
const trained: fc.Arbitrary<Trained> = fc
  .record({
    users: ids,
    items: ids,
    state,
    name: text,
    config: facts,
    seed: fc.nat(),
    arithmetic: fc.constantFrom("strict", "relaxed"),
    data: text,
    feedback: fc.constantFrom("ratings", "events"),
    known: fc.record(
      { version: text, evaluation, earlier: fc.array(earlierStage, { maxLength: 3 }), outOfCore },
      { requiredKeys: [], noNullPrototype: true },
    ),
    beside: fc.record(
      { predictor: fc.record({ state, config: facts }, { noNullPrototype: true }) },
      { requiredKeys: [], noNullPrototype: true },
    ),
  })
  .chain(({ users, items, state, name, config, seed, arithmetic, data, feedback, known, beside }) => {
    const each = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: items.size, maxLength: items.size });
    const labels = each(fc.array(text, { maxLength: 3 })).map((lists) => labelsFrom(lists, ["spare"]));
    const int32 = each(fc.nat()).map((list) => Int32Array.from(list));
    const years = each(fc.integer({ min: -32768, max: 32767 })).map((list) => Int16Array.from(list));
    const catalog = fc.record(
      { titles: each(text), years, genres: labels, tags: labels, imdb: int32, tmdb: int32 },
      { noNullPrototype: true },
    );
    const more = (counts: Int32Array) => ({
      likes: counts.map((own) => own >> 1),
      coRatings: {
        users: 3,
        films: Int32Array.from(counts.keys()),
        both: new Int32Array((counts.length * (counts.length + 1)) / 2).fill(2),
      },
    });
    return fc.record({ catalog, counts: int32, known: fc.boolean() }, { noNullPrototype: true }).map((own) => ({
      info: {
        name,
        users,
        items,
        catalog: own.catalog,
        scale: { min: 0.5, max: 5, step: 0.5 },
        feedback,
        counts: own.counts,
        ...(own.known ? more(own.counts) : {}),
      },
      state,
      record: { config, seed, arithmetic, data, ...known },
      ...beside,
    }));
  });

test("any model comes back as it was, from any place in memory, and the same model gives the same bytes", async () => {
  await fc.assert(
    fc.asyncProperty(trained, fc.nat({ max: 9 }), async (model, offset) => {
      const file = await fileOf(model);
      const moved = new Uint8Array(file.length + offset);
      moved.set(file, offset);
      const read = await decodeArtifact(moved.subarray(offset));
      assert.deepStrictEqual(plain(read), plain(model));
      assert.deepEqual(await fileOf(read), file);
    }),
    { numRuns: 300 },
  );
});

test("the order of tensors in memory does not change the file", async () => {
  const model = sample();
  const tensors = Object.fromEntries(Object.entries(model.state.tensors).reverse());
  assert.deepEqual(await fileOf({ ...model, state: { ...model.state, tensors } }), await fileOf(model));
});

test("the file is a safetensors file: order, alignment, no holes, only texts in the metadata", async () => {
  const { text, section } = split(await fileOf(sample()));
  const { __metadata__: metadata, ...tensors } = JSON.parse(text);
  for (const value of Object.values(metadata)) assert.equal(typeof value, "string");
  const width: Record<string, number> = { F64: 8, F32: 4, I32: 4, I16: 2, U8: 1 };
  let end = 0;
  for (const { dtype, shape, data_offsets } of Object.values<{
    dtype: string;
    shape: number[];
    data_offsets: number[];
  }>(tensors)) {
    assert.equal(data_offsets[0], end);
    assert.equal(end % width[dtype], 0);
    end += width[dtype] * shape.reduce((a, b) => a * b, 1);
    assert.equal(data_offsets[1], end);
  }
  assert.equal(end, section.length);
  assert.equal((8 + new DataView((await fileOf(sample())).buffer).getUint32(0, true)) % 8, 0);
});

test("tensors are views: encoding shares the model's memory, decoding the file's", async () => {
  const model = sample();
  const { chunks } = await encodeArtifact(model);
  const { data } = model.state.tensors.items;
  assert.ok(chunks.some((chunk) => chunk.buffer === data.buffer && chunk.byteOffset === data.byteOffset));
  const file = await fileOf(model);
  assert.equal((await decodeArtifact(file)).state.tensors.items.data.buffer, file.buffer);
});

test("the checksum follows the documented recipe over pieces and across tensors, in shared memory too", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(PIECE + 5));
  const large = new Float32Array(PIECE / 2 + 3);
  for (let n = 0; n < large.length; n++) large[n] = n;
  for (let n = 0; n < shared.length; n++) shared[n] = n * 7;
  const base = sample();
  const tensors = { shared: { shape: [shared.length], data: shared }, large: { shape: [large.length], data: large } };
  const file = await fileOf({ ...base, state: { algorithm: "large", facts: {}, tensors } });
  const { text, section } = split(file);
  const digits: string = JSON.parse(text).__metadata__.checksum;
  const head = Buffer.from(file.subarray(0, file.length - section.length));
  head.write("0".repeat(64), head.indexOf(digits));
  assert.equal(digits, checksum(head, section));
  assert.deepEqual((await decodeArtifact(file)).state.tensors.shared.data, shared);
  const inSharedMemory = new Uint8Array(new SharedArrayBuffer(file.length));
  inSharedMemory.set(file);
  assert.deepEqual(plain(await decodeArtifact(inSharedMemory)), plain(await decodeArtifact(file)));
});

const unwritable: [string, RegExp, (model: Trained) => Trained][] = [
  [
    "a fact that is NaN",
    /state holds NaN at "facts\.a\.b\[1\]"/,
    (m) => withState(m, { facts: { a: { b: [1, Number.NaN] } } }),
  ],
  [
    "a fact of another kind",
    /holds \[object Map\]/,
    (m) => withState(m, { facts: { a: new Map() as unknown as Json } }),
  ],
  [
    "a fact that is undefined",
    /holds \[object Undefined\]/,
    (m) => withState(m, { facts: { a: undefined as unknown as Json } }),
  ],
  ["facts that hold themselves", /deeper than 64/, (m) => withState(m, { facts: circular() })],
  [
    "a tensor name with a slash",
    /"a\/b" cannot name/,
    (m) => withState(m, { tensors: { "a/b": { shape: [0], data: new Uint8Array() } } }),
  ],
  [
    "a part called __proto__",
    /"__proto__" cannot name/,
    (m) => withState(m, { parts: JSON.parse('{"__proto__":{}}') }),
  ],
  [
    "a shape that does not fit",
    /shape \[2,2\] does not hold 3 elements/,
    (m) => withState(m, { tensors: { x: { shape: [2, 2], data: new Uint8Array(3) } } }),
  ],
  [
    "a negative shape",
    /shape \[-1,-1\]/,
    (m) => withState(m, { tensors: { x: { shape: [-1, -1], data: new Uint8Array(1) } } }),
  ],
  [
    "an element type without a name",
    /BigInt64Array\] is not a tensor type/,
    (m) => withState(m, { tensors: { x: { shape: [1], data: new BigInt64Array(1) as unknown as Uint8Array } } }),
  ],
  [
    "half a surrogate pair in a title",
    /text 1 of space\/catalog\/titles holds half/,
    (m) => ({ ...m, info: { ...m.info, catalog: { ...m.info.catalog, titles: ["", "\ud800", ""] } } }),
  ],
  ["half a surrogate pair in the name", /data holds half/, (m) => ({ ...m, info: { ...m.info, name: "\udc00" } })],
  [
    "a catalog of another length",
    /years.*holds 2 elements, not 3/,
    (m) => ({ ...m, info: { ...m.info, catalog: { ...emptyCatalog(3), years: new Int16Array(2) } } }),
  ],
  [
    "a seed that is not finite",
    /seed holds Infinity/,
    (m) => ({ ...m, record: { ...m.record, seed: Number.POSITIVE_INFINITY } }),
  ],
  [
    "a scale upside down",
    /min 5 is above max 1/,
    (m) => ({ ...m, info: { ...m.info, scale: { min: 5, max: 1, step: 1 } } }),
  ],
];
for (const [what, message, change] of unwritable) {
  test(`${what} is refused when writing`, async () => {
    const error = await failure(() => encodeArtifact(change(sample())));
    assert.equal(error.code, "ARTIFACT_CONTENT");
    assert.match(error.message, message);
  });
}

test("parts may lie 16 levels deep, not 17", async () => {
  const nested = (depth: number): State => ({
    algorithm: "a",
    facts: {},
    tensors: {},
    ...(depth ? { parts: { p: nested(depth - 1) } } : {}),
  });
  await decodeArtifact(await fileOf(withState(sample(), nested(16))));
  const error = await failure(() => encodeArtifact(withState(sample(), nested(17))));
  assert.match(error.message, /parts lie deeper than 16 levels/);
});

test("a file without any tensor bytes can be read", async () => {
  const none = idsFrom<never>([]);
  const { coRatings: _, ...others } = sample().info; // the number of users takes bytes
  const info = {
    ...others,
    users: none,
    items: none,
    catalog: { ...emptyCatalog(0) },
    counts: new Int32Array(0),
    likes: new Int32Array(0),
  };
  const read = await decodeArtifact(
    join(await encodeArtifact({ ...sample(), info, state: { algorithm: "a", facts: {}, tensors: {} } })),
  );
  assert.equal(read.info.items.size, 0);
});

function withState(model: Trained, change: Partial<State>): Trained {
  return { ...model, state: { ...model.state, ...change } };
}

function circular(): Record<string, Json> {
  const facts: Record<string, Json> = {};
  facts.self = facts;
  return facts;
}

type List =
  | Float64ArrayConstructor
  | Float32ArrayConstructor
  | Int32ArrayConstructor
  | Int16ArrayConstructor
  | Uint8ArrayConstructor;
function viewOf(List: List, bytes: ArrayBufferLike): Tensor["data"] {
  return new (List as new (bytes: ArrayBufferLike) => Tensor["data"])(bytes);
}
