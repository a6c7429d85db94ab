/**
 * Asks a server for lists at a steady rate, whatever it answers, and prints as JSON how long the answers took. Requests come at random moments
 * (a Poisson process, seeded). Each is timed from the moment at which it was due, so that a server that holds requests up does not look
 * quicker by being asked less. `node scripts/load-generator.ts '{"url": …, "bodies": FILE, "rate": 500, "seconds": 20}'`.
 */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { random as randomFrom } from "../src/random.ts";

/** What is asked: `bodies`, a file with a JSON list of bodies, in turn. */
export interface LoadPlan {
  readonly url: string;
  readonly bodies: string;
  readonly rate: number;
  readonly seconds: number;
}

/** What came of it; times in milliseconds. */
export interface LoadResult {
  /** How often each HTTP status was answered; "failed" where there was no answer. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of answers with status 200, sorted. */
  readonly took: readonly number[];
  /** Processor time of this process. */
  readonly processor: number;
}

/** Requests under way from which no more are sent: the server has long been left behind. */
const mostUnderWay = 4000;

async function load({ url, bodies: file, rate, seconds }: LoadPlan): Promise<LoadResult> {
  const bodies = (JSON.parse(readFileSync(file, "utf8")) as object[]).map((body) => Buffer.from(JSON.stringify(body)));
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const random = randomFrom(1);
  const due: number[] = [];
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random.float()) / rate) * 1000;
    if (at > seconds * 1000) break;
    due.push(at);
  }
  const statuses: Record<string, number> = {};
  const took: number[] = [];
  let underWay = 0;
  const start = performance.now();
  const ask = (body: Buffer, from: number) =>
    new Promise<void>((done) => {
      const end = (status: string) => {
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status === "200") took.push(performance.now() - start - from);
        underWay--;
        done();
      };
      underWay++;
      const headers = { "content-type": "application/json", "content-length": body.length };
      const sent = request(url, { agent, method: "POST", headers }, (response) => {
        response.resume().on("end", () => end(String(response.statusCode)));
      });
      sent.on("error", () => end("failed")).end(body);
    });
  const answers: Promise<void>[] = [];
  for (let next = 0; next < due.length; ) {
    const now = performance.now() - start;
    for (; next < due.length && due[next] <= now; next++) {
      if (underWay >= mostUnderWay) statuses.unsent = (statuses.unsent ?? 0) + 1;
      else answers.push(ask(bodies[next % bodies.length], due[next]));
    }
    await new Promise((resume) => setTimeout(resume, 1));
  }
  await Promise.all(answers);
  agent.destroy();
  const { user, system } = process.cpuUsage();
  return { statuses, took: took.sort((a, b) => a - b), processor: (user + system) / 1000 };
}

if (import.meta.main) {
  console.log(JSON.stringify(await load(JSON.parse(process.argv[2]) as LoadPlan)));
}
