/**
 * Transformers of the BERT kind from ONNX files, in the layout of the Hugging Face hub: config.json, tokenizer.json,
 * tokenizer_config.json, onnx/model.onnx. Not part of the core: the runtime is compiled for Node.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Step } from "../compute/engine.ts";
import { MatineeError } from "../errors.ts";
import { loadOptionalPackage } from "./optional-package.ts";

type Runtime = typeof import("onnxruntime-common");

export const modelFiles = ["config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model.onnx"] as const;

/** A text, or two, as the model reads it. */
export interface TokenizedText {
  readonly ids: readonly number[];
  /** 0 in the first text, 1 in the second. */
  readonly types: readonly number[];
}

export interface Bert {
  /** Numbers that a token has in the last layer. */
  readonly width: number;
  /** The most tokens that it reads at once. */
  readonly maxTokens: number;
  /** A text, cut to `longest` tokens with those that mark its ends. */
  encode(text: string, longest?: number): TokenizedText;
  /** Two texts; where they are too long, the longer one is cut first. */
  encodePair(first: string, second: string, longest?: number): TokenizedText;
  /**
   * Calls back with what the model makes of each text: the numbers at `begin` .. `begin + size` of `out`, in no order that is
   * promised. Texts of one length go in together, so that none is padded: what comes out of one is the same whatever is
   * beside it, and for any number of threads.
   */
  run(
    texts: readonly TokenizedText[],
    each: (text: number, out: Float32Array, begin: number, size: number) => void,
    step: Step,
  ): Promise<void>;
  /** SHA-256 in hex over the files. */
  fingerprint(): Promise<string>;
}

/** Texts that go in together. */
const batchSize = 16;

/** Opens the model in a folder; its weights are read at the first run. @throws PACKAGE_MISSING, TEXT_MODEL */
export async function openBert(folder: string, threads: number): Promise<Bert> {
  const install = "--ignore-scripts onnxruntime-node @huggingface/tokenizers";
  const { Tokenizer } = loadOptionalPackage<typeof import("@huggingface/tokenizers")>(
    "@huggingface/tokenizers",
    install,
  );
  const runtime = loadOptionalPackage<Runtime>("onnxruntime-node", install);
  const [config, words, settings] = await Promise.all(
    modelFiles.slice(0, 3).map((name) => readJson(join(folder, name))),
  );
  const [width, positions] = ["hidden_size", "max_position_embeddings"].map((name) =>
    readPositiveInteger(folder, config, name),
  );
  const tokenizer = await withModelErrors(folder, async () => new Tokenizer(words, settings));
  let session: ReturnType<typeof openSession> | undefined;

  function encoded(text: string, second?: string): TokenizedText {
    const { ids, token_type_ids: types } = tokenizer.encode(text, {
      ...(second === undefined ? {} : { text_pair: second }),
      return_token_type_ids: true,
    });
    return { ids, types };
  }

  /** Number of tokens without those that mark ends. */
  function lengthOf(text: string): number {
    return tokenizer.encode(text, { add_special_tokens: false }).ids.length;
  }

  return {
    width,
    maxTokens: positions,
    encode(text, longest = positions) {
      const whole = encoded(text);
      // One token marks each end.
      return whole.ids.length <= longest ? whole : removeTokens(whole, longest - 1, whole.ids.length - 1);
    },
    encodePair(first, second, longest = positions) {
      const whole = encoded(first, second);
      const excess = whole.ids.length - longest;
      if (excess <= 0) return whole;
      const [a, b] = [lengthOf(first), lengthOf(second)];
      const [keepA, keepB] = truncateLongestFirst(a, b, a + b - excess);
      // One token before the first text, one after the second.
      const end = whole.ids.length - 1;
      return removeTokens(removeTokens(whole, end - b + keepB, end), 1 + keepA, 1 + a);
    },
    async run(texts, each, step) {
      session ??= openSession(runtime, join(folder, "onnx/model.onnx"), threads);
      const open = await session;
      const batches = batchesOf(texts);
      let done = 0;
      for (const batch of batches) {
        const out = await withModelErrors(folder, () => runBatch(runtime, open, texts, batch));
        const size = out.length / batch.length;
        for (const [n, text] of batch.entries()) each(text, out, n * size, size);
        done += batch.length;
        await step(done, texts.length);
      }
    },
    async fingerprint() {
      const hash = createHash("sha256");
      for (const name of modelFiles) await pipeline(createReadStream(join(folder, name)), hash, { end: false });
      return hash.digest("hex");
    },
  };
}

