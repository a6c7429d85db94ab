/**
 * Films embedded a second, tokens and all: node peers/text.ts MODEL ML-100K [THREADS]. peers/text.py does the same in Python.
 * Prints a line of JSON for each of three passes.
 */

import { descriptionOf } from "../src/content/description.ts";
import { openSentenceModel } from "../src/content/sentences.ts";
import { readRatings } from "../src/data/read.ts";

const [model, data, threads = "1"] = process.argv.slice(2);
const { catalog, items } = await readRatings(data);
const texts = Array.from({ length: items.size }, (_, item) => descriptionOf(catalog, item));
const { embed } = await openSentenceModel(model, Number(threads));
await embed(texts.slice(0, 50), async () => {});
for (let pass = 0; pass < 3; pass++) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await embed(texts, async () => {});
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const processor = (user + system) / 1e6; // tells more than the clock where others are at work
  console.log(JSON.stringify({ runtime: "node", threads: Number(threads), films: texts.length, seconds, processor }));
}
