/** What goes wrong around a server that keeps its store in SQLite: the disk, its folder, the clock. */
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { prepare, type ServerProcess, serve } from "./serve.ts";

/** What a check showed. */
export interface FaultResult {
  /** Writes that were acknowledged. */
  readonly acknowledged: number;
  /** Writes that were refused, by status and code. */
  readonly refused: readonly string[];
  /** What was not as it must be. */
  readonly wrong: readonly string[];
}

/** Options for a test that mounts file systems: skipped, saying why, where that is not allowed. */
export function needsMounts(): { skip?: string } {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return { skip: "only root may mount, on Linux" };
  return spawnSync("unshare", ["--mount", "true"]).status === 0 ? {} : { skip: "mounts are not allowed here" };
}

/** Also where there is no loop device, or no mkfs.ext4. */
export function needsDisks(): { skip?: string } {
  const { skip } = needsMounts();
  if (skip !== undefined) return { skip };
  if (spawnSync("mkfs.ext4", ["-V"]).status !== 0) return { skip: "no mkfs.ext4: apt-get install e2fsprogs" };
  return existsSync("/dev/loop-control") ? {} : { skip: "there are no loop devices" };
}

/** Mounts something on a folder until it is disposed of. */
export function mount(folder: string, ...given: string[]): Disposable {
  mkdirSync(folder, { recursive: true });
  execFileSync("mount", [...given, folder]);
  return { [Symbol.dispose]: () => void execFileSync("umount", [folder]) };
}

/** Writes of users, and what became of each. */
class Writes {
  readonly acknowledged: string[] = [];
  readonly refused = new Set<string>();
  readonly wrong: string[] = [];
  #user = 0;

  /** Adds two large events of a new user. @returns the answer's code where it was refused */
  async add(server: ServerProcess): Promise<string | undefined> {
    const user = `user${this.#user++}`;
    // Types as long as they may be, and ids too, so that a disk is soon full.
    const event = (item: string) => ({ type: "x".repeat(50), user, item: item.repeat(200) });
    const events = Array.from({ length: 20 }, (_, n) => event(String(n % 10)));
    const { status, headers, body } = await server.ask("POST", "/api/v1/events", { events });
    if (status === 200) {
      this.acknowledged.push(user);
      return undefined;
    }
    this.refused.add(`${status} ${body.code}`);
    if (!/^STORE_/.test(body.code)) this.wrong.push(`a write: ${status} ${JSON.stringify(body)}`);
    if (status === 503 && !headers.has("retry-after")) this.wrong.push("503 without Retry-After");
    return body.code;
  }

  /** What was acknowledged is there whole, and nothing of what was refused; lists are answered. */
  async check(server: ServerProcess): Promise<void> {
    if (server.ended()) this.wrong.push(`the server has ended: ${server.log()}`);
    for (let n = 0; n < this.#user; n++) {
      const { status, body } = await server.ask("GET", `/api/v1/users/user${n}/export`);
      const expected = this.acknowledged.includes(`user${n}`) ? 20 : 0;
      if (status !== 200 || body.events.length !== expected) {
        this.wrong.push(`user${n}: ${status}, ${body.events?.length} events, not ${expected}`);
      }
    }
    const lists = [
      await server.ask("POST", "/api/v1/recommendations", { ratings: [{ id: 1, rating: 5 }] }),
      await server.ask("GET", "/api/v1/users/user0/recommendations"),
      await server.ask("GET", "/api/v1/catalog"),
      await server.ask("GET", "/healthz"),
    ];
    const statuses = lists.map(({ status }) => status);
    if (statuses.some((status) => status !== 200)) this.wrong.push(`lists: ${statuses.join(", ")}`);
  }

  result(): FaultResult {
    return { acknowledged: this.acknowledged.length, refused: [...this.refused], wrong: this.wrong };
  }
}

/** Where the store and the models of a check are: the store in a folder of its own. */
function placesIn(folder: string) {
  const models = join(folder, "models");
  const disk = join(folder, "disk");
  mkdirSync(models, { recursive: true });
  return { models, disk, place: join(disk, "store.sqlite") };
}

/** The disk of the store is full, and later it is not. @param folder an empty one */
export async function fillDisk(folder: string): Promise<FaultResult> {
  const { disk, ...places } = placesIn(folder);
  using _disk = mount(disk, "-t", "tmpfs", "-o", "size=4m", "none");
  await prepare(places);
  const writes = new Writes();
  {
    await using server = await serve(places);
    for (let n = 0; n < 20; n++) await writes.add(server);
    const filler = join(disk, "filler");
    fill(filler);
    // The log has some room left, perhaps.
    let refusals = 0;
    for (let n = 0; n < 1000 && refusals < 5; n++) if ((await writes.add(server)) !== undefined) refusals++;
    if (refusals < 5) writes.wrong.push("the full disk refused nothing");
    await writes.check(server);
    rmSync(filler);
    const before = writes.acknowledged.length;
    for (let n = 0; n < 20; n++) await writes.add(server);
    if (writes.acknowledged.length !== before + 20) writes.wrong.push("there is space again, and writes were refused");
    await writes.check(server);
    await server.kill();
  }
  await using again = await serve(places);
  await writes.check(again);
  return writes.result();
}

