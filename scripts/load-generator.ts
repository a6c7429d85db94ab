/**
 * Asks a server for lists at a steady rate, and prints as JSON how long the answers took. Requests come at random moments (a Poisson process,
 * seeded). `node scripts/load-generator.ts '{"url": …, "bodies": FILE, "rate": 500, "seconds": 20}'`.
 */
import { readFileSync } from "node:fs";
import { random } from "../src/random.ts";
import { type Sent, sendRequests } from "./send-requests.ts";

/** What is asked: `bodies`, a file with a JSON list of bodies, in turn. */
export interface LoadPlan {
  readonly url: string;
  readonly bodies: string;
  readonly rate: number;
  readonly seconds: number;
}

function* momentsOf({ rate, seconds }: LoadPlan): Iterable<number> {
  const source = random(1);
  for (let at = 0; ; ) {
    at += (-Math.log(1 - source.float()) / rate) * 1000;
    if (at > seconds * 1000) return;
    yield at;
  }
}

async function load(plan: LoadPlan): Promise<Sent> {
  const bodies = (JSON.parse(readFileSync(plan.bodies, "utf8")) as object[]).map((body) => JSON.stringify(body));
  const { statuses, took } = await sendRequests(plan.url, bodies, momentsOf(plan));
  return { statuses, took: took.toSorted((a, b) => a - b) };
}

if (import.meta.main) {
  console.log(JSON.stringify(await load(JSON.parse(process.argv[2]) as LoadPlan)));
}
