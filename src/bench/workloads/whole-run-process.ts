/** `wholeRun` as a process of its own, so that its memory is its own: RATINGS ARTIFACT ITERATIONS THREADS ARITHMETIC */
import { createEngine } from "../../compute/pool.ts";
import { peakOfProcess, wholeRun } from "./whole-run.ts";

const [ratings, artifact, iterations, threads, arithmetic] = process.argv.slice(2);
using engine = await createEngine({
  threads: Number(threads),
  arithmetic: arithmetic === "strict" ? "strict" : "relaxed",
});
const { parts } = await wholeRun(ratings, artifact, Number(iterations), engine);
process.stdout.write(`${JSON.stringify({ parts, bytes: peakOfProcess() })}\n`);
