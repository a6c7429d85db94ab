/**
 * The documentation that is made from code: docs/api.md, data.md, errors.md, models.md, metrics.md, reranking.md, and the tables of
 * README.md and docs/studies.md. `npm run docs` writes it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { TObject } from "typebox";
import { errorTable } from "../src/errors.ts";
import { metricKinds } from "../src/evaluate/metrics.ts";
import { type Capability, capabilitiesOf } from "../src/models/capabilities.ts";
import { functionNameOf } from "../src/models/configure.ts";
import { algorithms } from "../src/models/registry.ts";
import { boundsOf, conditionOf, type Setting, settingsOf } from "../src/models/shared/settings.ts";
import { rerankers } from "../src/recommend/reranking/rerankers.ts";
import { apiPage } from "./api-page.ts";
import { dataPage, haveSamples, type Run, sampleFiles } from "./data-page.ts";
import { studiesPage } from "./inventory/inventory.ts";

const docs = resolve(import.meta.dirname, "../docs");
const readme = resolve(docs, "../README.md");

/** The README as it is, with its table of models made anew. */
export function readmePage(): string {
  const start = "<!-- Made from src/models/capabilities.ts by npm run docs. -->";
  const end = "<!-- end of the table -->";
  const page = readFileSync(readme, "utf8");
  const before = page.slice(0, page.indexOf(start));
  const after = page.slice(page.indexOf(end));
  return [`${before}${start}`, capabilityRows().join("\n"), after].join("\n\n");
}

/** What each model is, for the README. */
const about: Readonly<Record<string, string>> = {
  popular: "the most rated films",
  bias: "damped means of films and users",
  "time-bias": "means of films and users, and how a user's ratings drift with time (after Koren 2009)",
  "genre-overlap": "films with the most genres that the user likes; a baseline for content models",
  "taste-graph": "films reached through the genres of the user's highest ratings",
  "item-knn": "cosine similarity of films, k nearest neighbours",
  "user-knn": "the ratings of the k most similar users; presets",
  rp3beta: "random walks over users and films: RP3β (Paudel et al. 2016)",
  pagerank: "random walks over users, genres and tags, and decades if asked: personalised PageRank; names the paths",
  spectral: "spectral embedding of the graph of films, people, genres and tags: one vector for each of them",
  ease: "a linear model in closed form (Steck 2019); the default wherever it fits",
  markov: "transitions: films that others rated next, after the user's last ones (first-order Markov chain)",
  sequence: "a linear model in closed form of what comes next, from films rated before (after SLIST and TALE)",
  als: "implicit matrix factorisation by alternating least squares (Hu, Koren & Volinsky 2008); the default for large data; with `features`, it also lists films without ratings, and those that come after training",
  mf: "explicit matrix factorisation, with or without biases, by SGD, ALS or Adam; with `features`, it places films as `als` does",
  svdpp: "SVD++: matrix factorisation that learns from which films were rated, too (Koren 2008), by SGD",
  "bayesian-mf":
    "Bayesian matrix factorisation by Gibbs sampling, with implicit feedback on both sides; the single model whose predictions err least; with `dates`, it follows how a user's ratings drift with time",
  neural: "a neural network over embeddings of users and films, by Adam",
  tfidf: "TF-IDF of titles, genres and tags; lists films without ratings",
  text: "sentence embeddings of titles and genres (all-MiniLM-L6-v2); lists films without ratings",
  stacking:
    "the predicted ratings of several models, added up by weights that are learnt out of fold (Wolpert 1992); its predictions err least",
  hybrid: "a blend of several models, of ratings and of content, by given or learnt weights",
};

