/** The documentation that is made from code: docs/errors.md, docs/models.md and docs/metrics.md. `npm run docs` writes them. */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { errorTable } from "../src/errors.ts";
import { metricKinds } from "../src/evaluate/metrics.ts";
import { boundsOf, settingsOf } from "../src/models/config.ts";
import { algorithms } from "../src/models/registry.ts";

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
    const rows = Object.entries(settingsOf(config)).map(
      ([key, setting]) =>
        `| \`${key}\` | ${setting.default} | ${boundsOf(setting).replaceAll("|", "\\|")} | ${setting.description} |`,
    );
    const table = ["| Setting | Default | Takes | Meaning |", "|---|---|---|---|", ...rows];
    return [
      `## ${name}`,
      "",
      summary,
      "",
      `Somebody who was not in the training data is folded in ${foldIn === "exact" ? "exactly" : "approximately"}. Source: \`src/models/${name}.ts\`.`,
      "",
      ...(rows.length > 0 ? table : ["No settings."]),
      "",
      ...presetsOf(settingsOf(config).preset?.presets ?? {}),
      "```text",
      ...headOf(`models/${name}.ts`),
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
    "`ndcg@10` looks at the first K = 10 films of each list. Lists hold what the model itself chose, nothing of the person's profile;",
    "C: films that could be listed. R: relevant films held out, rated at least so high; hits: how many of them are listed. Metrics of",
    "relevant films average people with one held out, or, with a name in `-all`, everybody; people count alike. Errors of predicted",
    "ratings average ratings.",
    "",
    "| Name | What it says | Definition | Better |",
    "|---|---|---|---|",
    ...rows,
    "",
    ...sources.flatMap((name) => [`## ${name}`, "", "```text", ...headOf(`evaluate/metrics/${name}`), "```", ""]),
  ].join("\n");
}

/** What each preset stands for, but for those that change nothing. */
function presetsOf(presets: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string[] {
  const lines = Object.entries(presets).map(([name, values]) => {
    const pairs = Object.entries(values).map(([key, value]) => `${key} = ${value}`);
    return pairs.length === 0 ? [] : [`- \`preset=${name}\`: ${pairs.join(", ")}`];
  });
  return lines.length === 0 ? [] : [...lines.flat(), ""];
}

/** The comment at the head of a source: papers, formulas, and of a model the arrays that it saves. */
function headOf(name: string): string[] {
  const source = readFileSync(resolve(docs, "../src", name), "utf8");
  const [, head] = /^\/\*\*\n?([\s\S]*?)\s*\*\//.exec(source)!;
  return head.split("\n").map((line) => line.replace(/^ \*? ?/, ""));
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(resolve(docs, "errors.md"), errorsPage());
  writeFileSync(resolve(docs, "models.md"), modelsPage());
  writeFileSync(resolve(docs, "metrics.md"), metricsPage());
}
