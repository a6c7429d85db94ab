/** Where text models run: --device, and the command of the README that installs what they need in a checkout. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { before, describe, it } from "node:test";
import { onnxEmbedder } from "../../src/content/sentences.ts";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";
import { needsOnnx, tinyBert, tinyCrossEncoder } from "../helpers/text-models.ts";

const root = resolve(import.meta.dirname, "../..");

describe("the device of text models", needsOnnx(tinyBert), () => {
  const folder = temporaryFolder();
  const data = join(folder, "films");
  before(async () => {
    process.env.MATINEE_CACHE = join(folder, "cache");
    await writeRatingsCsv(filmDataset(), data);
  });
  const training = (device: string) => {
    const model = ["--model", "text", "--set", `model=${tinyBert}`];
    return [
      "train",
      ...model,
      "--device",
      device,
      "--data",
      data,
      "--out",
      join(folder, `${device}.matinee`),
      "--json",
    ];
  };

  it("cpu is the usual one", async () => {
    const { code, stderr, stdout } = await matinee(...training("cpu"));
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).model, "text");
    const embed = async (options: { device?: string }) => {
      const embedder = await onnxEmbedder({ cacheFolder: temporaryFolder(), ...options })(tinyBert, 1);
      return [embedder.fingerprint, await embedder.embed(["Heat"], async () => {})];
    };
    assert.deepEqual(await embed({ device: "cpu" }), await embed({}));
  });

  it("one that onnxruntime does not know is refused, with those that there are", async () => {
    const refused = await matinee(...training("gpu"));
    assertRefused(refused, 2, /onnxruntime-node has no device "gpu" on this system \(its devices are cpu\b.*\)/);
    const cross = tinyCrossEncoder(join(folder, "cross"));
    const rerank = ["--rerank", "cross-encoder", "--rerank-set", `model=${cross}`, "--device", "gpu"];
    const list = await matinee("recommend", "--user", "1", "--model", "popular", "--data", data, ...rerank);
    assertRefused(list, 2, /has no device "gpu"/);
  });

  it("one that is known and absent is refused by name, with the way out", async (t) => {
    const { InferenceSession, listSupportedBackends } = createRequire(import.meta.url)("onnxruntime-node");
    const known = listSupportedBackends().some(({ name }: { name: string }) => name === "cuda");
    if (!known) return t.skip("onnxruntime does not know cuda on this system");
    const file = join(tinyBert, "onnx/model.onnx");
    const open = InferenceSession.create(file, { executionProviders: ["cuda"], logSeverityLevel: 4 });
    if (await open.then(Boolean, () => false)) return t.skip("cuda is there");
    const refused = await matinee(...training("cuda"));
    assertRefused(refused, 5, /cannot run on the device cuda: .* \(use cpu, or install what onnxruntime needs/);
  });
});

describe("the command that installs text models in a checkout", () => {
  it("is that of the README, and leaves what is installed", needsOnnx(), () => {
    const [, script] = /In a checkout[^`]*`npm run ([a-z:]+)`/.exec(readFileSync(join(root, "README.md"), "utf8"))!;
    execFileSync(process.execPath, [join(root, "scripts/run.mjs"), script], { cwd: root });
    assert.ok(script in JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts);
    assert.ok(readFileSync(join(root, "node_modules/onnxruntime-node/package.json"), "utf8").length > 0);
  });
});
