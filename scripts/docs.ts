/** The documentation that is made from code: docs/api.md, errors.md, models.md, metrics.md and reranking.md. `npm run docs` writes them. */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { TObject } from "typebox";
import { errorTable } from "../src/errors.ts";
import { metricKinds } from "../src/evaluate/metrics.ts";
import { algorithms } from "../src/models/registry.ts";
import { boundsOf, settingsOf } from "../src/models/shared/settings.ts";
import { rerankers } from "../src/recommend/reranking/rerankers.ts";
import { apiPage } from "./api-page.ts";

const docs = resolve(import.meta.dirname, "../docs");

export function errorsPage(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { exit, status, title, fix }]) => `| \`${code}\` | ${exit} | ${status} | ${title} | ${fix} |`,
  );
  return [
    "# Errors",
    "",
    "Made from `src/errors.ts` by `npm run docs`.",
    "",
    "Every error has a code. The command prints one line, what happened and the way out, and ends with the exit code; the",
    "server answers with the status and [problem+json](api.md).",
    "",
    "| Code | Exit | Status | What happened | The way out |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

export function modelsPage(): string {
  const sections = algorithms.flatMap(({ name, summary, config, foldIn }) => {
    const table = settingsTable(config);
    return [
      `## ${name}`,
      "",
      summary,
      "",
      `Somebody who was not in the training data is folded in ${foldIn === "exact" ? "exactly" : "approximately"}. Source: \`src/${sourceOfModel(name)}\`.`,
      "",
      ...(table.length > 2 ? table : ["No settings."]),
      "",
      ...presetsOf(settingsOf(config).preset?.presets ?? {}),
      "```text",
      ...headOf(sourceOfModel(name)),
      "```",
      "",
    ];
  });
  return [
    "# Models",
    "",
    "Made from `src/models/` by `npm run docs`: settings, then the head of the source with the paper, the formulas and the",
    "arrays that a [saved model](artifact-format.md) holds.",
    "",
    ...sections,
  ].join("\n");
}

export function metricsPage(): string {
  const lengths = { required: ["@K"], optional: ["", "@K"], none: [""] };
  const rows = metricKinds.map(({ name, summary, formula, better, at }) => {
    const names = lengths[at].map((length) => `\`${name}${length}\``);
    return `| ${names.join(", ")} | ${summary} | ${formula.replaceAll("|", "\\|")} | ${better ?? ""} |`;
  });
  const sources = globSync("*.ts", { cwd: resolve(docs, "../src/evaluate/metrics") }).sort();
  return [
    "# Metrics",
    "",
    "Made from `src/evaluate/metrics/` by `npm run docs`.",
    "",
    "`ndcg@10` looks at the first K = 10 films of each list. A list holds the films that the model itself ranks first, without those of",
    "the user's profile. In the definitions, C is the number of films that could be listed, R the number of relevant films held out, and",
    "*hits* the number of those that are listed. A held-out film is relevant if it was rated at least as high as a threshold (`--relevant`).",
    "",
    "Metrics of relevant films average the users with a relevant film held out; those with a name in `-all` average all users. Every user",
    "counts the same. Errors of predicted ratings average ratings.",
    "",
    "| Name | What it says | Definition | Better |",
    "|---|---|---|---|",
    ...rows,
    "",
    ...sources.flatMap((name) => [`## ${name}`, "", "```text", ...headOf(`evaluate/metrics/${name}`), "```", ""]),
  ].join("\n");
}

export function rerankingPage(): string {
  const sections = rerankers.flatMap(({ name, summary, config }) => [
    `## ${name}`,
    "",
    `${summary} Source: \`src/recommend/reranking/${name}.ts\`.`,
    "",
    ...settingsTable(config),
    "",
    "```text",
    ...headOf(`recommend/reranking/${name}.ts`),
    "```",
    "",
  ]);
  return [
    "# Second stages",
    "",
    "Made from `src/recommend/reranking/` by `npm run docs`.",
    "",
    "A reranker reorders what any model proposes: `matinee recommend --rerank mmr --rerank-set lambda=0.5 --pool 100`, for one user, in",
    "a `--sweep`, or with `--all`; in the library `recommend(recommender, query, { rerank: mmr({ lambda: 0.5 }) })`, and `rerankAll` for",
    "the lists of all users. It is given a pool of candidates, 50 unless told otherwise, and can do nothing but order them. Each film",
    "carries its place in the first stage (`reranked`: `by`, `from`, `score`; `failure` where the reranker could not rank, and the order",
    "is the model's own); `score` and reasons are still the model's. Films that the fallback fills in stay behind.",
    "",
    ...sections,
  ].join("\n");
}

function settingsTable(config: TObject): string[] {
  const rows = Object.entries(settingsOf(config)).map(
    ([key, setting]) =>
      `| \`${key}\` | ${setting.default} | ${boundsOf(setting).replaceAll("|", "\\|")} | ${setting.description} |`,
  );
  return ["| Setting | Default | Takes | Meaning |", "|---|---|---|---|", ...rows];
}

/** What each preset stands for, but for those that change nothing. */
function presetsOf(presets: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string[] {
  const lines = Object.entries(presets).map(([name, values]) => {
    const pairs = Object.entries(values).map(([key, value]) => `${key} = ${value}`);
    return pairs.length === 0 ? [] : [`- \`preset=${name}\`: ${pairs.join(", ")}`];
  });
  return lines.length === 0 ? [] : [...lines.flat(), ""];
}

/** A model of one file lies in models/, one of several in a folder of its name. */
function sourceOfModel(name: string): string {
  const inFolder = `models/${name}/${name}.ts`;
  return existsSync(resolve(docs, "../src", inFolder)) ? inFolder : `models/${name}.ts`;
}

/** The comment at the head of a source: papers, formulas, and of a model the arrays that it saves. */
function headOf(name: string): string[] {
  const source = readFileSync(resolve(docs, "../src", name), "utf8");
  const [, head] = /^\/\*\*\n?([\s\S]*?)\s*\*\//.exec(source)!;
  return head.split("\n").map((line) => line.replace(/^ \*? ?/, ""));
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(resolve(docs, "api.md"), apiPage());
  writeFileSync(resolve(docs, "errors.md"), errorsPage());
  writeFileSync(resolve(docs, "models.md"), modelsPage());
  writeFileSync(resolve(docs, "metrics.md"), metricsPage());
  writeFileSync(resolve(docs, "reranking.md"), rerankingPage());
}
