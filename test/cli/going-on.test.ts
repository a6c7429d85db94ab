/** matinee train --from: going on with the training of a saved model, and what the command shows of losses. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");
const first = join(folder, "first.matinee");
const set = (...settings: string[]) => settings.flatMap((setting) => ["--set", setting]);

before(async () => {
  await writeRatingsCsv(filmDataset(), data);
  const settings = set("factors=4", "epochs=3", "rate=0.05");
  const { code, stderr } = await matinee("train", "--model", "mf", ...settings, "--data", data, "--out", first);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /\nTraining mf: [\d.]+ s; epoch 3 of 3, loss \d\.\d{4}\n$/);
});

describe("matinee train --from", () => {
  const second = join(folder, "second.matinee");

  it("goes on with the settings of the model and those that are set, and says what it knows of the data", async () => {
    const changes = set("epochs=12", "rate=0.001");
    const outcome = await matinee("train", "--from", first, ...changes, "--data", data, "--out", second, "--json");
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.match(outcome.stderr, /first\.matinee knows 8 of 8 films and 6 of 6 people of films\./);
    assert.match(outcome.stderr, /Training mf: [\d.]+ s; epoch 15 of 15, loss/);
    const { model, config, earlier } = JSON.parse(outcome.stdout);
    assert.deepEqual([model, config.factors, config.epochs, config.rate], ["mf", 4, 12, 0.001]);
    assert.deepEqual([earlier.length, earlier[0].epochs, earlier[0].config.rate], [1, 3, 0.05]);
  });

  it("is shown by inspect, as text, JSON, card and picture", async () => {
    const { stdout } = await matinee("inspect", second);
    assert.match(stdout, /\n {2}before {4}3 epochs with epochs = 3, rate = 0\.05, seed 0, the same data\n/);
    const [, one, two, three] = /losses of mf, by epoch: .*\n(.*)\n(.*)\n(.*)\n {2}arrays/.exec(stdout)!;
    for (const [line, from, count] of [[one, 1, 3] as const, [two, 4, 10] as const, [three, 14, 2] as const]) {
      const [epoch, ...losses] = line.trim().split(/ +/).map(Number);
      assert.deepEqual([epoch, losses.length], [from, count], line);
    }
    const { losses, earlier, facts } = JSON.parse((await matinee("inspect", second, "--json")).stdout);
    assert.deepEqual([losses[0].model, losses[0].stages], ["mf", [3, 12]]);
    assert.deepEqual(losses[0].losses, facts.losses);
    assert.equal(earlier[0].epochs, 3);
    const { stdout: card } = await matinee("inspect", second, "--card");
    assert.match(
      card,
      /\n- Went on from an earlier training: 3 epochs, epochs = 3, rate = 0\.05, seed 0, the same data\n/,
    );
    const file = join(folder, "second.html");
    assert.equal((await matinee("inspect", second, "--report", file)).code, 0);
    const html = readFileSync(file, "utf8");
    assert.ok(html.includes('id="model-losses"') && html.includes('id="model-trainings"'));
    assert.match(
      html,
      /aria-label="mf: \d\.\d{4} in the first of 15 epochs, \d\.\d{4} in the last; training went on after 3\."/,
    );
  });

  it("shows the losses of what predicts ratings beside a model, and of the parts of a blend", async () => {
    const both = join(folder, "both.matinee");
    await matinee("train", "--data", data, "--out", both);
    const { losses } = JSON.parse((await matinee("inspect", both, "--json")).stdout);
    assert.deepEqual(
      losses.map(({ model }: { model: string }) => model),
      ["mf"],
    );
    const parts = ["models=als,tfidf", "weights=equal", "settings=als.factors=8"];
    const { stdout } = await matinee("inspect", "--model", "hybrid", ...set(...parts), "--data", data);
    assert.match(stdout, /losses of als, by epoch: squared error of all cells/);
    assert.doesNotMatch((await matinee("inspect", "--model", "ease", "--data", data)).stdout, /losses/);
  });

  it("refuses what cannot go on before any ratings are read, and leaves no file", async () => {
    const [ease, out] = [join(folder, "ease.matinee"), join(folder, "none.matinee")];
    await matinee("train", "--model", "ease", "--data", data, "--out", ease);
    const goOn = (...args: string[]) => matinee("train", ...args, "--data", data, "--out", out);
    for (const [args, exit, words] of [
      [["--from", ease], 2, /ease does not learn in epochs.* als, mf, neural can go on/],
      [["--from", first, ...set("factors=8")], 2, /mf: factors is 8, and was 4 .*give factors: 4/],
      [["--from", first, ...set("biases=none")], 2, /mf: biases is none, and was mean\+user\+item/],
      [["--from", first, ...set("rat=1")], 2, /no setting "rat"/],
      [["--from", first, "--model", "mf"], 2, /--from already says which model/],
      [["--from", join(folder, "absent.matinee")], 5, /absent\.matinee/],
    ] as const) {
      const outcome = await goOn(...args);
      assertRefused(outcome, exit, words);
      assert.doesNotMatch(outcome.stderr, /Reading/);
    }
    assert.ok(!existsSync(out));
  });

  it("writes over the model that it goes on from", async () => {
    const own = join(folder, "own.matinee");
    await matinee("train", "--from", first, "--data", data, "--out", own);
    const { code, stderr } = await matinee("train", "--from", own, "--data", data, "--out", own);
    assert.equal(code, 0, stderr);
    const { losses } = JSON.parse((await matinee("inspect", own, "--json")).stdout);
    assert.deepEqual(losses[0].stages, [3, 3, 3]);
  });
});
