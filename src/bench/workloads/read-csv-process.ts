/** Reads ratings in a process of its own, to measure its memory. Arguments: RATINGS THREADS */
import { readRatings } from "../../data/read.ts";
import { peakOfProcess } from "./whole-run.ts";

const [ratings, threads] = process.argv.slice(2);
const start = performance.now();
const data = await readRatings(ratings, { threads: Number(threads) });
const { length } = data.byItem.values;
const seconds = (performance.now() - start) / 1000;
process.stdout.write(`${JSON.stringify({ seconds, bytes: peakOfProcess(), ratings: length })}\n`);
