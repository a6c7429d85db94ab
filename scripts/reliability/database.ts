/** PostgreSQL stops and comes back while a server answers requests. */
import { setTimeout } from "node:timers/promises";
import type { PostgresServer } from "../../test/helpers/postgres.ts";
import { type Places, prepare, serve } from "./serve.ts";

/** What rounds of stopping the database showed. */
export interface DatabaseStops {
  readonly rounds: number;
  /** Requests by what they were answered. */
  readonly answers: Readonly<Record<string, number>>;
  /** Ratings and requests with events that were acknowledged. */
  readonly acknowledged: number;
  /** Milliseconds at most from the start of the database to the first write that was acknowledged. */
  readonly slowestRecovery: number;
  readonly wrong: readonly string[];
}

/** Milliseconds that the server may take to write again once the database is back. */
const mostToRecover = 5000;
/** Milliseconds that the database is away. */
const away = 700;

/** @param database whose store `places` names */
export async function stopDatabase(database: PostgresServer, places: Places, rounds: number): Promise<DatabaseStops> {
  await prepare(places);
  const server = await serve(places);
  const wrong: string[] = [];
  const answers: Record<string, number> = {};
  const ratings = new Map<string, { rating: number; possible: Set<number> }>();
  const keys = new Set<string>();
  let [asking, acknowledged, lastWrite] = [true, 0, 0];

  async function ask(kind: string, ...request: Parameters<typeof server.ask>): Promise<boolean> {
    const answer = await server.ask(...request).catch((error: unknown) => {
      wrong.push(`${kind}: no answer (${error})`);
      return undefined;
    });
    if (!answer) {
      asking = false;
      return false;
    }
    const { status, body, headers } = answer;
    const name = `${kind}: ${status}`;
    answers[name] = (answers[name] ?? 0) + 1;
    if (status === 503 && !headers.has("retry-after")) wrong.push(`${name} without Retry-After`);
    const allowed = kind === "list for given ratings" ? [200] : [200, 503];
    if (!allowed.includes(status)) wrong.push(`${name} ${JSON.stringify(body)}`);
    if (status !== 200) await setTimeout(20);
    return status === 200;
  }
  const clients = [
    async (n: number) => {
      const [item, rating] = [String(1 + (n % 70)), 0.5 + (n % 10) / 2];
      const before = ratings.get(item) ?? { rating: Number.NaN, possible: new Set() };
      ratings.set(item, before);
      before.possible.add(rating);
      if (!(await ask("rating", "PUT", `/api/v1/users/ann/ratings/${item}`, { rating }))) return;
      // What came before is replaced.
      ratings.set(item, { rating, possible: new Set([rating]) });
      acknowledged++;
      lastWrite = performance.now();
    },
    async (n: number) => {
      const key = `key${n}`;
      const body = { events: ["1", "2"].map((item) => ({ type: key, user: "bob", item })) };
      const header = { "idempotency-key": key };
      // Sent until it is acknowledged, and carried out once.
      while (asking && !(await ask("events", "POST", "/api/v1/events", body, header)));
      if (!asking) return;
      keys.add(key);
      acknowledged++;
    },
    async () => {
      await ask("list for given ratings", "POST", "/api/v1/recommendations", { ratings: [{ id: 1, rating: 5 }] });
    },
    async () => {
      await ask("list for a user", "GET", "/api/v1/users/ann/recommendations");
    },
  ];
  const running = clients.map(async (client) => {
    for (let n = 0; asking; n++) await client(n);
  });
  let slowestRecovery = 0;
  for (let round = 0; round < rounds && asking; round++) {
    await setTimeout(200);
    await database.stop();
    await setTimeout(away);
    await database.start();
    const back = performance.now();
    while (asking && lastWrite < back && performance.now() < back + mostToRecover) await setTimeout(10);
    if (lastWrite < back) wrong.push(`round ${round}: nothing was written within ${mostToRecover} ms`);
    slowestRecovery = Math.max(slowestRecovery, lastWrite - back);
  }
  asking = false;
  await Promise.all(running);
  if (server.ended()) wrong.push(`the server has ended: ${server.log()}`);
  else {
    const { body: ann } = await server.ask("GET", "/api/v1/users/ann/export");
    const kept = new Map<string, number>(
      ann.ratings.map((one: { item: string; rating: number }) => [one.item, one.rating]),
    );
    for (const [item, { rating, possible }] of ratings) {
      const found = kept.get(item);
      if (!(found === undefined ? Number.isNaN(rating) : possible.has(found))) {
        wrong.push(`${item} was rated ${rating}, and the store has ${found}`);
      }
    }
    const { body: bob } = await server.ask("GET", "/api/v1/users/bob/export");
    const counts = new Map<string, number>();
    for (const { type } of bob.events) counts.set(type, (counts.get(type) ?? 0) + 1);
    for (const key of keys)
      if (counts.get(key) !== 2) wrong.push(`of ${key}, ${counts.get(key) ?? 0} of 2 events are there`);
    await server[Symbol.asyncDispose]();
  }
  return { rounds, answers, acknowledged, slowestRecovery: Math.round(slowestRecovery), wrong };
}
