/** The workload of a text model, which is downloaded if it is not there. It needs the optional packages for text models. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { descriptionOf } from "../../content/description.ts";
import { findTextModel } from "../../content/model-folder.ts";
import { openSentenceModel } from "../../content/sentences.ts";
import type { Dataset } from "../../data/dataset.ts";
import { defaultTextModel } from "../../models/shared/text-vectors.ts";
import { benchFolder } from "../data-shapes.ts";
import { timeRepeatedly, type Workload } from "../workload.ts";

const films = 1000;

function descriptions({ catalog, items }: Dataset): string[] {
  return Array.from({ length: Math.min(films, items.size) }, (_, item) => descriptionOf(catalog, item));
}

const noStep = async () => {};

export const textEmbeddingWorkload: Workload = {
  name: "text-embedding",
  shape: "ml-1m",
  unit: "embeddings of the titles and genres of 1,000 films by all-MiniLM-L6-v2, tokens included",
  async time(data, { threads }) {
    const texts = descriptions(data);
    const model = await findTextModel(defaultTextModel);
    const { embed } = await openSentenceModel(model, { threads });
    await writeForPeer(texts, model, data);
    return { seconds: await timeRepeatedly(3, () => embed(texts, noStep)) };
  },
  async result(data, { threads }) {
    const { embed } = await openSentenceModel(await findTextModel(defaultTextModel), { threads });
    return [await embed(descriptions(data).slice(0, 100), noStep)];
  },
};

/** Writes the texts, one on each line, and the model's folder. */
async function writeForPeer(texts: readonly string[], model: string, data: Dataset): Promise<void> {
  await mkdir(benchFolder(data), { recursive: true });
  await writeFile(join(benchFolder(data), "descriptions.txt"), texts.join("\n"));
  await writeFile(join(benchFolder(data), "text-model.txt"), model);
}