function capabilityRows(): string[] {
  const also: Partial<Record<Capability, string>> = {
    "names neighbours": "names neighbours",
    "names liked genres": "names the genres that the user likes",
    "names top terms": "names the terms that mark a film",
    "gives vectors": "lists by an index (`--approximate`)",
    "keeps ratings": "keeps the ratings it learned from",
    "blends models": "blends by ratings, by content or both",
    "places new items": "places films that come after training",
  };
  const rows = algorithms.map(({ name, learnsFrom, foldIn, learnsInEpochs }) => {
    const can = capabilitiesOf(name);
    const explained = (["scores", "ratings"] as const).filter((what) => can.includes(`explains ${what}`));
    const cells = [
      learnsFrom === "both" ? "ratings, content" : learnsFrom,
      can.includes("predicts ratings") ? "yes" : "",
      explained.join(", "),
      can.includes("finds similar items") ? "yes" : "",
      foldIn,
      [
        ...can.flatMap((capability) => also[capability] ?? []),
        ...(learnsInEpochs?.fixed ? ["its training can go on (`train --from`)"] : []),
      ].join(", "),
    ];
    return `| \`${name}\` | ${about[name]} | ${cells.join(" | ")} |`;
  });
  return [
    "| Name | What it is | Learns from | Predicts ratings | Explains | Similar films | Fold-in | Also |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
  ];
}

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
  const sections = algorithms.flatMap(
    ({ name, summary, settings, learnsFrom, foldIn, ratingsOnly, learnsInEpochs }) => {
      const table = settingsTable(settings);
      const placing = capabilitiesOf(name).includes("places new items")
        ? " Films that come after training are placed by their content."
        : "";
      const { loss, fixed } = learnsInEpochs ?? {};
      const goingOn = fixed
        ? ` Its training can go on (\`train --from\`) with the same ${listed(fixed.map((one) => `\`${one}\``))}.`
        : "";
      const losses = loss ? ` Losses: ${loss}.` : "";
      return [
        `## ${name}`,
        "",
        summary,
        "",
        `Learns from ${learnsFrom === "both" ? "ratings and content" : learnsFrom}${ratingsOnly ? ", not from events" : ""}. The fold-in of a new user is ${foldIn === "exact" ? "exact" : "approximate"}.${placing}${goingOn}${losses} Source: \`src/${sourceOfModel(name)}\`.`,
        "",
        ...(table.length > 2 ? table : ["No settings."]),
        "",
        ...presetsOf(settingsOf(settings).preset?.presets ?? {}),
        "```text",
        ...headOf(sourceOfModel(name)),
        "```",
        "",
      ];
    },
  );
  return [
    "# Models",
    "",
    "Made from `src/models/` by `npm run docs`: settings, then the head of the source with the paper, the formulas and the",
    "arrays that a [saved model](artifact-format.md) holds. A setting that acts only with some values of others is refused without",
    "them, unless it is at its default. What a model learns from is said for its default settings: with `features`, `als` and `mf` place",
    "films by content too, also those that come after training. `matinee similar --by` and `blendBy` keep those parts of a blend that learn",
    "from ratings, or from content; a part that learns from both is kept either way.",
    "",
    "All models learn on a standard scale, that of MovieLens, and answer on the scale of the data: ratings r and a·r + b (a > 0) give one",
    "model ([decision 28](adr/0028-models-learn-on-a-standard-scale.md)). Ratings of 1 to 5 or 0.5 to 5 stars stay as they are. With",
    "`scale=data`, so do all others. Models that rank take events too, whose amounts weigh from 1 to 3; models that predict ratings by",
    "their nature refuse them.",
    "",
    ...sections,
  ].join("\n");
}

/** "a, b and c" */
function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
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
    "`ndcg@10` looks at the first K = 10 films of each list, which holds none of the user's profile. Metrics of lists are measured in two",
    "[views](adr/0034-two-views-of-a-comparison.md): *as shipped*, the lists that `recommend` returns, where the most rated films fill what the model",
    "leaves empty; and *the model alone*, where places that it leaves empty are misses. In the definitions, C is the number of films that could be",
    "listed, R the number of relevant films held out, and *hits* the number of those that are listed.",
    "Films of equal scores stand in the order of their ids, and so lists are cut at K; `auc` alone counts pairs of them as ties.",
    "",
    "A held-out film is relevant if it was rated at least as high as a threshold (`--relevant`): by default the upper quarter of the scale's steps,",
    "4 of 1 to 5 and 8 of 1 to 10; of events, every held-out one.",
    "",
    "Metrics of relevant films average the users with a relevant film held out; those with a name in `-all` average all users. Every user",
    "counts the same. Errors of predicted ratings average ratings.",
    "",
    "A prediction is asked for the time of the held-out rating, where the data have times. Most models make nothing of it. `time-bias`, and `bayesian-mf` with",
    "`dates`, follow a user's mood from one rating to the next, by those of their profile before that time and, if there are some, after it: `latest:0.8` and",
    "`time:0.8` leave only those before ([decision 69](adr/0069-a-prediction-is-for-a-time.md)). Lists are for no time in particular.",
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
    "# Reranking and retrieval",
    "",
    "Made from `src/recommend/reranking/` and `src/recommend/retrieval/` by `npm run docs`.",
    "",
    "A reranker reorders what any model proposes: `matinee recommend --rerank mmr --rerank-set lambda=0.5 --pool 100`, for one user, in",
    "a `--sweep`, or with `--all`; in the library `recommender.recommend({ user: 3, rerank: mmr({ lambda: 0.5 }) })`, and `recommendAll({ rerank })` for",
    "the lists of all users. It is given a pool of candidates, 50 unless told otherwise, and can do nothing but order them. Each film",
    "carries its place in the first stage (`reranked`: `by`, `from`, `score`; `failure` where the reranker could not rank, and the order",
    "is the model's own); `score` and reasons are still the model's. Films that the fallback fills in stay behind.",
    "",
    ...sections,
    "## Retrieval: llm",
    "",
    "A retriever proposes films before the model does: `matinee recommend --retrieve llm --retrieve-set model=llama3.2`; in the library",
    '`recommend({ user: 3, retrieve: llmRetriever({ model: "llama3.2" }) })`. It is asked for as many films as `--pool` says, 50 by default. They come',
    "first in the list, with the retriever's name as their `source`, their `score` is their place in the answer, and they have no reasons; a",
    "reranker reorders them. The model's own list follows where they are too few. `retrievalFailure` says why nothing was proposed. Settings are those of",
    "the reranker `llm`, of which it shares the client. `withRetriever` lets it take part in a comparison. Source: `src/recommend/retrieval/llm.ts`.",
    "",
    "```text",
    ...headOf("recommend/retrieval/llm.ts"),
    "```",
    "",
  ].join("\n");
}

