/**
 * Behind `npm start`, `npm test` and their like: installs and builds what is missing or stale, then runs the command on the
 * project's own Node. Itself it needs npm and any Node from 20.
 *
 *   node scripts/run.mjs start [flags of matinee serve]
 *   node scripts/run.mjs test [files]          types, lint, and all tests that need no other service; --slowest: which files take longest
 *   node scripts/run.mjs test:browser          the page in a real browser
 *   node scripts/run.mjs test:package          packs, installs and uses the package; needs the registry
 *   node scripts/run.mjs test:server           the server against generated requests, proxies and long rounds of faults
 *   node scripts/run.mjs test:spark            training on Apache Spark, which MATINEE_PYTHON has as pyspark; needs Java
 *   node scripts/run.mjs test:text             text models on real weights, after setup:text
 *   node scripts/run.mjs docs                  writes the documentation that is made from code
 *   node scripts/run.mjs site                  writes the documentation as a site into dist/site, and checks its links
 *   node scripts/run.mjs setup                 only installs and builds
 *   node scripts/run.mjs setup:text            also installs onnxruntime-node, which runs text models, from the registry
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const windows = process.platform === "win32";
// What Node has compiled serves the next process: a good half of what it takes to start the command.
process.env.NODE_COMPILE_CACHE ??= at("node_modules/.cache/matinee");

/** What is built from what. A target is stale when the names, sizes or times of its inputs have changed. */
const targets = [
  {
    name: "kernels",
    inputs: ["assembly", "scripts/run.mjs"],
    output: "src/compute/wasm/page.ts",
    build() {
      mkdirSync(at("src/compute/wasm"), { recursive: true });
      const shared = ["--sharedMemory", "--enable", "simd,threads"];
      compileKernels("strict", ...shared);
      compileKernels("relaxed", ...shared.slice(0, 2), `${shared[2]},relaxed-simd`);
      compileKernels("page", "--enable", "simd");
    },
  },
  {
    name: "code",
    inputs: ["src", "tsconfig.json", "tsconfig.build.json", "package.json"],
    output: "dist/cli/main.js",
    build() {
      for (const entry of existsSync(at("dist")) ? readdirSync(at("dist")) : []) {
        if (!["web", "site", ".stamps"].includes(entry)) rmSync(at("dist", entry), { recursive: true });
      }
      runTool("typescript/bin/tsc", "-p", "tsconfig.build.json");
      chmodSync(at("dist/cli/main.js"), 0o755); // npx runs it as it is
    },
  },
  {
    name: "page",
    inputs: ["web", "src", "tsconfig.json", "package.json"],
    output: "dist/web/index.html",
    build: () => runTool("vite/bin/vite.js", "build", "web", "--logLevel", "warn"),
  },
];

const allTests = [
  "src/**/*.test.ts",
  "web/**/*.test.ts",
  "test/*.test.ts",
  "test/{conformance,golden,cli,helpers}/*.test.ts",
];

const commands = {
  setup: () => {},
  start: (...flags) => runNode("src/cli/main.ts", "serve", ...flags),
  async test(...given) {
    const files = given.filter((flag) => flag !== "--slowest");
    await Promise.all([
      runNode(at("node_modules/typescript/bin/tsc"), "-p", "."),
      runNode(at("node_modules/@biomejs/biome/bin/biome"), "ci", "."),
    ]);
    if (process.exitCode) return;
    const reporters = files.length < given.length ? ["spec", "./scripts/slowest.mjs"] : ["spec"];
    await runNode(
      "--test",
      `--test-concurrency=${availableParallelism()}`,
      ...reporters.flatMap((name) => [`--test-reporter=${name}`, "--test-reporter-destination=stdout"]),
      ...(files.length > 0 ? files : allTests),
    );
    if (files.length === 0) {
      console.log(
        "\nLeft out: the browser (npm run test:browser), the packed package (npm run test:package), text models (npm run test:text), Spark (npm run test:spark), long checks of the server (npm run test:server).",
      );
    }
  },
  "test:browser": () =>
    runNode(
      "--test",
      "--test-concurrency=2",
      "--test-global-setup=test/browser/one-server.ts",
      "test/browser/*.test.ts",
    ),
  docs: () => runNode("scripts/docs.ts"),
  site: () => runNode("scripts/site.ts"),
  "test:package": () => runNode("--test", "test/package/*.test.ts"),
  "test:server": () => runNode("--test", "test/server/*.test.ts"),
  "test:spark": () => runNode("--test", "--test-concurrency=2", "test/spark/*.test.ts"), // a job that starts keeps one processor,
  "setup:text": installTextRuntime,
  "test:text": () => {
    installTextRuntime();
    return runNode("--test", "test/text/*.test.ts");
  },
};

