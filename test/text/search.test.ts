/** matinee search: films by words of any kind, as the real MiniLM reads them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { labelsFrom } from "../../src/data/catalog.ts";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";
import { miniLm, needsOnnx } from "../helpers/text-models.ts";

describe("matinee search", needsOnnx(miniLm), () => {
  const folder = temporaryFolder();
  const [data, artifact] = [join(folder, "films"), join(folder, "popular.matinee")];
  const search = (...flags: string[]) => matinee("search", ...flags, "--text-model", miniLm);
  before(async () => {
    process.env.MATINEE_CACHE = join(folder, "cache");
    const films = filmDataset();
    const tags = labelsFrom([["gloomy"], [], ["astronauts"], ["astronauts"], ["Jane Austen"], ["Jane Austen"], [], []]);
    await writeRatingsCsv({ ...films, catalog: { ...films.catalog, tags } }, data);
    const trained = await matinee("train", "--model", "popular", "--data", data, "--out", artifact);
    assert.equal(trained.code, 0, trained.stderr);
  });

  it("finds films by what they are about, and says by what", async () => {
    const space = JSON.parse((await search("lost", "in", "outer", "space", "--data", data, "--json")).stdout);
    assert.equal(space.query, "lost in outer space");
    assert.deepEqual(
      space.items.slice(0, 2).map(({ id, by }: { id: number; by: string[] }) => [id, by[0]]),
      [
        [30, "astronauts"],
        [40, "astronauts"],
      ],
    );
    const { stdout } = await search("love story of the nineteenth century", "--artifact", artifact, "--k", "1");
    assert.match(stdout, /^ 1 {2}0\.\d{4} {2}Emma \(\d{4}\) {2}\[[56]0\] {2}.*Romance/);
  });

  it("refuses to be without words, or with two sources", async () => {
    assertRefused(await search(" ", "--data", data), 2, /nothing says what to look for/);
    assertRefused(await search("space", "--data", data, "--artifact", artifact), 2, /both say which films/);
  });
});
