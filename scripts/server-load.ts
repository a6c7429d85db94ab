/**
 * How long `matinee serve` holds others up: signs of life and short lists, asked one after another from this process, while four clients
 * ask for 100 films for 9,000 ratings. `node scripts/server-load.ts FOLDER` writes docs/results/server-load.md; FOLDER: ml-latest-small.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { resolve } from "node:path";
import { readRatings } from "../src/data/read.ts";

const root = resolve(import.meta.dirname, "..");
const [folder] = process.argv.slice(2);
const data = await readRatings(folder);
const models: readonly (readonly [name: string, ...flags: string[]])[] = [
  ["ease and mf (default)"],
  ["item-knn", "--model", "item-knn"],
  ["user-knn", "--model", "user-knn"],
  ["als", "--model", "als"],
  ["als, 512 factors", "--model", "als", "--set", "factors=512", "iterations=1"],
  ["mf", "--model", "mf"],
  ["hybrid", "--model", "hybrid"],
  ["pagerank", "--model", "pagerank"],
  ["neural", "--model", "neural"],
];
const milliseconds = 8000;

const bodyOf = (ratings: number, k: number) =>
  JSON.stringify({
    ratings: Array.from({ length: ratings }, (_, n) => ({ id: data.items.id(n), rating: 0.5 + (n % 10) / 2 })),
    k,
  });
const [large, small] = [bodyOf(9000, 100), bodyOf(20, 10)];

async function ask(url: string, body?: string): Promise<number> {
  const from = performance.now();
  const post = { method: "POST", headers: { "content-type": "application/json" } };
  const response = await fetch(url, body === undefined ? {} : { ...post, body });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return performance.now() - from;
}

/** Repeats a request until a time, and returns what each took. */
async function repeat(end: number, request: () => Promise<number>): Promise<number[]> {
  const took: number[] = [];
  while (performance.now() < end) took.push(await request());
  return took.sort((a, b) => a - b);
}

const rows: string[] = [];
for (const [name, ...flags] of models) {
  const args = ["src/cli/main.ts", "serve", "--data", folder, "--port", "0", ...flags];
  const server = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  const url = await new Promise<string>((found) => {
    server.stdout.on("data", (text) => {
      const [address] = /http:\S+/.exec(String(text)) ?? [];
      if (address) found(address);
    });
  });
  const lists = `${url}/api/v1/recommendations`;
  const end = performance.now() + milliseconds;
  const [alive, short, ...long] = await Promise.all([
    repeat(end, () => ask(`${url}/healthz`)),
    repeat(end, () => ask(lists, small)),
    ...Array.from({ length: 4 }, () => repeat(end, () => ask(lists, large))),
  ]);
  server.kill();
  const share = (took: number[], of: number) =>
    took[Math.min(took.length - 1, Math.floor(of * took.length))].toFixed(0);
  const all = long.flat().sort((a, b) => a - b);
  const cells = [
    share(alive, 0.5),
    share(alive, 0.99),
    share(alive, 1),
    share(short, 0.5),
    share(short, 0.99),
    share(all, 0.5),
  ];
  rows.push(`| ${name} | ${cells.join(" | ")} |`);
  console.log(rows.at(-1));
}

writeFileSync(
  resolve(root, "docs/results/server-load.md"),
  `# How long the server holds others up

Written by \`node scripts/server-load.ts FOLDER\`, where FOLDER has ml-latest-small. While four clients ask again and again for 100 films for 9,000
ratings of 9,742 films, a fifth asks for \`/healthz\` and a sixth for 10 films for 20 ratings, for ${milliseconds / 1000} s, from a second process on the same
machine (${availableParallelism()} processors, ${cpus()[0].model}). In milliseconds:

| Model | \`/healthz\`: median | 99 % | longest | 10 films for 20 ratings: median | 99 % | 100 films for 9,000 ratings: median |
|---|---|---|---|---|---|---|
${rows.join("\n")}

A list gives way every 10 ms, but not within what a model does in one go: \`als\` makes a matrix of factors × factors of the ratings, \`neural\` trains on
them. The longest times are those of the first lists. For \`als\` of hundreds of factors, \`limits.ratings\` of \`createApp\` bounds them.
`,
);
