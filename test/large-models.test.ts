/** Models whose vectors of items stay in their file, for want of memory: they answer as models that are read as a whole. */
import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, describe, it } from "node:test";
import { readArtifact, readArtifactWithin, writeArtifact } from "../src/artifact/file.ts";
import { storedBytes } from "../src/artifact/stored-tensors.ts";
import { createEngine } from "../src/compute/pool.ts";
import { emptyCatalog } from "../src/data/catalog.ts";
import { asItemIndex, datasetFromCsr, type ItemIndex } from "../src/data/dataset.ts";
import { idsFrom } from "../src/data/ids.ts";
import type { MatineeError } from "../src/errors.ts";
import { loadRecommender } from "../src/index.ts";
import { csrFromTriplets } from "../src/matrix/csr.ts";
import { configure } from "../src/models/configure.ts";
import { fit } from "../src/models/fit.ts";
import type { ModelSpec, State, Tensor } from "../src/models/model.ts";
import type { Trained } from "../src/models/trained.ts";
import { random } from "../src/random.ts";
import { type OpenModel, openModel } from "../src/recommend/open-model.ts";
import { predict } from "../src/recommend/predict.ts";
import { queryFromRatings } from "../src/recommend/query.ts";
import { recommend } from "../src/recommend/recommend.ts";
import { recommendAll } from "../src/recommend/recommend-all.ts";
import { similarItems } from "../src/recommend/similar.ts";
import { temporaryFolder } from "./helpers/command.ts";
import { filmDataset } from "./helpers/films.ts";
import { modelFolderWith } from "./helpers/model-folder.ts";

/** Three portions of vectors of 16 numbers, the last one shorter, and no multiple of four. */
const items = 40_003;

/** A state with made-up vectors of so many items, as are those of its parts; of every 257th item it knows nothing. */
function enlarged(state: State, seed = 5): State {
  const { float } = random(seed);
  const others = Object.entries(state.tensors).map(([name, tensor]): [string, Tensor] => {
    const { shape, data } = tensor;
    if (name === "ratingCounts") return [name, { shape: [items], data: new Int32Array(items).map((_, n) => n % 90) }];
    if (shape[0] !== filmDataset().items.size || !(data instanceof Float32Array)) return [name, tensor];
    const width = shape[1] ?? 1;
    const known = (n: number) => Math.floor(n / width) % 257 !== 0;
    const made = Float32Array.from({ length: items * width }, (_, n) => (known(n) ? float() - 0.5 : 0));
    return [name, { shape: [items, ...shape.slice(1)], data: made }];
  });
  const parts = Object.entries(state.parts ?? {}).map(([name, part], n) => [name, enlarged(part, 6 + n)] as const);
  // So little that single precision cannot solve for a user.
  const facts = state.facts.scaling === 0 ? { ...state.facts, regularisation: 1e-6 } : state.facts;
  return {
    ...state,
    facts,
    tensors: Object.fromEntries(others),
    ...(state.parts && { parts: Object.fromEntries(parts) }),
  };
}

/** Ratings twice as high. */
function upToTen() {
  const data = filmDataset();
  const scale = { min: 1, max: 10, step: 1 };
  return datasetFromCsr(
    { ...data, scale },
    { ...data.byUser, values: data.byUser.values.map((r) => 2 * r) },
    data.report,
  );
}

/** A model of vectors, over so many items. */
async function largeModel(spec: ModelSpec = configure("als", { factors: 16 }), data = filmDataset()): Promise<Trained> {
  const { info, state, record, predictor } = await fit(data, spec);
  const { likes: _, coRatings: __, ...others } = info;
  const space = {
    items: idsFrom<ItemIndex>(Float64Array.from({ length: items }, (_, n) => n + 1)),
    catalog: emptyCatalog(items),
    counts: new Int32Array(items).fill(3),
  };
  const second = predictor && { predictor: { ...predictor, state: enlarged(predictor.state, 9) } };
  return { info: { ...others, ...space }, record, state: enlarged(state), ...second };
}

const mf = (settings: object = {}) => configure("mf", { factors: 12, epochs: 2, ...settings });
/** All kinds of models that leave vectors in their file. */
const kinds: Readonly<Record<string, ModelSpec>> = {
  als: configure("als", { factors: 16 }),
  mf: mf({ keepUsers: true }),
  "mf by least squares": mf({ optimiser: "als", scaling: 0 }),
  "mf without biases": mf({ biases: "none", caution: 0 }),
  "mf with damped biases": mf({ biases: "damped" }),
  "als beside an mf that predicts": { ...configure("als", { factors: 16 }), predictor: mf() },
  "mf of ratings up to ten": mf(),
  "a blend of the two": configure("hybrid", { models: "als,mf", settings: "als.factors=16,mf.factors=12" }),
};

const within = (path: string) => readArtifactWithin(path, { whole: 10_000 });
const codeOf = (work: Promise<unknown> | (() => unknown)) =>
  (typeof work === "function" ? Promise.resolve().then(work) : work).then(
    () => "",
    (error: MatineeError) => error.code,
  );