function settingsTable(config: TObject): string[] {
  const rows = Object.entries(settingsOf(config)).map(
    ([key, setting]) =>
      `| \`${key}\` | ${setting.default} | ${boundsOf(setting).replaceAll("|", "\\|")} | ${meaningOf(setting)} |`,
  );
  return ["| Setting | Default | Takes | Meaning |", "|---|---|---|---|", ...rows];
}

function meaningOf(setting: Setting): string {
  const condition = conditionOf(setting);
  return condition === "" ? setting.description : `${setting.description}; ${condition}`;
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

/** src/models/specs.ts: a function for each algorithm, whose types and comments come from its schema. */
export function specsModule(): string {
  const specs = algorithms.filter(({ name }) => name !== "hybrid" && name !== "stacking").flatMap(specOf);
  return [
    "/** Made from the schemas of the algorithms by `npm run docs`: a function for each, with its settings as types. */",
    'import { configure } from "./configure.ts";',
    'import type { ModelSpec } from "./model.ts";',
    ...specs,
    "",
  ].join("\n");
}

function specOf({ name, summary, settings }: (typeof algorithms)[number]): string[] {
  const entries = Object.entries(settingsOf(settings));
  const call = functionNameOf(name);
  const type = `${call[0].toUpperCase()}${call.slice(1)}Options`;
  const types = entries.length === 0 ? [] : ["", `/** Settings of \`${call}\`. */`, `export interface ${type} {`];
  for (const [key, setting] of entries) {
    const bounds = setting.enum || setting.type === "boolean" ? [] : [boundsOf(setting)];
    const facts = [...bounds, conditionOf(setting), `${JSON.stringify(setting.default)} by default`].filter(Boolean);
    types.push(
      `  /** ${capitalised(setting.description)}. ${capitalised(facts.join("; "))}. */`,
      `  readonly ${key}?: ${typeOf(setting)};`,
    );
  }
  if (entries.length > 0) types.push("}");
  const example = entries.length === 0 ? "" : `{ ${entries[0][0]}: ${JSON.stringify(entries[0][1].default)} }`;
  return [
    ...types,
    "",
    "/**",
    ` * ${summary}`,
    " *",
    ...(entries.length === 0
      ? []
      : [" * @throws CONFIG_INVALID for a setting that it does not have, or a value that the setting does not take"]),
    ` * @example ${call}(${example}) // docs/models.md has the paper and the formulas`,
    " */",
    entries.length === 0
      ? `export function ${call}(): ModelSpec {`
      : `export function ${call}(settings: ${type} = {}): ModelSpec {`,
    `  return configure("${name}"${entries.length === 0 ? "" : ", settings"});`,
    "}",
  ];
}

function typeOf({ enum: values, type }: Setting): string {
  if (values) return values.map((value) => JSON.stringify(value)).join(" | ");
  return type === "integer" ? "number" : type!;
}

function capitalised(text: string): string {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

async function runMain(...args: string[]): Promise<Run> {
  const main = resolve(docs, "../src/cli/main.ts");
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, stdout, stderr };
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(resolve(docs, "api.md"), apiPage());
  writeFileSync(resolve(docs, "../src/models/specs.ts"), specsModule());
  writeFileSync(readme, readmePage());
  writeFileSync(resolve(docs, "errors.md"), errorsPage());
  writeFileSync(resolve(docs, "models.md"), modelsPage());
  writeFileSync(resolve(docs, "metrics.md"), metricsPage());
  writeFileSync(resolve(docs, "reranking.md"), rerankingPage());
  writeFileSync(resolve(docs, "studies.md"), studiesPage());
  if (haveSamples) writeFileSync(resolve(docs, "data.md"), await dataPage(runMain));
  else console.log(`docs/data.md stays as it is: ${sampleFiles} is not there`);
}
