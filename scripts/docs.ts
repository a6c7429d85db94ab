/** The documentation that is made from code: docs/errors.md and docs/models.md. `npm run docs` writes both. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { errorTable } from "../src/errors.ts";
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
      ...headOf(name),
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

/** What each preset stands for, but for those that change nothing. */
function presetsOf(presets: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string[] {
  const lines = Object.entries(presets).map(([name, values]) => {
    const pairs = Object.entries(values).map(([key, value]) => `${key} = ${value}`);
    return pairs.length === 0 ? [] : [`- \`preset=${name}\`: ${pairs.join(", ")}`];
  });
  return lines.length === 0 ? [] : [...lines.flat(), ""];
}

/** The comment at the head of a model's source: paper, formulas, and the arrays that a saved model holds. */
function headOf(model: string): string[] {
  const source = readFileSync(resolve(docs, `../src/models/${model}.ts`), "utf8");
  const [, head] = /^\/\*\*\n([\s\S]*?)\n \*\//.exec(source)!;
  return head.split("\n").map((line) => line.replace(/^ \* ?/, ""));
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(resolve(docs, "errors.md"), errorsPage());
  writeFileSync(resolve(docs, "models.md"), modelsPage());
}
