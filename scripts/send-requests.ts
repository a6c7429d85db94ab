/** Requests for lists that are sent at given moments, whatever becomes of earlier ones. */
import { Agent, request } from "node:http";
import { setTimeout } from "node:timers/promises";

/** What became of requests. */
export interface Sent {
  /** How often each HTTP status was answered; "failed" where there was no answer. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Milliseconds that answers of status 200 took, from the moment at which their request was due: who holds requests up is not asked less. */
  readonly took: readonly number[];
}

/** Requests under way from which no more are sent: the server has long been left behind. */
const mostUnderWay = 4000;

/**
 * Sends bodies in turn.
 *
 * @param url of the server
 * @param moments milliseconds from now, ascending; the next is asked for when the one before has been sent
 */
export async function sendRequests(url: string, bodies: readonly string[], moments: Iterable<number>): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const statuses: Record<string, number> = {};
  const took: number[] = [];
  const count = (status: string) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  let underWay = 0;
  const start = performance.now();
  const ask = (body: string, due: number) =>
    new Promise<void>((done) => {
      const end = (status: string) => {
        count(status);
        if (status === "200") took.push(performance.now() - start - due);
        underWay--;
        done();
      };
      underWay++;
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const sent = request(`${url}/api/v1/recommendations`, { agent, method: "POST", headers }, (response) => {
        response.resume().on("end", () => end(String(response.statusCode)));
      });
      sent.on("error", () => end("failed")).end(body);
    });
  const answers: Promise<void>[] = [];
  let next = 0;
  for (const due of moments) {
    const wait = due - (performance.now() - start);
    if (wait > 0) await setTimeout(wait);
    if (underWay >= mostUnderWay) count("unsent");
    else answers.push(ask(bodies[next++ % bodies.length], due));
  }
  await Promise.all(answers);
  agent.destroy();
  return { statuses, took };
}
