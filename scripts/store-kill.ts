/**
 * Kills a process that writes ratings and events into a store, again and again, and looks whether all that it had acknowledged is there,
 * and nothing half.
 *
 *   node scripts/store-kill.ts PLACE [ROUNDS]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { random } from "../src/random.ts";
import { openStore } from "../src/store/open-store.ts";

const script = fileURLToPath(import.meta.url);
/** Writers at once: some wait for a commit, some for the next. */
const writers = 8;

/** What rounds of killing showed. */
export interface KillResult {
  readonly rounds: number;
  /** Writes that were acknowledged before their process was killed. */
  readonly acknowledged: number;
  /** Of these, the ones that are not there. */
  readonly lost: readonly string[];
  /** Writes, acknowledged or not, of which a part is there. */
  readonly halves: readonly string[];
}

export interface KillOptions {
  readonly rounds: number;
  readonly seed?: number;
  /** Milliseconds at most from the first acknowledgement to the kill. */
  readonly most?: number;
  /** What else goes wrong after each kill, such as a power cut of the database. */
  readonly meanwhile?: () => Promise<void>;
}

/** @param place of a store that is not there yet, or empty */
export async function killWriters(
  place: string,
  { rounds, seed = 1, most = 200, meanwhile = async () => {} }: KillOptions,
): Promise<KillResult> {
  const rng = random(seed);
  const acknowledged: string[] = [];
  for (let round = 0; round < rounds; round++) {
    acknowledged.push(...(await killOne(place, `${seed}-${round}`, rng.int(most))));
    await meanwhile();
  }
  const ratings = new Set<string>();
  const events = new Set<string>();
  await using store = await openStore(place);
  for await (const { user } of store.allRatings()) ratings.add(user);
  for await (const { user } of store.allEvents()) events.add(user);
  const both = [...ratings].filter((user) => events.has(user));
  return {
    rounds,
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((user) => !ratings.has(user) || !events.has(user)),
    halves: [...ratings, ...events].filter((user) => !both.includes(user)),
  };
}

/** Starts a writer, and kills it some milliseconds after it has first acknowledged a write. @returns what it acknowledged */
async function killOne(place: string, name: string, after: number): Promise<string[]> {
  const child = spawn(process.execPath, [script, "--write", place, name], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const closed = once(child, "close");
  await Promise.race([once(child.stdout, "data"), closed]);
  await setTimeout(after);
  child.kill("SIGKILL");
  await closed;
  if (text === "") throw new Error("the process that writes acknowledged nothing");
  // A line that was cut is no acknowledgement.
  return text.split("\n").slice(0, -1);
}

/** Writes until it is killed: a rating and an event of a user in each write, whose name it prints once they are acknowledged. */
async function writeForEver(place: string, name: string): Promise<void> {
  const store = await openStore(place);
  const write = async (writer: number) => {
    for (let n = 0; ; n++) {
      const user = `${name}-${writer}-${n}`;
      await store.write(async (changes) => {
        await changes.setRatings(user, [{ item: "1", rating: 4, time: n }]);
        await changes.addEvents([{ type: "view", user, item: "1", value: 1, time: n }]);
      });
      writeSync(1, `${user}\n`);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
}

if (process.argv[1] === script) {
  const [first, second, third] = process.argv.slice(2);
  if (first === "--write") await writeForEver(second, third);
  else console.log(await killWriters(first, { rounds: Number(second ?? 20) }));
}
