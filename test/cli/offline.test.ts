/** What the command does where nothing can be downloaded and no data are named. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { assertRefused, matineeProcess, start, temporaryFolder, written } from "../helpers/command.ts";

const folder = temporaryFolder();
process.env.MATINEE_CACHE = join(folder, "cache");
delete process.env.MATINEE_DATA;
const noNetwork = "globalThis.fetch = async () => { throw new Error('no network'); };";
process.env.NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(noNetwork)}`;

describe("without a network", () => {
  for (const [name, ...flags] of [
    ["train", "--out", join(folder, "x.matinee")],
    ["evaluate"],
    ["compare", "--models", "popular"],
    ["tune", "--model", "ease"],
    ["recommend", "--sweep", "lambda=1,2"],
    ["rate"],
    ["data"],
    ["ratings", "--user", "1"],
    ["similar", "1"],
  ]) {
    it(`matinee ${name} ends, and names what can be done`, async () => {
      const outcome = await matineeProcess(name, ...flags);
      assertRefused(outcome, 4, /no network \(.*with --data, or made-up ratings with --data synthetic-latest-small\)/);
      assert.doesNotMatch(outcome.stderr, /synthetic-latest-small:|Training/);
    });
  }

  it("a set that is named is not replaced, not even by serve", async () => {
    const outcome = await matineeProcess("serve", "--port", "0", "--data", "ml-100k");
    assertRefused(outcome, 4, /no network \(.*--data synthetic-100k\)/);
  });

  it("matinee serve falls back on made-up films, loudly", async () => {
    const { child, outcome } = start("serve", "--port", "0", "--model", "popular");
    const shown = await written(child, /Matinee is at http\S+\n/);
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(shown)!;
    const { models } = await (await fetch(`${address}/api/v1/models`)).json();
    child.kill("SIGTERM");
    const { code, stderr } = await outcome;
    assert.equal(code, 0, stderr);
    assert.deepEqual([models[0].data.name, models[0].data.madeUp], ["synthetic-latest-small", true]);
    assert.match(stderr, /no network\. MADE-UP FILMS AND RATINGS STAND IN FOR REAL ONES\./);
    assert.match(stderr, /^ITS FILMS AND RATINGS ARE MADE UP\. .*--data FOLDER\.$/m);
  });
});
