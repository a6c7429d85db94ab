/** matinee train --model text: from the command to lists, and once more without what it took. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { onnxEmbedder } from "../../src/content/sentences.ts";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";
import { needsOnnx, tinyBert } from "../helpers/text-models.ts";

describe("matinee with text models", needsOnnx(tinyBert), () => {
  const folder = temporaryFolder();
  const [data, file] = [join(folder, "films"), join(folder, "text.matinee")];
  before(async () => {
    process.env.MATINEE_CACHE = join(folder, "cache");
    await writeRatingsCsv(filmDataset(), data);
  });

  it("trains, and answers from the saved model without weights", async () => {
    const trained = await matinee(
      "train",
      "--model",
      "text",
      "--set",
      `model=${tinyBert}`,
      "--data",
      data,
      "--out",
      file,
    );
    assert.equal(trained.code, 0, trained.stderr);
    const { stdout, code } = await matinee("recommend", "--rate", "30=5", "--artifact", file, "--k", "2", "--json");
    assert.equal(code, 0);
    const { items } = JSON.parse(stdout);
    assert.deepEqual(items[0].because, [
      { id: 30, title: "Star Voyager (1982)", rating: 5, value: items[0].because[0].value },
    ]);
    assert.ok(Math.abs(items[0].because[0].value - items[0].score) < 1e-6);
  });

  it("embeds a text once, also where others change", async () => {
    const cacheFolder = join(folder, "kept");
    const embed = async (texts: string[]) => {
      const shares: string[] = [];
      const { embed } = await onnxEmbedder({ cacheFolder })(tinyBert, 1);
      const vectors = await embed(texts, async (done, total) => {
        shares.push(`${done}/${total}`);
      });
      return { vectors, last: shares.at(-1) };
    };
    const first = await embed(["Heat", "Fargo", "Heat"]);
    assert.equal(first.last, "2/2");
    const second = await embed(["Fargo", "Casino", "Heat"]);
    assert.equal(second.last, "1/1");
    assert.deepEqual(second.vectors.subarray(0, 32), first.vectors.subarray(32, 64));
    assert.equal((await embed(["Casino"])).last, undefined);
  });
});
