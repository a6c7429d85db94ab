import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { labelsOf } from "../data/catalog.ts";
import { type Dataset, datasetFromCsr } from "../data/dataset.ts";
import { readRatings } from "../data/read.ts";
import { syntheticRatings } from "../data/synthetic/synthetic-ratings.ts";
import { entriesWhere } from "../matrix/csr.ts";
import { hashPart } from "./hash.ts";
import { role, type Split, type Splitter } from "./split.ts";
import { parseSplitter, splitRatings, splits } from "./splits.ts";
import { splitterKinds } from "./splitters.ts";

const whole = await syntheticRatings({ users: 60, items: 100, ratings: 2000, seed: 4 });

async function only(name: string, seed = 0, data: Dataset = whole): Promise<Split> {
  const splits = splitRatings(data, parseSplitter(name), seed);
  assert.equal(splits.count, 1);
  return splits.split(0);
}

/** Held-out and training ratings of each user. */
function sizes({ test, train }: Split): (readonly [held: number, trained: number])[] {
  const length = (offsets: Int32Array, user: number) => offsets[user + 1] - offsets[user];
  return Array.from({ length: test.rows }, (_, user) => [
    length(test.offsets, user),
    length(train.byUser.offsets, user),
  ]);
}

describe("splitters", () => {
  for (const name of [
    "ratio:0.7",
    "hash:0.7",
    "per-user:0.8",
    "loo",
    "loo:last",
    "loo:last-drawn",
    "loo:last-moment",
    "latest:0.8",
    "time:0.75",
    "next:0.75",
    "strong:0.8",
    "new-items:0.9",
    "kfold:4",
  ]) {
    it(`${name}: every rating has one role, the same for the same seed, and the parts hold the ratings of their roles`, async () => {
      const splits = splitRatings(whole, parseSplitter(name), 7);
      for (let n = 0; n < splits.count; n++) {
        const [split, again] = [await splits.split(n), await splitRatings(whole, parseSplitter(name), 7).split(n)];
        assert.deepEqual(split.roles, again.roles);
        assert.equal(split.fingerprint, again.fingerprint);
        const known = split.profilesGoOn ? [role.train, role.profile] : [split.newUsers ? role.profile : role.train];
        for (const [part, wanted] of [
          [split.train.byUser, [role.train]],
          [split.test, [role.test]],
          [split.profiles, known],
        ] as const) {
          assert.deepEqual(
            part,
            entriesWhere(whole.byUser, (entry) => (wanted as readonly number[]).includes(split.roles[entry])),
          );
        }
        assert.equal(
          split.train.counts.reduce((sum, count) => sum + count, 0),
          split.train.byUser.values.length,
        );
        assert.equal(split.train.items, whole.items);
      }
    });
  }

  it("differ by seed, in roles and fingerprint", async () => {
    for (const name of ["ratio:0.7", "hash:0.7", "per-user:0.8", "loo", "strong:0.8"]) {
      const [one, other] = [await only(name, 1), await only(name, 2)];
      assert.notDeepEqual(one.roles, other.roles, name);
      assert.notEqual(one.fingerprint, other.fingerprint, name);
    }
  });

  it("hash has the parts of Spark's pmod(xxhash64(user, item, seed), 10000), and about that share", async () => {
    const parts = [
      hashPart(0, 0, 0),
      hashPart(1, 2, 3),
      hashPart(6039, 3705, 42),
      hashPart(2 ** 31 - 1, 2 ** 31 - 2, 2 ** 53 - 1),
    ];
    assert.deepEqual(parts, [7933, 7033, 1936, 8264]);
    const { train } = await only("hash:0.7");
    assert.ok(Math.abs(train.byUser.values.length / 2000 - 0.7) < 0.05);
  });

  it("ratio trains on exactly that share", async () => {
    const { train, test } = await only("ratio:0.7");
    assert.deepEqual([train.byUser.values.length, test.values.length], [1400, 600]);
  });

  it("per-user holds out a fifth of each user's ratings, at least one", async () => {
    for (const [held, trained] of sizes(await only("per-user:0.8"))) {
      const all = held + trained;
      assert.equal(held, all < 2 ? 0 : Math.max(1, Math.floor(0.2 * all + 1e-9)));
    }
  });

  it("latest holds out as many, each later than what the user is trained on", async () => {
    const { test, train } = await only("latest:0.8");
    for (const [held, trained] of sizes({ test, train } as Split)) {
      const all = held + trained;
      assert.equal(held, all < 2 ? 0 : Math.max(1, Math.floor(0.2 * all + 1e-9)));
    }
    let judged = 0;
    for (let user = 0; user < test.rows; user++) {
      const earlier = train.byUser.times!.subarray(train.byUser.offsets[user], train.byUser.offsets[user + 1]);
      const later = test.times!.subarray(test.offsets[user], test.offsets[user + 1]);
      if (later.length > 0) judged++;
      assert.ok(Math.min(...later, Infinity) >= Math.max(...earlier, -Infinity));
    }
    assert.ok(judged > 0);
    const { times: _, ...timeless } = whole.byUser;
    const { byUser: __, report, ...space } = whole;
    const without = datasetFromCsr(space, timeless, report);
    assert.throws(() => splitRatings(without, splits.latest()), /latest:0.8 needs times/);
  });

  it("kfold holds out every rating once, in parts of similar size", async () => {
    const splits = splitRatings(whole, parseSplitter("kfold:4"), 3);
    const times = new Uint8Array(2000);
    for (let n = 0; n < 4; n++) {
      const { roles, name, test } = await splits.split(n);
      assert.equal(name, `kfold:4 ${n + 1}/4`);
      assert.equal(test.values.length, 500);
      roles.forEach((own, entry) => {
        if (own === role.test) times[entry]++;
      });
    }
    assert.ok(times.every((count) => count === 1));
  });

  it("loo holds out one rating of every user with two; loo:last the last", async () => {
    for (const [held, trained] of sizes(await only("loo"))) assert.equal(held, held + trained < 2 ? 0 : 1);
    const { test, train } = await only("loo:last");
    for (let user = 0; user < test.rows; user++) {
      const [from, to] = [train.byUser.offsets[user], train.byUser.offsets[user + 1]];
      const latest = Math.max(...train.byUser.times!.subarray(from, to), -Infinity);
      if (test.offsets[user + 1] > test.offsets[user]) assert.ok(test.times![test.offsets[user]] >= latest);
    }
  });

  it("time trains on ratings earlier than the test; ratings of one moment stay together", async () => {
    const tied = { ...whole.byUser, times: whole.byUser.times!.map((time) => Math.floor(time / 3e6)) };
    const { byUser: _, report, ...space } = whole;
    const { train, test } = await only("time:0.75", 0, datasetFromCsr(space, tied, report));
    const last = Math.max(...train.byUser.times!);
    assert.ok(Math.min(...test.times!) > last);
    assert.ok(train.byUser.values.length >= 1500);
  });

  /** The synthetic ratings with times so coarse that many of a user's are of one moment. */
  const tied = (() => {
    const { byUser, report, ...space } = whole;
    return datasetFromCsr(space, { ...byUser, times: byUser.times!.map((time) => Math.floor(time / 1e7)) }, report);
  })();

  it("where ties in time would decide, loo:last refuses, and latest, loo:last-moment and next keep moments together", async () => {
    await assert.rejects(only("loo:last", 0, tied), (error: { code: string; message: string; fix: string }) => {
      assert.equal(error.code, "SPLIT_INVALID");
      assert.match(error.message, /^loo:last: \d+ of 60 users \(\d+ %\) have several ratings of their last moment/);
      assert.match(error.fix, /loo:last-moment.*loo:last-drawn/);
      return true;
    });
    for (const name of ["latest:0.8", "loo:last-moment", "next:0.75"]) {
      const { test, profiles, tied: decided } = await only(name, 0, tied);
      assert.equal(decided, 0);
      assert.ok(test.values.length > 0);
      for (let user = 0; user < test.rows; user++) {
        const earlier = profiles.times!.subarray(profiles.offsets[user], profiles.offsets[user + 1]);
        const later = test.times!.subarray(test.offsets[user], test.offsets[user + 1]);
        assert.ok(Math.min(...later, Infinity) > Math.max(...earlier, -Infinity), name);
      }
    }
  });

  it("loo:last-drawn holds out one rating of the last moment, by the seed, and says how many had others beside them", async () => {
    const [split, other] = [await only("loo:last-drawn", 1, tied), await only("loo:last-drawn", 2, tied)];
    const { train, test } = split;
    assert.notDeepEqual(split.roles, other.roles);
    let shared = 0;
    for (let user = 0; user < test.rows; user++) {
      assert.equal(test.offsets[user + 1] - test.offsets[user], 1);
      const own = train.byUser.times!.subarray(train.byUser.offsets[user], train.byUser.offsets[user + 1]);
      assert.ok(test.times![user] >= Math.max(...own));
      if (own.includes(test.times![user])) shared++;
    }
    assert.ok(shared > 10);
    assert.equal(split.tied, shared);
    assert.equal((await only("loo:last-drawn", 1)).tied, 0);
    assert.equal((await only("loo", 1, tied)).tied, undefined);
  });

  it("time and next leave out tags that were given after training, and no others", async () => {
    const times = whole.byUser.times!;
    const { offsets, indices } = whole.catalog.tags;
    const given = Float64Array.from(indices, (_, n) => times[(n * 37) % times.length]);
    const tagged = { ...whole, catalog: { ...whole.catalog, tagTimes: given } };
    for (const name of ["time:0.75", "next:0.75", "latest:0.8"]) {
      const { train } = await only(name, 0, tagged);
      const last = name === "latest:0.8" ? Infinity : Math.max(...train.byUser.times!);
      for (let item = 0; item < 100; item++) {
        const own = Array.from({ length: offsets[item + 1] - offsets[item] }, (_, n) => offsets[item] + n);
        const kept = own.filter((n) => given[n] <= last).map((n) => whole.catalog.tags.names[indices[n]]);
        assert.deepEqual(labelsOf(train.catalog.tags, item), kept);
      }
      assert.equal(train.catalog.tagTimes!.length < given.length, name !== "latest:0.8");
    }
  });

  it("next trains on what was before one moment, and asks users with all that was before their last", async () => {
    const { train, test, profiles, roles, chronological } = await only("next:0.75", 0, tied);
    assert.equal(chronological, true);
    const cut = Math.max(...train.byUser.times!);
    assert.ok(train.byUser.values.length >= 1500);
    const { times, offsets } = tied.byUser;
    let later = 0;
    for (let user = 0; user < test.rows; user++) {
      const own = Array.from({ length: offsets[user + 1] - offsets[user] }, (_, n) => offsets[user] + n);
      const last = Math.max(...own.map((entry) => times![entry]));
      for (const entry of own) {
        const expected = times![entry] <= cut ? role.train : times![entry] < last ? role.profile : role.test;
        assert.equal(roles[entry], expected);
        if (expected === role.profile) later++;
      }
    }
    assert.ok(later > 0);
    assert.equal(profiles.values.length, train.byUser.values.length + later);
  });

  it("strong generalisation trains on no user of the test, and puts four fifths of their ratings in profiles", async () => {
    const split = await only("strong:0.8");
    const users = sizes(split).filter(([held]) => held > 0);
    assert.equal(split.newUsers, true);
    assert.equal(users.length, 12);
    assert.ok(users.every(([, trained]) => trained === 0));
    for (let user = 0; user < split.test.rows; user++) {
      const held = split.test.offsets[user + 1] - split.test.offsets[user];
      const known = split.profiles.offsets[user + 1] - split.profiles.offsets[user];
      if (held > 0) assert.equal(held, Math.max(1, Math.floor(0.2 * (held + known) + 1e-9)));
    }
  });

  it("new-items holds out a tenth of the films entirely, and ranks only those", async () => {
    const { train, test, candidates } = await only("new-items:0.9");
    const hidden = new Set(test.indices);
    const rated = new Set(whole.byUser.indices).size;
    assert.equal(hidden.size, Math.floor(0.1 * rated));
    assert.ok(train.byUser.indices.every((item) => !hidden.has(item)));
    for (const [item, candidate] of candidates!.entries()) assert.equal(candidate === 1, hidden.has(item));
    assert.equal((await only("ratio:0.8")).candidates, undefined);
  });

  it("are functions with types, or text for the same", () => {
    const byText = {
      "hash:0.8": splits.hash(0.8),
      "per-user:0.8": splits.perUser(0.8),
      "latest:0.8": splits.latest(),
      "ratio:0.7": splits.ratio(0.7),
      "kfold:4": splits.kFold(4),
      loo: splits.leaveOneOut(),
      "loo:last": splits.leaveOneOut({ held: "last" }),
      "time:0.75": splits.time(0.75),
      "next:0.8": splits.next(),
      "strong:0.8": splits.strong(),
      "new-items:0.9": splits.newItems(),
      u1: splits.movieLens("u1"),
      "files:a.csv,b.csv": splits.files("a.csv", "b.csv"),
      "mask:m.txt": splits.mask("m.txt"),
    } satisfies Record<string, Splitter>;
    assert.equal(new Set(Object.keys(byText).map((text) => text.split(":")[0])).size, Object.keys(splits).length);
    for (const [text, { name }] of Object.entries(byText)) {
      assert.deepEqual([name, parseSplitter(text).name], [text, text]);
    }
    for (const { name } of splitterKinds) assert.ok(Object.keys(byText).some((text) => text.split(":")[0] === name));
    assert.equal(parseSplitter("per-user").name, "per-user");
  });

  it("split alike, made by a function or from text", async () => {
    for (const [text, splitter] of [
      ["per-user", splits.perUser()],
      ["loo:random", splits.leaveOneOut({ held: "random" })],
      ["time:0.75", splits.time(0.75)],
    ] as const) {
      const [one, other] = [await only(text, 5), await splitRatings(whole, splitter, 5).split(0)];
      assert.equal(one.fingerprint, other.fingerprint);
    }
  });

  it("by files need to know where the data are", async () => {
    for (const splitter of [splits.movieLens("u1"), splits.mask("package.json")]) {
      await assert.rejects(splitRatings({ ...whole }, splitter).split(0), { code: "SPLIT_INVALID" });
    }
    const read = await readRatings("synthetic-100k");
    await assert.rejects(splitRatings(read, splits.movieLens("u1")).split(0), {
      code: "SPLIT_INVALID",
      message: /u1 is a split of MovieLens 100K, and .* was made up/,
    });
  });

  it("by files read them again after a failure, and keep what they read", async () => {
    const folder = await mkdtemp(join(tmpdir(), "matinee-splits-"));
    try {
      const file = (name: string) => join(folder, name);
      const rows = ["1,1,4", "1,2,3", "2,1,5", "2,2,4"];
      const write = (name: string, lines: readonly string[]) =>
        writeFile(file(name), ["userId,movieId,rating", ...lines].join("\n"));
      await write("all.csv", rows);
      await write("train.csv", rows.slice(0, 3));
      const parts = splitRatings(await readRatings(file("all.csv")), splits.files(file("train.csv"), file("test.csv")));
      await assert.rejects(parts.split(0), { code: "DATA_NOT_FOUND" });
      await write("test.csv", rows.slice(2)); // one that is in the training file too
      await assert.rejects(parts.split(0), { code: "LEAK" });
      await write("test.csv", rows.slice(3));
      const split = await parts.split(0);
      assert.deepEqual([split.train.byUser.values.length, split.test.values.length], [3, 1]);
      await rm(file("test.csv"));
      assert.equal((await parts.split(0)).fingerprint, split.fingerprint);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("refuse what is no splitter", () => {
    const refuses = (make: () => unknown, code: string, message: RegExp) => assert.throws(make, { code, message });
    // @ts-expect-error: text is for parseSplitter
    refuses(() => splitRatings(whole, "per-user:0.8"), "USAGE", /"per-user:0.8" is no splitter/);
    refuses(() => splits.perUser(8), "SPLIT_INVALID", /per-user:8: "8" is no share/);
    refuses(() => splits.kFold(2.5), "SPLIT_INVALID", /"2.5" is no number of folds/);
    // @ts-expect-error: no such fold
    refuses(() => splits.movieLens("u9"), "SPLIT_INVALID", /no fold "u9"/);
    // @ts-expect-error: no such choice
    const first = () => splits.leaveOneOut({ held: "first" });
    refuses(first, "SPLIT_INVALID", /"first" is not random, last, last-drawn, last-moment/);
  });

  it("say what is wrong", async () => {
    const wrong = (name: string, pattern: RegExp, data = whole) =>
      assert.throws(() => splitRatings(data, parseSplitter(name)), { code: "SPLIT_INVALID", message: pattern });
    wrong("per-usr:0.8", /no split "per-usr:0\.8"/);
    wrong("ratio:1", /"1" is no share/);
    wrong("ratio:", /"" is no share/);
    wrong("kfold:1", /"1" is no number of folds/);
    wrong("loo:first", /"first" is not random, last, last-drawn, last-moment/);
    const { byUser, report, ...space } = whole;
    const { times: _, ...untimed } = byUser;
    wrong("time:0.8", /has no[t]?|needs times/, datasetFromCsr(space, untimed, report));
    await assert.rejects(splitRatings(whole, parseSplitter("time:0.9999")).split(0), {
      code: "SPLIT_INVALID",
      message: /no test ratings/,
    });
  });
});
