/** A saved model may come from anywhere: whatever its facts and tensors say, it is refused by name, or answers with numbers, soon. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import { asItemIndex, type UserIndex } from "../../src/data/dataset.ts";
import { idsFrom } from "../../src/data/ids.ts";
import { MatineeError } from "../../src/errors.ts";
import { configure } from "../../src/models/configure.ts";
import { checkReadNumbers } from "../../src/models/finite.ts";
import { fit } from "../../src/models/fit.ts";
import type { Json, State, Tensor } from "../../src/models/model.ts";
import type { Trained } from "../../src/models/trained.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { predict } from "../../src/recommend/predict.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { similar } from "../../src/recommend/similar.ts";
import { letterEmbedder as embedder } from "../helpers/embedder.ts";
import { sharedLocalEngine } from "../helpers/engines.ts";
import { randomDataset } from "../helpers/toy.ts";
import { variants } from "./variants.ts";

const data = randomDataset(12, 20, 0.3, 3);
const profile = { items: Int32Array.of(1, 4, 7), values: Float32Array.of(5, 3, 1) };
const numbers = [-1, 0, 0.999999999, 2 ** 31 - 2, 1e15, -1e15, 1e308];
const texts = ["", "none", "constructor"];
const floats = [Number.NaN, Infinity, -Infinity, 3e38, 1e15, -1e15, -1, 0];
const integers = [-1, 2 ** 31 - 2, 1000];

/** The state with one fact or tensor replaced, each in a way that a file can hold. */
function* damaged(state: State): Iterable<readonly [what: string, State]> {
  for (const [name, fact] of Object.entries(state.facts)) {
    for (const value of otherFacts(fact)) {
      yield [`fact ${name} = ${JSON.stringify(value)}`, { ...state, facts: { ...state.facts, [name]: value } }];
    }
    const { [name]: _, ...facts } = state.facts;
    yield [`no fact ${name}`, { ...state, facts }];
  }
  for (const [name, tensor] of Object.entries(state.tensors)) {
    for (const [what, other] of otherTensors(tensor)) {
      yield [`tensor ${name}: ${what}`, { ...state, tensors: { ...state.tensors, [name]: other } }];
    }
    const { [name]: _, ...tensors } = state.tensors;
    yield [`no tensor ${name}`, { ...state, tensors }];
  }
  for (const [name, part] of Object.entries(state.parts ?? {})) {
    for (const [what, other] of damaged(part)) {
      yield [`part ${name}: ${what}`, { ...state, parts: { ...state.parts, [name]: other } }];
    }
  }
}

function* otherFacts(fact: Json): Iterable<Json> {
  if (typeof fact === "number") yield* numbers.filter((number) => number !== fact);
  if (typeof fact === "string") yield* texts;
  if (typeof fact === "boolean") yield !fact;
  if (Array.isArray(fact)) {
    yield [];
    yield [...fact, ...fact];
    if (fact.length > 0) for (const first of otherFacts(fact[0])) yield [first, ...fact.slice(1)];
  } else if (typeof fact === "object" && fact !== null) {
    for (const [name, inner] of Object.entries(fact))
      for (const other of otherFacts(inner as Json)) yield { ...fact, [name]: other };
  }
  yield null;
}

function* otherTensors({ shape, data }: Tensor): Iterable<readonly [string, Tensor]> {
  const size = data.length;
  const values = data instanceof Float32Array || data instanceof Float64Array ? floats : integers;
  for (const at of new Set([0, size - 1])) {
    if (size === 0) continue;
    for (const value of values) {
      const other = data.slice();
      other[at] = value;
      yield [`${value} at ${at}`, { shape, data: other }];
    }
  }
  const [rows, ...rest] = shape;
  const width = rest.reduce((product, extent) => product * extent, 1);
  if (rows > 0) yield ["a row less", { shape: [rows - 1, ...rest], data: data.slice(0, (rows - 1) * width) }];
  const more = new (data.constructor as new (length: number) => typeof data)(size + width);
  more.set(data);
  yield ["a row more", { shape: [rows + 1, ...rest], data: more }];
}

/** Of models one after the other; another one once a state that was refused has left something in it. */
let engine = localEngine(2 ** 26);

/** Asks whatever can be asked, and checks that answers are numbers. */
async function ask(trained: Trained): Promise<void> {
  checkReadNumbers(trained.state); // as reading a file does
  if (engine.used > 0) engine = localEngine(2 ** 26);
  using opened = openModel(trained, engine);
  const list = await recommend(opened, { profile }, { k: 5, explain: true });
  const values = list.flatMap(({ score, predicted = 0, parts = [] }) => [
    score,
    predicted,
    ...parts.map((part) => part.value),
  ]);
  for (const user of [0, data.users.size - 1]) opened.model.ask({ profile, user }).neighbours?.();
  try {
    values.push(...predict(opened, { profile }, [asItemIndex(0), asItemIndex(19)]).map(({ predicted }) => predicted));
  } catch (error) {
    if ((error as MatineeError).code !== "CAPABILITY_MISSING") throw error;
  }
  try {
    values.push(...similar(opened, asItemIndex(3), 5).map(({ score }) => score));
  } catch (error) {
    if ((error as MatineeError).code !== "CAPABILITY_MISSING") throw error;
  }
  assert.ok(values.every(Number.isFinite), `answers with ${values.find((value) => !Number.isFinite(value))}`);
}

/** Milliseconds of the processor. */
const slow = 1000;
for (const { algorithm, title, set, suited } of variants) {
  const { name } = algorithm;
  // with its defaults, and where it keeps other tensors
  if (title !== name && !("features" in set) && !("models" in set)) continue;
  describe(`${title} from a damaged state`, () => {
    it("is refused by name, or answers with numbers", async () => {
      const trained = await fit(suited(data), configure(name, set), { seed: 7, embedder, engine: sharedLocalEngine });
      const faults: string[] = [];
      for (const [what, state] of damaged(trained.state)) {
        const start = process.cpuUsage();
        try {
          await ask({ ...trained, state });
        } catch (error) {
          const refused =
            error instanceof MatineeError && ["ARTIFACT_CONTENT", "MODEL_UNKNOWN", "MEMORY"].includes(error.code);
          if (!refused)
            faults.push(
              `${what}: ${error instanceof MatineeError ? error.code : ""} ${(error as Error).message.slice(0, 120)}`,
            );
        }
        const { user, system } = process.cpuUsage(start);
        const took = (user + system) / 1000;
        if (took > slow) faults.push(`${what}: took ${Math.round(took)} ms`);
      }
      assert.deepEqual(faults, []);
    });
  });
}

it("opens no part of a hybrid twice", async () => {
  const trained = await fit(data, configure("hybrid", { models: "popular,item-knn" }), { seed: 7 });
  const { state } = trained;
  const { popular, "item-knn": knn } = state.parts!;
  const again = { ...state, facts: { ...state.facts, models: ["popular", "popular"] }, parts: { popular, other: knn } };
  assert.throws(() => openModel({ ...trained, state: again }), { code: "ARTIFACT_CONTENT", message: /popular twice/ });
});

it("refuses ratings of more users than it names", async () => {
  const trained = await fit(data, configure("user-knn"));
  const users = idsFrom<UserIndex>(Float64Array.of(1, 2, 3));
  const fewer = { ...trained, info: { ...trained.info, users } };
  assert.throws(() => openModel(fewer), { code: "ARTIFACT_CONTENT", message: /ratings of 12 users, and names 3/ });
});
