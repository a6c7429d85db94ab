/**
 * BERT-like transformers from ONNX files, in the layout of the Hugging Face hub: config.json, tokenizer.json,
 * tokenizer_config.json, onnx/model.onnx. Not part of the core: the runtime is compiled for Node.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Step } from "../compute/engine.ts";
import { MatineeError } from "../errors.ts";
import { makeOnce } from "../make-once.ts";
import { loadOptionalPackage } from "../optional-package.ts";
import { present } from "../present.ts";

type Runtime = typeof import("onnxruntime-common") & {
  /** Of onnxruntime-node alone. */
  listSupportedBackends(): readonly { readonly name: string }[];
};

export const modelFiles = ["config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model.onnx"] as const;

/** One text or two as tokens, the input of a model. */
export interface TokenizedText {
  readonly ids: readonly number[];
  /** 0 in the first text, 1 in the second. */
  readonly types: readonly number[];
}

export interface Bert {
  /** Length of a token's vector in the last layer. */
  readonly width: number;
  /** The most tokens of one input. */
  readonly maxTokens: number;
  /** Tokenizes a text, truncated to `maxTokens` with those that mark its ends. */
  encode(text: string, maxTokens?: number): TokenizedText;
  /** Tokenizes two texts; where they are too long together, the longer one is truncated first. */
  encodePair(first: string, second: string, maxTokens?: number): TokenizedText;
  /**
   * Runs the model on texts and calls `each` with the output for every text, in no promised order: the numbers at `begin`
   * .. `begin + size` of `out`. A batch holds texts of one length, so that none is padded: the output for a text does not
   * depend on the other texts or on the number of threads.
   *
   * @throws TEXT_MODEL
   */
  run(
    texts: readonly TokenizedText[],
    each: (text: number, out: Float32Array, begin: number, size: number) => void,
    step: Step,
  ): Promise<void>;
  /** SHA-256 of the files, in hex. */
  fingerprint(): Promise<string>;
}

/** Where a model runs. */
export interface DeviceOptions {
  readonly threads: number;
  /** An execution provider of onnxruntime: "cpu" unless given, or such as "cuda". */
  readonly device?: string;
}

/** The most texts in one batch. */
const batchSize = 16;

/** What installs the packages; in a checkout they are optional peers of the package itself, which npm leaves out. */
const install =
  "--ignore-scripts onnxruntime-node @huggingface/tokenizers; in a checkout of Matinee, npm run setup:text";

/**
 * Opens the model in a folder; its weights are loaded at the first run.
 * @throws PACKAGE_MISSING, TEXT_MODEL; CONFIG_INVALID for a device that onnxruntime does not know here
 */
