/** Kills the server (SIGKILL) while several clients write, again and again, and looks whether all that it had acknowledged is there. */
import { setTimeout } from "node:timers/promises";
import { random } from "../../src/random.ts";
import { openStore } from "../../src/store/open-store.ts";
import { modelNames, type Places, type ServerProcess, serve } from "./serve.ts";

/** Clients that write at once: some wait for a commit, some for the next. */
const clients = 8;
/** Events in a request: all of them are kept, or none. */
const eventsAtOnce = 3;
/** Films that a client rates, again and again. */
const films = 5;

/** What rounds of killing showed. */
export interface ServerKills {
  readonly rounds: number;
  readonly ratings: number;
  /** Requests with events. */
  readonly events: number;
  /** Exchanges of the active model. */
  readonly switches: number;
  /** Requests under way as the server was killed. */
  readonly underWay: number;
  /** What was not as it must be. */
  readonly wrong: readonly string[];
}

export interface KillOptions {
  readonly rounds: number;
  readonly seed?: number;
  /** Whether another client exchanges the active model meanwhile. */
  readonly switching?: boolean;
}

/** What one client was told, and what it had asked without an answer as the server was killed. */
interface Told {
  readonly user: string;
  /** The last rating of each film that was acknowledged. */
  readonly ratings: Map<string, number>;
  /** Of a rating and of events: what was under way. */
  rating?: readonly [string, number];
  /** Keys of requests with events that were acknowledged. */
  readonly keys: string[];
  key?: string;
}

/** @param places as `prepare` left them */
export async function killServer(places: Places, options: KillOptions): Promise<ServerKills> {
  const { rounds, seed = 1, switching = false } = options;
  // Milliseconds at most from the first acknowledgement to the kill: an exchange of models takes longer than a write.
  const most = switching ? 1500 : 300;
  const rng = random(seed);
  const wrong: string[] = [];
  const counts = { ratings: 0, events: 0, switches: 0, underWay: 0 };
  const all: Told[] = [];
  let last: { told: Told[]; models: readonly string[] } = { told: [], models: [modelNames[0]] };
  for (let round = 0; ; round++) {
    const server = await serve(places);
    await checkModel(server, last.models, wrong);
    for (const told of last.told) await checkClient(server, told, wrong);
    if (round === rounds) {
      await server[Symbol.asyncDispose]();
      break;
    }
    // In every second round a model has been exchanged before, however slow the machine is.
    const kill = { after: rng.int(most), afterExchange: switching && round % 2 === 1 };
    last = await writeUntilKilled(server, `${seed}-${round}`, kill, switching, counts, wrong);
    all.push(...last.told);
  }
  await checkStore(places.place, all, wrong);
  return { rounds, ...counts, wrong };
}

async function writeUntilKilled(
  server: ServerProcess,
  name: string,
  { after, afterExchange }: { readonly after: number; readonly afterExchange: boolean },
  switching: boolean,
  counts: { ratings: number; events: number; switches: number; underWay: number },
  wrong: string[],
): Promise<{ told: Told[]; models: readonly string[] }> {
  const [first, exchanged] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let killed = false;
  /** Asks until the server is killed: then there is no answer, and it is false. */
  async function acknowledged(...request: Parameters<ServerProcess["ask"]>): Promise<boolean> {
    const answer = await server.ask(...request).catch(() => undefined);
    if (answer?.status === 200) {
      first.resolve();
      return true;
    }
    if (answer) wrong.push(`${request[0]} ${request[1]}: ${answer.status} ${JSON.stringify(answer.body)}`);
    else if (!killed) wrong.push(`${request[0]} ${request[1]}: no answer, and the server was not killed`);
    else counts.underWay++;
    first.resolve();
    return false;
  }
  const told = Array.from(
    { length: clients },
    (_, n): Told => ({ user: `${name}-${n}`, ratings: new Map(), keys: [] }),
  );
  async function rate(one: Told): Promise<void> {
    for (let n = 0; ; n++) {
      const [item, rating] = [String(1 + (n % films)), 0.5 + (n % 10) / 2];
      one.rating = [item, rating];
      if (!(await acknowledged("PUT", `/api/v1/users/${one.user}/ratings/${item}`, { rating }))) return;
      one.ratings.set(item, rating);
      delete one.rating;
      counts.ratings++;
    }
  }
  async function addEvents(one: Told): Promise<void> {
    for (let n = 0; ; n++) {
      one.key = `${one.user}-${n}`;
      if (!(await acknowledged("POST", "/api/v1/events", eventsOf(one, one.key), { "idempotency-key": one.key })))
        return;
      one.keys.push(one.key);
      delete one.key;
      counts.events++;
    }
  }
  let models: readonly string[] = [await activeModel(server)];
  async function switchModels(): Promise<void> {
    for (;;) {
      const next = modelNames[(modelNames.indexOf(models[0]) + 1) % modelNames.length];
      models = [models[0], next];
      const done = await acknowledged("POST", `/api/v1/models/${next}/activate`);
      exchanged.resolve();
      if (!done) return;
      models = [next];
      counts.switches++;
    }
  }
  const working = told.map((one, n) => (n % 2 === 0 ? rate(one) : addEvents(one)));
  if (switching) working.push(switchModels());
  await (afterExchange ? exchanged : first).promise;
  await setTimeout(after);
  killed = true;
  await server.kill();
  await Promise.all(working);
  return { told, models };
}

