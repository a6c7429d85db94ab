/** Measurements that a journal keeps: when they were made, and by which embedders. */
import type { Embedder, OpenEmbedder } from "../content/embedder.ts";
import { present } from "../present.ts";
import type { Measurements } from "./measure.ts";

/** A store of measurements. A key stands for everything that they depend on but embedders. */
export interface Journal {
  read(key: string): Promise<Measurements | undefined>;
  write(key: string, measurements: Measurements): Promise<void>;
}

/** Part of every key: measurements of another form, or by another definition of a metric, are not read. */
export const measurementsForm = 3;

/**
 * What the journal keeps under a key, if it was made by the embedders that are given now; else what `measure` measures, which is kept from
 * then on. Where an embedder does not say what it is, nothing is kept.
 *
 * @param measure is given the embedder to fit with
 */
export async function measureUnlessKept(
  journal: Journal | undefined,
  key: string | undefined,
  given: { readonly embedder?: OpenEmbedder; readonly threads: number },
  measure: (embedder: { readonly embedder?: OpenEmbedder }) => Promise<Measurements>,
): Promise<Measurements> {
  if (!journal || key === undefined) return measure(present({ embedder: given.embedder }));
  const kept = await journal.read(key);
  if (kept && (await areThese(kept.embedders ?? {}, given))) return kept;
  const { embedder, used } = watch(given.embedder);
  const measured = await measure(present({ embedder }));
  const embedders = Object.fromEntries(Array.from(used, ([model, { fingerprint }]) => [model, fingerprint]));
  if (!Object.values(embedders).includes(undefined)) {
    const marks = {
      keptSince: Date.now(),
      ...(used.size > 0 ? { embedders: embedders as Record<string, string> } : {}),
    };
    await journal.write(key, { ...measured, ...marks });
  }
  return measured;
}

/** Whether the embedders that are given have these fingerprints. One that cannot be opened has none; training says why. */
async function areThese(
  embedders: Readonly<Record<string, string>>,
  { embedder, threads }: { readonly embedder?: OpenEmbedder; readonly threads: number },
): Promise<boolean> {
  for (const [model, fingerprint] of Object.entries(embedders)) {
    const opened = await embedder?.(model, threads).catch(() => undefined);
    if (opened?.fingerprint !== fingerprint) return false;
  }
  return true;
}

/** An embedder that notes what it opens, by the name of its model. */
function watch(embedder: OpenEmbedder | undefined) {
  const used = new Map<string, Embedder>();
  const open: OpenEmbedder | undefined =
    embedder &&
    (async (model, threads) => {
      const opened = await embedder(model, threads);
      used.set(model, opened);
      return opened;
    });
  return { embedder: open, used };
}