function fill(path: string): void {
  const file = openSync(path, "wx");
  try {
    for (const bytes of [65536, 4096, 1]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(bytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}

/** The folder of the store cannot be written as the server starts. @param folder an empty one */
export async function startReadOnly(folder: string): Promise<FaultResult> {
  const { disk, ...places } = placesIn(folder);
  using _disk = mount(disk, "-t", "tmpfs", "-o", "size=8m", "none");
  await prepare(places);
  execFileSync("mount", ["-o", "remount,ro", disk]);
  const wrong: string[] = [];
  for (const place of [places.place, join(disk, "new.sqlite")]) {
    const said = await serve({ ...places, place }).then(
      async (server) => {
        await server.kill();
        return "it listens";
      },
      (error: Error) => error.message,
    );
    if (!/cannot be (written|opened).*permissions of the file/.test(said)) wrong.push(`of ${place}: ${said}`);
  }
  execFileSync("mount", ["-o", "remount,rw", disk]);
  const writes = new Writes();
  await using server = await serve(places);
  await writes.add(server);
  await writes.check(server);
  return { ...writes.result(), wrong: [...wrong, ...writes.wrong] };
}

/** The disk of the store becomes read-only while the server runs, as a kernel makes it that has found an error. @param folder an empty one */
export async function loseDisk(folder: string): Promise<FaultResult> {
  const { disk, ...places } = placesIn(folder);
  const image = join(folder, "image");
  execFileSync("dd", ["if=/dev/zero", `of=${image}`, "bs=1M", "count=16"], { stdio: "pipe" });
  execFileSync("mkfs.ext4", ["-q", "-F", image], { stdio: "pipe" });
  const writes = new Writes();
  {
    using _disk = mount(disk, "-o", "loop", image);
    await prepare(places);
    const server = await serve(places);
    for (let n = 0; n < 20; n++) await writes.add(server);
    execFileSync("mount", ["-o", "remount,abort", disk]);
    for (let n = 0; n < 5; n++) {
      if ((await writes.add(server)) === undefined) writes.wrong.push("a disk that is read-only took a write");
    }
    await writes.check(server);
    await server.kill();
  }
  using _again = mount(disk, "-o", "loop", image);
  await using server = await serve(places);
  await writes.check(server);
  await writes.add(server);
  await writes.check(server);
  return writes.result();
}

/** The clock of the server goes back by an hour. @param folder an empty one */
export async function setClockBack(folder: string): Promise<FaultResult> {
  const { disk: _, ...places } = placesIn(folder);
  await prepare(places);
  const wrong: string[] = [];
  let acknowledged = 0;
  const rated = new Map<string, number>();
  async function asked(server: ServerProcess, expected: number, ...request: Parameters<ServerProcess["ask"]>) {
    const answer = await server.ask(...request);
    if (answer.status !== expected) {
      wrong.push(`${request[0]} ${request[1]}: ${answer.status} ${JSON.stringify(answer.body)}, not ${expected}`);
    } else if (expected === 200 && request[0] !== "GET") acknowledged++;
    return answer;
  }
  async function rate(server: ServerProcess, user: string, item: string, rating: number, cookie?: string) {
    const path = `/api/v1/users/${user}/ratings/${item}`;
    const answer = await asked(server, 200, "PUT", path, { rating }, cookie === undefined ? {} : { cookie });
    rated.set(`${user} ${item}`, rating);
    return answer;
  }
  async function check(server: ServerProcess, cookie: string, events: number) {
    for (const user of ["ann", "me"]) {
      const { body } = await asked(server, 200, "GET", `/api/v1/users/${user}/export`, undefined, { cookie });
      for (const { item, rating } of body.ratings) {
        if (rated.get(`${user} ${item}`) !== rating) wrong.push(`${user} rated ${item}, and the store has ${rating}`);
      }
      const expected = [...rated.keys()].filter((one) => one.startsWith(`${user} `)).length;
      if (body.ratings.length !== expected) wrong.push(`${user} has ${body.ratings.length} ratings, not ${expected}`);
      if (user === "ann" && body.events.length !== events) wrong.push(`${body.events.length} events, not ${events}`);
    }
    await asked(server, 200, "GET", "/api/v1/users/ann/recommendations");
  }
  const event = (type: string, time?: number) => ({
    events: [{ type, user: "ann", item: "1", ...(time && { time }) }],
  });
  const key = (name: string) => ({ "idempotency-key": name });
  let cookie = "";
  {
    await using server = await serve(places, ["--import", resolve(import.meta.dirname, "clock.mjs")]);
    const before = await rate(server, "ann", "1", 2);
    await rate(server, "ann", "2", 3);
    await asked(server, 200, "POST", "/api/v1/events", event("before"), key("one"));
    cookie = (await rate(server, "me", "3", 4)).headers.get("set-cookie")?.split(";")[0] ?? "";
    await check(server, cookie, 1);
    server.child.kill("SIGUSR2");
    await setTimeout(100);
    const after = await rate(server, "ann", "1", 5);
    if (after.body.time > before.body.time - 3000) wrong.push("the clock has not gone back");
    await rate(server, "me", "3", 1, cookie);
    await rate(server, "me", "4", 2, cookie);
    await asked(server, 200, "POST", "/api/v1/events", event("after"), key("two"));
    await asked(server, 200, "POST", "/api/v1/events", event("of a client whose clock is right", Date.now() / 1000));
    for (const [name, type] of [
      ["one", "before"],
      ["two", "after"],
    ] as const) {
      const again = await asked(server, 200, "POST", "/api/v1/events", event(type), key(name));
      if (!again.headers.has("idempotency-replayed")) wrong.push(`the key ${name} was carried out twice`);
    }
    await asked(server, 422, "POST", "/api/v1/events", event("another"), key("one"));
    await check(server, cookie, 3);
    await server.kill();
  }
  await using server = await serve(places);
  await check(server, cookie, 3);
  return { acknowledged, refused: [], wrong };
}
