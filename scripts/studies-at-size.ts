/**
 * Studies 000 and 002 on made-up ratings of the sizes that they had: `node scripts/studies-at-size.ts [--write]`. Each runs in a process of its
 * own, as the command does it, on one thread. With --write the table becomes docs/results/studies.md.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const studies = [
  { study: "000", data: "synthetic-25m" },
  { study: "002", data: "synthetic-32m" },
] as const;
/** Between two looks at the memory of the process, ms. */
const pause = 200;

/** Runs a study to its end; the seconds that it took, and the most memory that it had, in MB. */
async function runStudy(study: string, data: string): Promise<readonly [seconds: number, megabytes: number]> {
  const main = join(import.meta.dirname, "../dist/cli/main.js");
  const start = performance.now();
  const args = [main, "experiment", study, "--data", data, "--json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid!));
  }, pause);
  const [code] = await once(child, "close");
  clearInterval(watch);
  if (code !== 0) throw new Error(`study ${study} ended with ${code}`);
  return [(performance.now() - start) / 1000, peak / 1000];
}

/** The most memory that a process has had, in kB, as Linux counts it; 0 once it has ended. */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const rows: string[] = [];
for (const { study, data } of studies) {
  const [seconds, megabytes] = await runStudy(study, data);
  rows.push(`| ${study} | ${data} | ${seconds.toFixed(0)} | ${Math.round(megabytes).toLocaleString("en-US")} |`);
  process.stderr.write(`${rows.at(-1)}\n`);
}
const page = `# Studies at their size

\`node scripts/studies-at-size.ts --write\` writes this page: studies 000 and 002 on made-up ratings as many as theirs, by
\`matinee experiment STUDY --data NAME\`, one thread, reading or making the ratings included. The memory is the most that the process had, in
megabytes of 10⁶ bytes. The ratings are made up, so only time and memory say anything.

| Study | Data | Seconds | MB |
|---|---|---|---|
${rows.join("\n")}
`;
if (process.argv[2] === "--write") writeFileSync(join(import.meta.dirname, "../docs/results/studies.md"), page);
else process.stdout.write(page);