/**
 * How much is kept of two texts of n and m tokens, of both `room`: the longer one is cut until it is as short as the other,
 * then both by turns. As the Hugging Face tokenizers do it: of an odd room the longer one has the token more.
 */
export function truncateLongestFirst(n: number, m: number, room: number): [number, number] {
  const short = Math.min(n, m, Math.floor(room / 2));
  return n <= m ? [short, room - short] : [room - short, short];
}

function removeTokens({ ids, types }: TokenizedText, from: number, to: number): TokenizedText {
  return { ids: [...ids.slice(0, from), ...ids.slice(to)], types: [...types.slice(0, from), ...types.slice(to)] };
}

/** Texts of one length together, the longest first, so that memory is short at once if at all. */
function batchesOf(texts: readonly TokenizedText[]): number[][] {
  const order = [...texts.keys()].sort((a, b) => texts[b].ids.length - texts[a].ids.length || a - b);
  const batches: number[][] = [];
  for (const text of order) {
    const last = batches.at(-1);
    if (last && last.length < batchSize && texts[last[0]].ids.length === texts[text].ids.length) last.push(text);
    else batches.push([text]);
  }
  return batches;
}

type Session = Awaited<ReturnType<Runtime["InferenceSession"]["create"]>>;

function openSession(runtime: Runtime, file: string, threads: number): Promise<Session> {
  const limits = { intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: "sequential" } as const;
  return withModelErrors(file, () => runtime.InferenceSession.create(file, limits));
}

async function runBatch(
  { Tensor }: Runtime,
  session: Session,
  texts: readonly TokenizedText[],
  batch: readonly number[],
): Promise<Float32Array> {
  const length = texts[batch[0]].ids.length;
  const tensor = (valueAt: (text: TokenizedText, place: number) => number) => {
    const values = new BigInt64Array(batch.length * length);
    for (let n = 0; n < values.length; n++)
      values[n] = BigInt(valueAt(texts[batch[Math.floor(n / length)]], n % length));
    return new Tensor("int64", values, [batch.length, length]);
  };
  const inputs = {
    input_ids: tensor(({ ids }, place) => ids[place]),
    attention_mask: tensor(() => 1),
    token_type_ids: tensor(({ types }, place) => types[place]),
  };
  // Some models tell no texts apart and take no types.
  const taken = Object.fromEntries(Object.entries(inputs).filter(([name]) => session.inputNames.includes(name)));
  const { [session.outputNames[0]]: output } = await session.run(taken);
  if (output.data instanceof Float32Array) return output.data;
  throw new Error(`it gives ${output.type} where float32 belongs`);
}

async function readJson(file: string): Promise<object> {
  const content: unknown = await withModelErrors(file, async () => JSON.parse(await readFile(file, "utf8")));
  if (typeof content === "object" && content) return content;
  throw new MatineeError("TEXT_MODEL", `${file} holds no JSON object`);
}

function readPositiveInteger(folder: string, config: object, name: string): number {
  const value = Object.entries(config).find(([key]) => key === name)?.[1];
  if (Number.isInteger(value) && value > 0) return value;
  throw new MatineeError(
    "TEXT_MODEL",
    `${join(folder, "config.json")} says ${name} ${JSON.stringify(value)}, not how many`,
  );
}

/** Runs work on a file or folder; what fails there is the model's. */
async function withModelErrors<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new MatineeError("TEXT_MODEL", `${place}: ${(cause as Error).message}`, { cause });
  }
}