describe("a model whose vectors of items stay in its file", () => {
  let path: string;
  let trained: Trained;
  before(async () => {
    path = join(temporaryFolder(), "als.matinee");
    trained = await largeModel();
    await writeArtifact(path, trained);
  });
  const copied = () => {
    const copy = join(temporaryFolder(), "copy.matinee");
    copyFileSync(path, copy);
    return copy;
  };
  const queryOf = ({ info }: OpenModel, ratings: number) =>
    queryFromRatings(
      info,
      Array.from({ length: ratings }, (_, n) => [asItemIndex((n * 7919) % items), 1 + (n % 5)] as const),
    );

  it("lists what it lists as a whole, with the same scores, reasons and similar items, to the bit", async () => {
    const left = await within(path);
    assert.equal(storedBytes(left), 4 * 16 * items);
    using whole = openModel(await readArtifact(path));
    using stored = openModel(left);
    for (const ratings of [0, 1, 30, 3000]) {
      const ask = (opened: OpenModel) => recommend(opened, queryOf(opened, ratings), { k: 200, explain: true });
      assert.deepEqual(await ask(stored), await ask(whole));
    }
    for (const item of [0, 1, 17_000, items - 1]) {
      assert.deepEqual(similarItems(stored, asItemIndex(item), 50), similarItems(whole, asItemIndex(item), 50));
    }
    const query = queryOf(whole, 20);
    const varied = { diversity: 0.4, session: [5, 39_000].map(asItemIndex) };
    assert.deepEqual(await recommend(stored, query, varied), await recommend(whole, query, varied));
  });

  for (const [kind, spec] of Object.entries(kinds)) {
    it(`gives the same lists, reasons and predictions to the bit, to one user and to everybody (${kind})`, async () => {
      const file = join(temporaryFolder(), "large.matinee");
      await writeArtifact(file, await largeModel(spec, kind.endsWith("ten") ? upToTen() : filmDataset()));
      const left = await within(file);
      assert.ok(storedBytes(left) >= 4 * 12 * items);
      using whole = openModel(await readArtifact(file));
      using stored = openModel(left);
      for (const ratings of [0, 1, 40]) {
        const ask = (opened: OpenModel) => recommend(opened, queryOf(opened, ratings), { k: 50, explain: true });
        assert.deepEqual(await ask(stored), await ask(whole));
        if (!whole.model.ask(queryOf(whole, 1)).predict) continue;
        const wanted = [0, 1, 2, 7919, 257 * 9, items - 1].map(asItemIndex);
        const predicted = (opened: OpenModel) => predict(opened, queryOf(opened, ratings), wanted);
        assert.deepEqual(predicted(stored), predicted(whole));
      }
      const { float } = random(3);
      const byUser = csrFromTriplets(70, items, {
        rowOf: Int32Array.from({ length: 3000 }, (_, n) => (n < 2400 ? 5 : n % 69)),
        columnOf: Int32Array.from({ length: 3000 }, () => Math.floor(float() * items)),
        values: Float32Array.from({ length: 3000 }, () => 0.5 + 0.5 * Math.floor(10 * float())),
      }).csr;
      for (const [threads, k] of [
        [1, 10],
        [3, 10],
        [1, 300],
      ]) {
        using engine = await createEngine({ threads });
        const users = new Int32Array(70).fill(-1);
        const listed = (opened: OpenModel) => recommendAll(opened, { byUser }, { k, engine, users });
        assert.deepEqual(await listed(stored), await listed(whole));
      }
    });
  }

  it("keeps none of them in memory", async () => {
    const { state } = await within(path);
    const kept = Object.entries(state.tensors).map(([name, { shape }]) => [name, shape]);
    assert.deepEqual(kept, [
      ["gram", [16, 16]],
      ["norms", [items]],
    ]);
  });

  it("lets other work in between while it scores, and two lists at a time are those of one after the other", async () => {
    using stored = openModel(await within(path));
    const alone = [await recommend(stored, queryOf(stored, 10)), await recommend(stored, queryOf(stored, 40))];
    let steps = 0;
    const step = async () => {
      steps++;
      await new Promise(setImmediate);
    };
    const together = [10, 40].map((ratings) => recommend(stored, queryOf(stored, ratings), { step }));
    assert.deepEqual(await Promise.all(together), alone);
    assert.ok(steps > 2 * 3 + 2 * 10, `${steps}`);
  });

  it("is read with every check: of damage anywhere, of an end too early, of numbers that no model has", async () => {
    const bytes = readFileSync(path);
    for (const at of [0, 5000, bytes.length / 2, bytes.length - 1].map(Math.floor)) {
      const copy = join(temporaryFolder(), "damaged.matinee");
      const damaged = Buffer.from(bytes);
      damaged[at] ^= 0x10;
      writeFileSync(copy, damaged);
      const [whole, stored] = [await codeOf(readArtifact(copy)), await codeOf(within(copy))];
      assert.match(stored, /^ARTIFACT_/, `byte ${at}`);
      assert.equal(stored, whole, `byte ${at}`);
    }
    const cut = copied();
    truncateSync(cut, bytes.length - 1);
    assert.equal(await codeOf(within(cut)), "ARTIFACT_TRUNCATED");
    const odd = join(temporaryFolder(), "odd.matinee");
    const { data } = trained.state.tensors.items;
    const { [16 * 20_000]: was } = data;
    data[16 * 20_000] = 1e20;
    await writeArtifact(odd, trained);
    data[16 * 20_000] = was;
    assert.equal(await codeOf(within(odd)), "ARTIFACT_CONTENT");
  });

  it("goes on when its file is replaced, and refuses to when it is changed in its place", async () => {
    const [replaced, changed] = [copied(), copied()];
    using first = openModel(await within(replaced));
    using second = openModel(await within(changed));
    const list = await recommend(first, queryOf(first, 5));
    await writeArtifact(replaced, await fit(filmDataset(), configure("popular")));
    assert.deepEqual(await recommend(first, queryOf(first, 5)), list);
    appendFileSync(changed, "more");
    assert.equal(await codeOf(recommend(second, queryOf(second, 5))), "ARTIFACT_CHECKSUM");
  });

  it("is not saved again, and does not pretend to have all vectors at hand", async () => {
    using recommender = await loadRecommender(path, { memory: 20_000 });
    assert.equal(await codeOf(recommender.save(join(dirname(path), "again.matinee"))), "ARTIFACT_CONTENT");
    assert.equal(recommender.opened.model.vectors, undefined);
    using whole = await loadRecommender(path);
    assert.notEqual(whole.opened.model.vectors, undefined);
  });

  it("leaves vectors of users of neural in the file of a model that answers", async () => {
    const file = join(temporaryFolder(), "neural.matinee");
    await writeArtifact(file, await fit(filmDataset(), configure("neural", { keepUsers: true, epochs: 1 })));
    const { state } = await readArtifactWithin(file, { whole: Number.POSITIVE_INFINITY, toAnswer: true });
    assert.deepEqual(Object.keys(state.stored ?? {}), ["users"]);
    using opened = openModel(await readArtifact(file));
    using answering = openModel(await readArtifactWithin(file, { whole: 1e9, toAnswer: true }));
    const ask = (opened: OpenModel) => recommend(opened, queryFromRatings(opened.info, [[asItemIndex(0), 5]]));
    assert.deepEqual(await ask(answering), await ask(opened));
  });

  it("leaves vectors of users of mf in the file too, which no answer needs", async () => {
    const file = join(temporaryFolder(), "mf.matinee");
    const data = filmDataset();
    await writeArtifact(file, await fit(data, configure("mf", { factors: 8, keepUsers: true })));
    const left = await readArtifactWithin(file, { whole: 1000 });
    assert.equal(storedBytes(left), 4 * 8 * data.items.size);
    assert.deepEqual(Object.keys(left.state.stored ?? {}).sort(), ["items", "users"]);
    assert.equal(Object.hasOwn(left.state.tensors, "users"), false);
    const served = await readArtifactWithin(file, { whole: Number.POSITIVE_INFINITY, toAnswer: true });
    assert.deepEqual(Object.keys(served.state.stored ?? {}), ["users"], "whatever the size of the file");
    assert.equal(storedBytes(served), 0);
    using whole = openModel(await readArtifact(file));
    using answering = openModel(served);
    const ask = (opened: OpenModel) => recommend(opened, queryFromRatings(opened.info, [[asItemIndex(0), 5]]));
    assert.deepEqual(await ask(answering), await ask(whole));
  });

  it("answers from a folder of models beyond the size that is read into memory", async () => {
    await using made = await modelFolderWith({ popular: ["popular"] });
    copyFileSync(path, made.file("large"));
    await using server = await made.serve({ limits: { fileBytes: 2_000_000 } });
    const ask = (method: "GET" | "POST", url: string, payload?: object) =>
      server.app.inject({ method, url, ...(payload && { payload }) });
    const activated = await ask("POST", "/api/v1/models/large/activate");
    assert.equal(activated.statusCode, 200, activated.body);
    const body = { ratings: [{ id: 2, rating: 5 }], k: 5 };
    const answer = (await ask("POST", "/api/v1/recommendations", body)).json();
    using whole = openModel(await readArtifact(path));
    const list = await recommend(whole, queryFromRatings(whole.info, [[asItemIndex(1), 5]]), { k: 5 });
    assert.deepEqual(
      answer.items.map(({ id, score }: { id: number; score: number }) => [id, score]),
      list.map(({ id, score }) => [id, score]),
    );
    await using narrow = await made.serve({ limits: { fileBytes: 500_000 } });
    assert.equal(narrow.models.status().problem?.code, "ARTIFACT_LIMIT", "what is read into memory is bounded");
  });
});