export async function openBert(folder: string, options: DeviceOptions): Promise<Bert> {
  const { Tokenizer } = loadOptionalPackage<typeof import("@huggingface/tokenizers")>(
    "@huggingface/tokenizers",
    install,
  );
  const runtime = loadOptionalPackage<Runtime>("onnxruntime-node", install);
  runtime.env.logLevel = "fatal"; // the others are thrown as well
  checkDevice(runtime, options.device);
  const [config, vocabulary, settings] = await Promise.all(
    modelFiles.slice(0, 3).map((name) => readJson(join(folder, name))),
  );
  const [width, positions] = ["hidden_size", "max_position_embeddings"].map((name) =>
    readPositiveInteger(folder, config, name),
  );
  const tokenizer = await withModelErrors(folder, async () => new Tokenizer(vocabulary, settings));
  const session = makeOnce(() => openSession(runtime, join(folder, "onnx/model.onnx"), options));

  function tokenize(text: string, second?: string): TokenizedText {
    const { ids, token_type_ids: types } = tokenizer.encode(text, {
      ...present({ text_pair: second }),
      return_token_type_ids: true,
    });
    return { ids, types };
  }

  /** The number of tokens without those that mark ends. */
  function countTokens(text: string): number {
    return tokenizer.encode(text, { add_special_tokens: false }).ids.length;
  }

  return {
    width,
    maxTokens: positions,
    encode(text, maxTokens = positions) {
      const whole = tokenize(text);
      // One token marks each end.
      return whole.ids.length <= maxTokens ? whole : removeTokens(whole, maxTokens - 1, whole.ids.length - 1);
    },
    encodePair(first, second, maxTokens = positions) {
      const whole = tokenize(first, second);
      const excess = whole.ids.length - maxTokens;
      if (excess <= 0) return whole;
      const [a, b] = [countTokens(first), countTokens(second)];
      const [keepA, keepB] = truncateLongestFirst(a, b, a + b - excess);
      // One token before the first text, one after the second.
      const end = whole.ids.length - 1;
      return removeTokens(removeTokens(whole, end - b + keepB, end), 1 + keepA, 1 + a);
    },
    async run(texts, each, step) {
      const open = await session();
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
 * Lengths to which two texts of n and m tokens are truncated, `room` together: the longer one is cut until it is as short
 * as the other, then both in turn (the strategy longest_first of the Hugging Face tokenizers). Of an odd `room` the longer
 * one keeps the extra token.
 */
export function truncateLongestFirst(n: number, m: number, room: number): [number, number] {
  const short = Math.min(n, m, Math.floor(room / 2));
  return n <= m ? [short, room - short] : [room - short, short];
}

/** Removes the tokens from .. to. */
function removeTokens({ ids, types }: TokenizedText, from: number, to: number): TokenizedText {
  return { ids: [...ids.slice(0, from), ...ids.slice(to)], types: [...types.slice(0, from), ...types.slice(to)] };
}

/** Batches of texts of one length, the longest first, so that a lack of memory shows in the first batch. */
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

/** @throws CONFIG_INVALID */
function checkDevice(runtime: Runtime, device = "cpu"): void {
  const devices = runtime.listSupportedBackends().map(({ name }) => name);
  if (devices.includes(device)) return;
  throw new MatineeError("CONFIG_INVALID", `onnxruntime-node has no device "${device}" on this system`, {
    fix: `its devices are ${devices.join(", ")}`,
  });
}

async function openSession(
  runtime: Runtime,
  file: string,
  { threads, device = "cpu" }: DeviceOptions,
): Promise<Session> {
  const limits = { intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: "sequential" } as const;
  try {
    return await runtime.InferenceSession.create(file, { ...limits, executionProviders: [device] });
  } catch (cause) {
    const { message } = cause as Error;
    if (device === "cpu") throw new MatineeError("TEXT_MODEL", `${file}: ${message}`, { cause });
    throw new MatineeError("TEXT_MODEL", `${file} cannot run on the device ${device}: ${message}`, {
      fix: "use cpu, or install what onnxruntime needs for that device: https://onnxruntime.ai/docs/execution-providers",
      cause,
    });
  }
}

async function runBatch(
  { Tensor }: Runtime,
  session: Session,
  texts: readonly TokenizedText[],
  batch: readonly number[],
): Promise<Float32Array> {
  const length = texts[batch[0]].ids.length;
  const tensor = (valueAt: (text: TokenizedText, position: number) => number) => {
    const values = new BigInt64Array(batch.length * length);
    for (let n = 0; n < values.length; n++)
      values[n] = BigInt(valueAt(texts[batch[Math.floor(n / length)]], n % length));
    return new Tensor("int64", values, [batch.length, length]);
  };
  const inputs = {
    input_ids: tensor(({ ids }, position) => ids[position]),
    attention_mask: tensor(() => 1),
    token_type_ids: tensor(({ types }, position) => types[position]),
  };
  // Some models do not distinguish two texts and have no input for types.
  const accepted = Object.fromEntries(Object.entries(inputs).filter(([name]) => session.inputNames.includes(name)));
  const { [session.outputNames[0]]: output } = await session.run(accepted);
  if (output.data instanceof Float32Array) return output.data;
  throw new Error(`it gives ${output.type} where float32 belongs`);
}

async function readJson(file: string): Promise<object> {
  const content: unknown = await withModelErrors(file, async () => JSON.parse(await readFile(file, "utf8")));
  if (typeof content === "object" && content) return content;
  throw new MatineeError("TEXT_MODEL", `${file} holds no JSON object`);
}

/** A size in config.json. */
function readPositiveInteger(folder: string, config: object, name: string): number {
  const value = Object.entries(config).find(([key]) => key === name)?.[1];
  if (Number.isInteger(value) && value > 0) return value;
  throw new MatineeError(
    "TEXT_MODEL",
    `${join(folder, "config.json")} says ${name} ${JSON.stringify(value)}, not how many`,
  );
}

/** Runs work on a file or folder of the model; what fails there is thrown as TEXT_MODEL. */
async function withModelErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new MatineeError("TEXT_MODEL", `${path}: ${(cause as Error).message}`, { cause });
  }
}
