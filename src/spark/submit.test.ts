import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { assertRefused, matineeProcess, temporaryFolder } from "../../test/helpers/command.ts";
import { findSpark } from "./find-spark.ts";
import { submitJob } from "./submit.ts";

const folder = temporaryFolder();
const onUnix = { skip: process.platform === "win32" ? "programs need a #! line" : false };

/** A program that stands in for spark-submit. */
function program(code: string): string {
  const file = join(folder, `spark-submit-${Math.random()}`);
  writeFileSync(file, `#!${process.execPath}\n${code}\n`);
  chmodSync(file, 0o755);
  return file;
}

function submit(
  code: string,
  { onShare, ...more }: { master?: string; signal?: AbortSignal; onShare?: () => void } = {},
): Promise<number[]> {
  const shares: number[] = [];
  const submission = { master: "local[2]", conf: { "spark.a": "b=c" }, task: "task.json", ...more };
  const job = submitJob(
    { submit: program(code), python: "python3" },
    {
      ...submission,
      onProgress: (share) => {
        shares.push(share);
        onShare?.();
      },
    },
  );
  return job.then(() => shares);
}

describe("submitting a job", onUnix, () => {
  it("hands over the master, properties, the job and its task, and tells how far it is", async () => {
    const file = join(folder, "arguments.json");
    const shares = await submit(`
      console.log('matinee {"share": 0.25}');
      console.log('26/01/01 WARN matinee {');
      console.log('matinee is a word of a log');
      require("node:fs").writeFileSync(${JSON.stringify(file)}, JSON.stringify([process.argv.slice(2), process.env.PYSPARK_PYTHON]));
      console.log('matinee {"share": 1}');
    `);
    assert.deepEqual(shares, [0.25, 1]);
    const [args, python] = JSON.parse(readFileSync(file, "utf8"));
    const job = args.splice(-2, 1)[0];
    const nodes = args.splice(5, 1)[0];
    const named = ["--master", "local[2]", "--name", "matinee", "--py-files"];
    assert.deepEqual(args, [...named, "--conf", "spark.a=b=c", "task.json"]);
    const files = (nodes as string).split(",").map((path) => readFileSync(path, "utf8"));
    assert.match(files[0], /numpy/);
    assert.match(files[1], /def prepare\(/);
    assert.match(readFileSync(job, "utf8"), /pyspark/);
    assert.equal(python, process.env.PYSPARK_PYTHON ?? "python3");
  });

  for (const [what, code, error] of [
    [
      "an error that the job tells",
      `console.log('matinee {"error": "DATA_COLUMN", "message": "no column\\\\nuser", "fix": "name it"}'); process.exit(1)`,
      { code: "DATA_COLUMN", message: "no column user", fix: "name it" },
    ],
    [
      "a code that the table lacks",
      `console.log('matinee {"error": "OTHER", "message": "odd"}'); process.exit(1)`,
      { code: "CLUSTER_FAILED", message: "odd", fix: "see the logs of its nodes" },
    ],
    [
      "an error of the job, also where Spark then ends well",
      `console.log('matinee {"error": "MEMORY", "message": "too much"}')`,
      { code: "MEMORY", message: "too much" },
    ],
    [
      "Java that is missing",
      `console.error("JAVA_HOME is not set"); process.exit(1)`,
      { code: "PACKAGE_MISSING", fix: /JDK/ },
    ],
    [
      "a driver that is too large",
      `console.error("Error occurred during initialization of VM\\nCould not reserve enough space for object heap"); process.exit(1)`,
      { code: "MEMORY", fix: /spark.driver.memory/ },
    ],
    [
      "the last error of the log",
      `console.error("org.apache.spark.SparkException: Master must either be yarn or start with spark\\n\\tat org.apache.Error.x"); process.exit(1)`,
      {
        code: "CLUSTER_FAILED",
        message:
          "spark-submit ended with code 1: org.apache.spark.SparkException: Master must either be yarn or start with spark",
      },
    ],
    [
      "its end by a signal",
      `process.kill(process.pid, "SIGKILL")`,
      { code: "CLUSTER_FAILED", message: /^spark-submit was ended/ },
    ],
  ] as const) {
    it(`reports ${what}`, () => assert.rejects(submit(code), error));
  }

  it("asks Spark to end when training is cancelled, and waits for its end", async () => {
    const file = join(folder, "ended");
    const controller = new AbortController();
    const job = submit(
      `process.on("SIGTERM", () => { require("node:fs").writeFileSync(${JSON.stringify(file)}, ""); process.exit(143); });
       console.log('matinee {"share": 0.5}'); setInterval(() => {}, 1000);`,
      { signal: controller.signal, onShare: () => controller.abort() },
    );
    await assert.rejects(job, { code: "CANCELLED" });
    assert.equal(readFileSync(file, "utf8"), "");
  });

  it("asks a master for a connection before Spark is started", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const never = `throw new Error("started")`;
    assert.deepEqual(await submit("", { master: `spark://127.0.0.1:1,127.0.0.1:${port}` }), []);
    server.close();
    await assert.rejects(submit(never, { master: `spark://127.0.0.1:${port}` }), {
      code: "CLUSTER_UNAVAILABLE",
      message: new RegExp(`^no master answers at spark://127.0.0.1:${port}: connect ECONNREFUSED`),
    });
    await assert.rejects(submit(never, { master: "spark://127.0.0.1" }), { message: /127.0.0.1 is not HOST:PORT$/ });
  });
});