function installTextRuntime() {
  if (existsSync(at("node_modules/onnxruntime-node"))) return;
  const { peerDependencies } = JSON.parse(readFileSync(at("package.json"), "utf8"));
  // As if for development: as an optional peer npm would leave it out. Its install script, which .npmrc skips, fetches more.
  npm("install", "--no-save", "--save-dev", `onnxruntime-node@${peerDependencies["onnxruntime-node"]}`);
}

const [command, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(commands, command)) fail(`unknown command "${command}": ${Object.keys(commands).join(", ")}`);
setUp();
await commands[command](...rest);

function setUp() {
  const lock = at("package-lock.json");
  const installed = at("node_modules/.package-lock.json");
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    console.error("Installing packages …");
    npm("ci");
    checkOwnNode();
  }
  for (const { name, inputs, output, build } of targets) {
    const stamp = at("dist/.stamps", name);
    const state = stateOf(inputs);
    if (existsSync(at(output)) && existsSync(stamp) && readFileSync(stamp, "utf8") === state) continue;
    console.error(`Building the ${name} …`);
    rmSync(stamp, { force: true });
    build();
    mkdirSync(at("dist/.stamps"), { recursive: true });
    writeFileSync(stamp, state);
  }
}

/** Compiles assembly/ into a module of base64 text: src/compute/wasm/NAME.ts. */
function compileKernels(name, ...flags) {
  const file = at("src/compute/wasm", `${name}.wasm`);
  const common = ["-O3", "--runtime", "stub", "--noAssert", "--importMemory", "--maximumMemory", "65536"];
  runTool("assemblyscript/bin/asc.js", "assembly/index.ts", "--outFile", file, ...common, ...flags);
  const text = readFileSync(file).toString("base64");
  writeFileSync(
    at("src/compute/wasm", `${name}.ts`),
    `/** Compiled from assembly/. */\nexport const ${name}Wasm: string =\n  "${text}";\n`,
  );
  rmSync(file);
}

/** A digest of the names, sizes and times of all files below some paths. */
function stateOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const below = statSync(at(path)).isDirectory() ? readdirSync(at(path), { recursive: true }).sort() : [""];
    for (const name of below) {
      const { size, mtimeMs } = lstatSync(at(path, name));
      hash.update(`${path}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest("hex");
}

function at(...path) {
  return join(root, ...path);
}

/** The Node that the registry package `node` brought. */
function ownNode() {
  return at("node_modules/node/bin", windows ? "node.exe" : "node");
}

/** Its package fetches the program when it is installed, which the lock file does not see: the digests of programs are in node-binaries.json. */
function checkOwnNode() {
  const { sha256 } = JSON.parse(readFileSync(at("scripts/node-binaries.json"), "utf8"));
  const machine = `${process.platform}-${process.arch}`;
  const digest = createHash("sha256").update(readFileSync(ownNode())).digest("hex");
  if (!Object.hasOwn(sha256, machine))
    return console.error(`No digest is known of Node for ${machine}: it is not checked.`);
  if (digest === sha256[machine]) return;
  rmSync(at("node_modules/.package-lock.json"), { force: true }); // so that the next start installs anew
  fail(`${ownNode()} is not the Node that scripts/node-binaries.json names: its SHA-256 is ${digest}`);
}

/** Runs a program of a package on the project's own Node; its failure ends this script. */
function runTool(program, ...flags) {
  run(ownNode(), at("node_modules", program), ...flags);
}

function npm(...flags) {
  const quiet = ["--no-progress", "--loglevel=error"];
  const program = process.env.npm_execpath;
  if (program) run(process.execPath, program, ...flags, ...quiet);
  else run(windows ? "npm.cmd" : "npm", ...flags, ...quiet);
}

function run(program, ...flags) {
  const { status, error } = spawnSync(program, flags, { cwd: root, stdio: "inherit" });
  if (error) fail(error.message);
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * Runs the project's own Node until it ends. Ctrl-C reaches it by the terminal. SIGTERM is handed on; where it ended npm and
 * its shell without reaching this script, the change of parent tells.
 */
function runNode(...flags) {
  const child = spawn(ownNode(), flags, { cwd: root, stdio: "inherit" });
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500).unref();
  return new Promise((done) => {
    child.on("error", (error) => fail(error.message));
    child.on("exit", (code, signal) => {
      process.exitCode ||= code ?? (signal ? 1 : 0); // where several run, the first failure stays
      done();
    });
  });
}

function fail(message) {
  console.error(`matinee: ${message}`);
  process.exit(1);
}
