import type { Client, Film, ModelData } from "../../src/client.ts";
import type { FileInMemory } from "../../src/recommend/profile/unpack-export.ts";
import type { RatingOfFilm } from "../../src/recommend/request.ts";
import type { Problem } from "../problem.ts";
import type { Brought } from "./brought.ts";
import type { Call, Reply } from "./worker.ts";

/** A problem with what the user gave. */
export class FileProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Omit<Problem, "passing">) {
    super(problem.detail);
    this.problem = { ...problem, passing: false };
  }
}

/** Reads exports in a worker. The films are asked for once, all of them: nothing says which ones the user knows. */
export interface Reader {
  /** @throws FileProblem, ProblemError */
  read(files: readonly FileInMemory[]): Promise<Brought>;
  /** The films that fit some words of a title, best first. */
  find(query: string): Promise<readonly Film[]>;
  /** The ratings as a table that Letterboxd imports. @throws FileProblem, ProblemError */
  letterboxd(ratings: readonly RatingOfFilm[]): Promise<string>;
}

const readers = new WeakMap<Client, Map<string, Promise<Reader>>>();

/** The reader for a model's data: opened once, and again where that failed. */
export function readerOf(client: Client, data: ModelData): Promise<Reader> {
  const ofClient = readers.get(client) ?? new Map<string, Promise<Reader>>();
  readers.set(client, ofClient);
  const known = ofClient.get(data.name);
  if (known) return known;
  const opening = openReader(client, data);
  ofClient.set(data.name, opening);
  opening.catch(() => ofClient.delete(data.name));
  return opening;
}

async function openReader(client: Client, data: ModelData): Promise<Reader> {
  const titles = await client.titles();
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  worker.addEventListener("message", ({ data: { id, value, problem } }: MessageEvent<Reply>) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (problem) call?.reject(new FileProblem(problem));
    else call?.resolve(value);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    for (const call of waiting.values()) call.reject(new Error(event.message || "the part that reads files failed"));
    waiting.clear();
  });
  let calls = 0;
  function ask<T>(name: Call["name"], ...given: readonly unknown[]): Promise<T> {
    const call = Promise.withResolvers<unknown>();
    const id = calls++;
    waiting.set(id, call);
    worker.postMessage({ id, name, given } satisfies Call);
    return call.promise as Promise<T>;
  }
  await ask<void>("open", titles, data);
  return {
    read: (files) => ask<Brought>("read", files),
    find: (query) => ask<readonly Film[]>("find", query),
    letterboxd: (ratings) => ask<string>("letterboxd", ratings),
  };
}
