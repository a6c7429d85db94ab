/**
 * What a server loses where processes are killed, disks fill, clocks go back and databases stop: `node scripts/reliability.ts [--rounds 200]
 * [--write]` starts the real command (`dist/cli/main.js`) and does it harm, on both stores. With --write, what was seen becomes
 * docs/results/reliability.md. It fails where anything acknowledged is lost. The parts are in `scripts/reliability/`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { needsPostgres, type PostgresServer, startPostgres } from "../test/helpers/postgres.ts";
import { hotSwap } from "./hot-swap.ts";
import { stopDatabase } from "./reliability/database.ts";
import { fillDisk, loseDisk, needsDisks, needsMounts, setClockBack, startReadOnly } from "./reliability/faults.ts";
import { killServer } from "./reliability/kill.ts";
import { prepare } from "./reliability/serve.ts";
import { killRetraining } from "./retrain-kill.ts";
import { killWriters } from "./store-kill.ts";

/** What a check came to. */
interface Seen {
  /** Of what was acknowledged. */
  readonly seen: string;
  readonly wrong: readonly string[];
}

interface Check {
  readonly name: string;
  readonly rounds: number;
  /** Why it is left out. */
  readonly skip?: string | undefined;
  run(folder: string): Promise<Seen>;
}

const { values } = parseArgs({ options: { rounds: { type: "string", default: "200" }, write: { type: "boolean" } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds} is not a whole number from 1`);

const postgres: PostgresServer | undefined = needsPostgres().skip === undefined ? await startPostgres() : undefined;

const checks: Check[] = ["SQLite", "PostgreSQL"].flatMap((kind): Check[] => {
  const { skip } = kind === "SQLite" ? {} : needsPostgres();
  const place = async (folder: string) =>
    kind === "SQLite" ? join(folder, "store.sqlite") : await postgres!.createDatabase();
  const killed = (switching: boolean) => async (folder: string) => {
    const places = { place: await place(folder), models: modelsIn(folder) };
    await prepare(places);
    const { ratings, events, switches, underWay, wrong } = await killServer(places, { rounds, switching });
    const exchanged = switching ? `, ${switches} exchanges of the model` : "";
    const seen = `${ratings} ratings, ${events} requests with 3 events${exchanged}; ${underWay} requests under way`;
    return { seen, wrong };
  };
  return [
    { name: `kill -9 of the server while it writes, ${kind}`, rounds, skip, run: killed(false) },
    {
      name: `kill -9 of the server while it writes and its model is exchanged, ${kind}`,
      rounds,
      skip,
      run: killed(true),
    },
    {
      name: `kill -9 of a process that writes as fast as it can, ${kind}`,
      rounds,
      skip,
      async run(folder) {
        const { acknowledged, lost, halves } = await killWriters(await place(folder), { rounds });
        return { seen: `${acknowledged} writes of a rating and an event`, wrong: [...lost, ...halves] };
      },
    },
    {
      name: `kill -9 of retraining, ${kind}`,
      rounds,
      skip,
      async run(folder) {
        const { killed, switched } = await killRetraining(rounds, { folder, place: await place(folder) });
        return { seen: `${killed} killed before their end; ${switched} had switched`, wrong: [] };
      },
    },
  ];
});

checks.push({
  name: "exchange of models under load",
  rounds,
  async run() {
    const data = await syntheticRatings({ users: 300, items: 1000, ratings: 20_000, seed: 1 });
    const { requests, median, slowest, wrong } = await hotSwap(rounds, data);
    const seen = `${requests} requests, half within ${median.toFixed(1)} ms, the slowest ${slowest.toFixed(0)} ms`;
    return { seen, wrong };
  },
});

for (const [name, check, skip] of [
  ["the disk is full, and then has space again", fillDisk, needsMounts().skip],
  ["the folder is read-only as the server starts", startReadOnly, needsMounts().skip],
  ["the disk becomes read-only while the server runs", loseDisk, needsDisks().skip],
  ["the clock goes back by an hour", setClockBack, undefined],
] as const) {
  checks.push({
    ...{ name, rounds: 1, skip },
    async run(folder) {
      const { acknowledged, refused, wrong } = await check(folder);
      const answers = refused.length === 0 ? "" : `; refused with ${refused.join(", ")}`;
      return { seen: `${acknowledged} writes${answers}`, wrong };
    },
  });
}

// As many as take about two minutes.
const stops = Math.min(rounds, 60);
checks.push({
  name: "PostgreSQL stops and starts again",
  rounds: stops,
  skip: needsPostgres().skip,
  async run(folder) {
    const places = { place: await postgres!.createDatabase(), models: modelsIn(folder) };
    const { acknowledged, answers, slowestRecovery, wrong } = await stopDatabase(postgres!, places, stops);
    const listed = Object.entries(answers).map(([answer, count]) => `${answer} (${count})`);
    const seen = `${acknowledged} writes; writes again within ${slowestRecovery} ms; ${listed.sort().join(", ")}`;
    return { seen, wrong };
  },
});

function modelsIn(folder: string): string {
  const models = join(folder, "models");
  mkdirSync(models);
  return models;
}

const rows: string[] = [];
let failed = false;
try {
  for (const { name, rounds, skip, run } of checks) {
    const folder = mkdtempSync(join(tmpdir(), "matinee-reliability-"));
    try {
      const from = performance.now();
      const { seen, wrong } =
        skip === undefined
          ? await run(folder).catch((error: Error) => ({ seen: "", wrong: [String(error)] }))
          : { seen: `left out: ${skip}`, wrong: [] };
      const found = skip !== undefined ? "" : wrong.length === 0 ? "as it must be" : `**${wrong.length} wrong**`;
      const seconds = Math.round((performance.now() - from) / 1000);
      rows.push(`| ${name} | ${skip === undefined ? rounds : 0} | ${seen} | ${found} | ${seconds} |`);
      process.stderr.write(`${rows.at(-1)}\n`);
      for (const one of wrong.slice(0, 20)) process.stderr.write(`  ${one}\n`);
      failed ||= wrong.length > 0;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
} finally {
  await postgres?.[Symbol.asyncDispose]();
}

const page = `# Reliability

\`node scripts/reliability.ts --rounds ${rounds}${values.write ? " --write" : ""}\` writes this page. It starts \`matinee serve\` with a store and a folder of models,
writes ratings and events through eight connections, harms it, and starts it again. Then everything that it had acknowledged must be there, and what
was under way must be there whole or not at all; events that are sent again with their \`Idempotency-Key\` must be there once. A request's three events
are one write. The last column has seconds. A kill does not take the operating system's memory with it, so that it says nothing of a power cut:
for that, \`src/store/durability.test.ts\` follows the system calls, and sees that each acknowledgement comes after the log was synced.

Run on ${new Date().toISOString().slice(0, 10)}, on ${process.platform}, with ${cpus().length} processors (${cpus()[0].model.trim()}) and Node ${process.versions.node}.

| What happened | Rounds | What was acknowledged or seen | What was found | Took |
|---|---|---|---|---|
${rows.join("\n")}
`;
if (values.write) writeFileSync(join(import.meta.dirname, "../docs/results/reliability.md"), page);
else process.stdout.write(page);
if (failed) process.exitCode = 1;
