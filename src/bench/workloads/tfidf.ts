/** The workload of TF-IDF. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fitTfidf, tfidfWeights } from "../../content/tfidf.ts";
import type { Labels } from "../../data/catalog.ts";
import type { Dataset } from "../../data/dataset.ts";
import { random } from "../../random.ts";
import { benchFolder } from "../data-shapes.ts";
import { timeRepeatedly, type Workload } from "../workload.ts";

const [documents, length, vocabulary, terms] = [20_000, 60, 60_000, 5_000];

/** Makes documents of words whose frequencies follow Zipf's law. */
function makeTexts(): string[] {
  const { float } = random(5);
  const sums = new Float64Array(vocabulary);
  for (let word = 0; word < vocabulary; word++) sums[word] = (sums[word - 1] ?? 0) + 1 / (word + 1);
  const draw = () => {
    const wanted = float() * sums[vocabulary - 1];
    let [from, to] = [0, vocabulary - 1];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (sums[middle] <= wanted) from = middle + 1;
      else to = middle;
    }
    return `w${from}`;
  };
  return Array.from({ length: documents }, () => Array.from({ length }, draw).join(" "));
}

/** Each text as a document. */
function asLabels(texts: readonly string[]): Labels {
  return {
    names: texts,
    offsets: Int32Array.from({ length: texts.length + 1 }, (_, n) => n),
    indices: Int32Array.from(texts.keys()),
  };
}

/** Writes the texts for the peers, one on each line. */
async function writeTexts(texts: readonly string[], data: Dataset): Promise<void> {
  await mkdir(benchFolder(data), { recursive: true });
  await writeFile(join(benchFolder(data), "texts.txt"), texts.join("\n"));
}

export const tfidfWorkload: Workload = {
  name: "tfidf",
  shape: "ml-1m", // not used
  unit: "tf-idf of 20,000 documents of 60 words, the 5,000 most frequent terms",
  async time(data) {
    const texts = makeTexts();
    await writeTexts(texts, data);
    const labels = asLabels(texts);
    return { seconds: await timeRepeatedly(7, async () => tfidfWeights(fitTfidf(labels, terms)), 2) };
  },
  async result() {
    const found = fitTfidf(asLabels(makeTexts()), terms);
    return [found.idf, found.counts.offsets, found.counts.indices, tfidfWeights(found)];
  },
};