describe("finding Spark", onUnix, () => {
  it("looks in SPARK_HOME, on the path, and in Python's pyspark", async () => {
    const bin = join(folder, "bin");
    const { mkdirSync, copyFileSync } = await import("node:fs");
    mkdirSync(bin);
    copyFileSync(program(""), join(bin, "spark-submit"));
    const python = program(`console.log(${JSON.stringify(folder)})`);
    const submit = join(bin, "spark-submit");
    assert.deepEqual(await findSpark({ SPARK_HOME: folder }), { submit, python: "python3" });
    assert.deepEqual(await findSpark({ PATH: `/nowhere:${bin}` }), { submit, python: "python3" });
    assert.deepEqual(await findSpark({ PATH: "/nowhere", MATINEE_PYTHON: python }), { submit, python });
    await assert.rejects(findSpark({ SPARK_HOME: "/nowhere", PATH: bin }), {
      code: "PACKAGE_MISSING",
      message: /where SPARK_HOME says/,
    });
    await assert.rejects(findSpark({ PATH: "/nowhere", MATINEE_PYTHON: "/nowhere/python" }), {
      code: "PACKAGE_MISSING",
      fix: /^pip install pyspark/,
    });
  });
});

describe("matinee train --engine spark", onUnix, () => {
  const out = join(folder, "out.matinee");
  const train = (...flags: string[]) => matineeProcess("train", "--out", out, "--data", "synthetic-100k", ...flags);

  for (const [what, flags, exit, line] of [
    ["no master", ["--engine", "spark", "--model", "als"], 2, /nothing says where Spark runs \(give --master local/],
    [
      "no model",
      ["--engine", "spark", "--master", "local", "--set", "a=1"],
      2,
      /a model that is trained on a cluster is named.* \(give --model, one of popular, bias, item-knn, ease, als, mf, and no --from\)/,
    ],
    [
      "a model that it does not train",
      ["--engine", "spark", "--master", "local", "--model", "neural"],
      2,
      /neural is not fitted on a cluster \(name one of popular, bias, item-knn, ease, als, mf alone/,
    ],
    [
      "another objective",
      ["--engine", "spark", "--master", "local", "--model", "als", "--set", "scaling=0.5"],
      2,
      /als: scaling is 0.5, which no cluster does \(on a cluster it is 1\)/,
    ],
    [
      "a similarity that no cluster finds",
      ["--engine", "spark", "--master", "local", "--model", "item-knn", "--set", "centre=item"],
      2,
      /item-knn: centre is item, which no cluster does \(on a cluster it is none\)/,
    ],
    ["flags without the engine", ["--master", "local", "--model", "als"], 2, /--master is for training on Spark/],
    ["a time limit without it", ["--spark-wait", "5", "--model", "als"], 2, /--spark-wait is for training on Spark/],
  ] as const) {
    it(`refuses ${what} before anything is read`, async () => {
      process.env.SPARK_HOME = folder;
      assertRefused(await train(...flags), exit, line);
    });
  }
});
