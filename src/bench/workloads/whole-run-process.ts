/** `wholeRun` in a process of its own, to measure its memory. Arguments: RATINGS ARTIFACT ITERATIONS THREADS ARITHMETIC */
import { createEngine } from "../../compute/pool.ts";
import { peakOfProcess, wholeRun } from "./whole-run.ts";

const [ratings, artifact, iterations, threads, arithmetic] = process.argv.slice(2);
using engine = await createEngine({
  threads: Number(threads),
  arithmetic: arithmetic === "strict" ? "strict" : "relaxed",
});
const { seconds } = await wholeRun(ratings, artifact, Number(iterations), engine);
process.stdout.write(`${JSON.stringify({ seconds, bytes: peakOfProcess() })}\n`);