/** A request's events name their request by their type. */
function eventsOf({ user }: Told, key: string) {
  return { events: Array.from({ length: eventsAtOnce }, (_, n) => ({ type: key, user, item: String(n + 1) })) };
}

async function activeModel(server: ServerProcess): Promise<string> {
  return (await server.ask("GET", "/readyz")).body.model;
}

/** The active model is one that was acknowledged last, or was under way; and it answers. */
async function checkModel(server: ServerProcess, possible: readonly string[], wrong: string[]): Promise<void> {
  const active = await activeModel(server);
  if (!possible.includes(active)) wrong.push(`the model ${active} is active, of ${possible.join(" and ")}`);
  const { status, body } = await server.ask("POST", "/api/v1/recommendations", { ratings: [{ id: 1, rating: 5 }] });
  if (status !== 200 || body.model !== active) wrong.push(`a list: ${status}, by ${body.model} and not ${active}`);
}

/** What a client was told is there, and what was under way is there whole or not at all; sent again, it is there once. */
async function checkClient(server: ServerProcess, told: Told, wrong: string[]): Promise<void> {
  const { user, ratings, rating, keys, key } = told;
  const exported = async () => {
    const { status, body } = await server.ask("GET", `/api/v1/users/${user}/export`);
    if (status !== 200) wrong.push(`the export of ${user}: ${status}`);
    return body;
  };
  const kept = await exported();
  const found = new Map<string, number>(
    kept.ratings.map((one: { item: string; rating: number }) => [one.item, one.rating]),
  );
  for (const [item, value] of ratings) {
    const late = rating?.[0] === item ? rating[1] : value;
    if (found.get(item) !== value && found.get(item) !== late) {
      wrong.push(`${user} rated ${item} ${value}, and the store has ${found.get(item)}`);
    }
  }
  for (const item of found.keys()) {
    if (!ratings.has(item) && rating?.[0] !== item) wrong.push(`${user} never rated ${item}`);
  }
  checkEvents(user, countByKey(kept.events), keys, key, wrong);
  if (rating) ratings.set(...rating);
  if (rating) await server.ask("PUT", `/api/v1/users/${user}/ratings/${rating[0]}`, { rating: rating[1] });
  delete told.rating;
  if (key !== undefined) {
    keys.push(key);
    delete told.key;
  }
  // Sent again, as clients do that had no answer: the last ones that had one, too.
  for (const again of keys.slice(-2)) {
    const answer = await server.ask("POST", "/api/v1/events", eventsOf(told, again), { "idempotency-key": again });
    const replayed = answer.headers.get("idempotency-replayed") === "true";
    if (answer.status !== 200 || (again !== key && !replayed)) wrong.push(`${again} sent again: ${answer.status}`);
  }
  if (keys.length > 0) checkEvents(user, countByKey((await exported()).events), keys, undefined, wrong);
}

function countByKey(events: readonly { readonly type: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

function checkEvents(
  user: string,
  found: ReadonlyMap<string, number>,
  keys: readonly string[],
  underWay: string | undefined,
  wrong: string[],
): void {
  for (const key of keys) {
    if (found.get(key) !== eventsAtOnce)
      wrong.push(`of ${key}, ${found.get(key) ?? 0} of ${eventsAtOnce} events are there`);
  }
  for (const [key, count] of found) {
    if (keys.includes(key)) continue;
    if (key !== underWay || count !== eventsAtOnce) wrong.push(`${user} has ${count} events of ${key}`);
  }
}

/** At the end, all of all rounds, read from the store itself. */
async function checkStore(place: string, all: readonly Told[], wrong: string[]): Promise<void> {
  const ratings = new Map<string, number>();
  await using store = await openStore(place);
  for await (const { user, item, rating } of store.allRatings()) ratings.set(`${user} ${item}`, rating);
  const events: { type: string }[] = [];
  for await (const { type } of store.allEvents()) events.push({ type });
  const found = countByKey(events);
  checkEvents(
    "the store",
    found,
    all.flatMap(({ keys }) => keys),
    undefined,
    wrong,
  );
  for (const told of all) {
    for (const [item, rating] of told.ratings) {
      const kept = ratings.get(`${told.user} ${item}`);
      if (kept !== rating) wrong.push(`in the end: ${told.user} rated ${item} ${rating}, and the store has ${kept}`);
    }
  }
}
