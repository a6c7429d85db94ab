import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { fileOf, forge, sample } from "../../test/helpers/artifact-bytes.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { contender } from "../evaluate/contender.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { recordEvaluation } from "../evaluate/record-evaluation.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import type { Trained } from "../models/trained.ts";
import { splitRatings, splits } from "../split/splits.ts";
import { version } from "../version.ts";
import { modelCard } from "./card.ts";
import { decodeArtifact } from "./format.ts";

describe("the card of a model", () => {
  let trained: Trained;
  before(async () => {
    trained = await fit(filmDataset(), configure("item-knn", { k: "7" }), { seed: 3 });
  });

  it("says what is known of the model, and that nothing is recorded of its quality", () => {
    const card = modelCard(trained);
    for (const line of [
      "# item-knn on films",
      "- Learns from ratings",
      "- Seed: 3",
      "- Arithmetic: strict",
      `- Trained by Matinee ${version}`,
      `- Fingerprint: ${trained.record.data}`,
      "- 16 ratings of 7 items by 6 users",
      "- Scale: 0.5 to 5 in steps of 0.5",
      "Nothing is recorded of how well it does.",
      "- The ratings of a new user get the answer that training on them gives.",
      "- The file holds the ids of the 6 users.",
    ]) {
      assert.ok(card.split("\n").includes(line), `${line}\n${card}`);
    }
    assert.match(card, /^- Settings: k = 7, /m);
    assert.match(card, /^- It knows 8 items and no others\. 1 of them have no ratings\.$/m);
  });

  it("says that a file holds users' ratings, where the model or a part of it keeps them", async () => {
    for (const spec of [configure("user-knn"), configure("hybrid", { models: "user-knn,tfidf", weights: "equal" })]) {
      const card = modelCard(await fit(filmDataset(), spec));
      assert.match(card, /^- The file holds the ids of the 6 users, and their ratings\.$/m);
    }
  });

  it("says that a file holds vectors of users, where training kept them", async () => {
    const spec = configure("mf", { factors: 4, epochs: 1, keepUsers: true });
    const card = modelCard(await fit(filmDataset(), spec));
    assert.match(card, /^- The file holds the ids of the 6 users, and the vectors that training found for them\.$/m);
  });

  it("tells of earlier trainings, by what was other in them", async () => {
    const from = await fit(filmDataset(), configure("mf", { factors: 4, epochs: 2 }), { seed: 5 });
    const again = await fit(filmDataset(), configure("mf", { factors: 4, epochs: 2 }), { from });
    const other = { ...again.record, data: "00" };
    assert.match(
      modelCard(again),
      /^- Went on from an earlier training: 2 epochs, the same settings, seed 5, the same data$/m,
    );
    const newer = modelCard({ ...again, record: { ...other, config: { ...other.config, rate: 0.5 } } });
    assert.match(newer, /^- Went on from .*: 2 epochs, rate = 0\.01, seed 5, data of the fingerprint [0-9a-f]{64}$/m);
  });

  it("names the model that predicts ratings beside it", async () => {
    const card = modelCard(await fit(filmDataset(), { ...configure("popular"), predictor: configure("user-knn") }));
    assert.match(card, /^- Ratings are predicted by: user-knn \(preset = "none", .*k = 100, /m);
    assert.match(card, /users, and their ratings\.$/m);
  });

  it("calls amounts of events by their name", async () => {
    const card = modelCard(await fit({ ...filmDataset(), feedback: "events" }, configure("popular")));
    assert.match(card, /^- 16 events of 7 items by 6 users\n- Amounts: 0\.5 to 5$/m);
    assert.match(card, /^- It predicts no ratings: it learnt from amounts of events\.$/m);
  });

  it("tells what was measured, in the file too", async () => {
    const data = filmDataset();
    const contenders = [contender(configure("popular")), contender(configure("item-knn", { k: "7" }))];
    const options = { metrics: ["hit-rate@3", "rmse"], relevant: 3 } as const;
    const { evaluation } = await evaluate(data, contenders, splitRatings(data, splits.perUser(0.5), 0), options);
    const recorded = recordEvaluation(trained, evaluation);
    const { mean, low, high, n } = evaluation.models[1].metrics["hit-rate@3"];
    const row = `| hit-rate@3 | ${mean.toFixed(4)} | ${low!.toFixed(4)} – ${high!.toFixed(4)} | ${n} |`;
    const card = modelCard(recorded);
    assert.ok(card.includes(`\n${row}\n`), card);
    assert.match(
      card,
      /Measured by Matinee .* per-user:0\.5 with seed 0, \d+ to train on, \d+ held out of \d users; relevant from 3; lists as shipped/,
    );
    assert.equal(modelCard(await decodeArtifact(await fileOf(recorded))), card);
    const other = await fit(data, configure("item-knn", { k: "8" }));
    assert.throws(() => recordEvaluation(other, evaluation), {
      code: "USAGE",
      message: /no item-knn with the settings/,
    });
    const elsewhere = { ...trained, record: { ...trained.record, data: "00" } };
    assert.throws(() => recordEvaluation(elsewhere, evaluation), {
      code: "USAGE",
      message: /the model of other ratings/,
    });
  });

  it("is text in the file, and not needed to open one", async () => {
    const file = await fileOf(trained);
    const header = Buffer.from(file.subarray(8, 8 + new DataView(file.buffer).getUint32(0, true))).toString();
    assert.equal(JSON.parse(header).__metadata__.card, modelCard(trained));
    const older = forge(file, (metadata) => {
      delete metadata.card;
      delete metadata.matinee;
    });
    const { version: _, ...record } = trained.record;
    assert.deepEqual((await decodeArtifact(older)).record, record);
    assert.match(
      modelCard(await decodeArtifact(older)),
      /^- Trained by Matinee of a version that its file does not name$/m,
    );
  });

  it("takes names as text", () => {
    const model = sample();
    const name = "a|b`<script>\n# x\ud83c";
    const card = modelCard({ ...model, info: { ...model.info, name } });
    assert.match(card, /^# parent on a\\\|b\\`\\<script\\> \\# x\ufffd$/m);
    assert.equal(card.split("\n").filter((line) => line.startsWith("# ")).length, 1);
  });
});
