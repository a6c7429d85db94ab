/** The command as people and scripts use it, rightly and wrongly. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { assertRefused, matinee, matineeProcess, start, temporaryFolder, written } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");
const artifact = join(folder, "films.matinee");

before(async () => {
  await writeRatingsCsv(filmDataset(), data);
  const trained = await matinee("train", "--model", "item-knn", "--data", data, "--out", artifact, "--json");
  assert.equal(trained.code, 0, trained.stderr);
  const { model, file, bytes, config } = JSON.parse(trained.stdout);
  assert.deepEqual([model, file, config.k], ["item-knn", artifact, 50]);
  assert.equal(bytes, readFileSync(artifact).length);
});

describe("matinee recommend --blend", () => {
  const set = ["--model", "hybrid", "--set", "models=item-knn,tfidf", "weights=equal", "--data", data];
  const asked = ["recommend", "--rate", "10=5", "--k", "1"];

  it("lists by other weights of a blend, trained now or saved", async () => {
    const saved = join(folder, "blend.matinee");
    assert.equal((await matinee("train", ...set, "--out", saved)).code, 0);
    for (const model of [set, ["--artifact", saved]]) {
      const { stdout, stderr } = await matinee(...asked, ...model, "--blend", "item-knn=0,tfidf=.5", "--json");
      assert.equal(JSON.parse(stdout || stderr).items[0].title, "Unseen (2019)");
      const byRatings = await matinee(...asked, ...model, "--blend", "tfidf=0,item-knn=1", "--json");
      assert.notEqual(JSON.parse(byRatings.stdout).items[0].title, "Unseen (2019)");
    }
    const all = ["recommend", "--all", "--out", join(folder, "all.csv"), ...set];
    const lists = async (...more: string[]) => {
      assert.equal((await matinee(...all, ...more)).code, 0);
      return readFileSync(join(folder, "all.csv"), "utf8");
    };
    assert.notEqual(await lists("--blend", "item-knn=0,tfidf=1"), await lists());
  });

  it("refuses what is no blend, parts that are missing or unknown, and what is no weight", async () => {
    const refused = async (blend: string, message: RegExp, model = set) =>
      assertRefused(await matinee(...asked, ...model, "--blend", blend), 2, message);
    await refused("als=1", /no part als \(.*its parts are item-knn, tfidf\)/);
    await refused("tfidf=1", /part item-knn has no weight \(give a weight for each/);
    await refused(".7,.3", /It takes parts, each once/);
    await refused("tfidf=1,tfidf=2", /It takes parts, each once/);
    await refused("tfidf=1,item-knn=1", /--sweep and --blend do not go together/, [...set, "--sweep", "weights=equal"]);
    const other = await matinee(...asked, "--artifact", artifact, "--blend", "item-knn=1");
    assert.match(other.stderr, /item-knn is no blend of others \(use hybrid\)/);
  });
});

describe("matinee similar", () => {
  it("prints one JSON document of fixed shape", async () => {
    const { stdout } = await matinee("similar", "30", "--model", "item-knn", "--data", data, "--k", "1", "--json");
    const { model, items } = JSON.parse(stdout);
    assert.equal(model, "item-knn");
    assert.deepEqual([items.length, items[0].id, items[0].title], [1, 40, "Star Voyager II (1985)"]);
    assert.ok(items[0].score > 0.9);
  });

  it("names the terms that mark the film, where the model knows its content", async () => {
    const { stdout } = await matinee("similar", "30", "--model", "tfidf", "--data", data, "--k", "1");
    assert.match(
      stdout,
      /^Similar to Star Voyager \(1982\), marked by 1982, action, fi, sci, star:\n 1 {2}0\.\d{4} {2}Star Voyager II/,
    );
  });

  it("compares by a blend, or by its models of one kind", async () => {
    const set = ["--model", "hybrid", "--set", "models=item-knn,tfidf", "weights=equal", "--data", data, "--json"];
    const ids: Record<string, number[]> = {};
    for (const by of ["ratings", "content"]) {
      const { stdout } = await matinee("similar", "10", "--by", by, ...set);
      ids[by] = JSON.parse(stdout).items.map(({ id }: { id: number }) => id);
    }
    assert.deepEqual(ids.content.toSorted(), [20, 80]);
    assert.ok(!ids.ratings.includes(80));
  });

  it("takes a title, and settings", async () => {
    const { stdout } = await matinee("similar", "star voyager", "--artifact", artifact);
    assert.match(stdout, /Similar to Star Voyager \(1982\):\n 1 {2}0\.\d{4} {2}Star Voyager II \(1985\) {2}\[40\]/);
    const set = await matinee(
      "similar",
      "10",
      "--model",
      "item-knn",
      "--set",
      "k=1",
      "shrinkage=2",
      "--data",
      data,
      "--json",
    );
    assert.equal(JSON.parse(set.stdout).items.length, 1);
  });
});

describe("matinee recommend", () => {
  it("answers ratings by id and by title, commas included", async () => {
    const rate = ["--rate", "10=5", "--rate", "Long Road, Short Way (2003)=3.5"];
    const { stdout } = await matinee("recommend", ...rate, "--artifact", artifact, "--k", "2", "--json");
    const { model, items } = JSON.parse(stdout);
    assert.equal(model, "item-knn");
    assert.deepEqual([items.length, items[0].id, items[0].because[0].id], [2, 20, 10]);
  });

  it("says that --device concerns no model that runs none of texts", async () => {
    const asked = ["recommend", "--user", "1", "--data", data, "--model", "popular"];
    const { code, stderr } = await matinee(...asked, "--device", "cuda");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^popular runs no text model, so that --device does not concern it\.$/m);
    assert.doesNotMatch((await matinee(...asked)).stderr, /--device/);
  });

  it("answers a user of the data, with predicted stars where the model has them", async () => {
    const { stdout } = await matinee(
      "recommend",
      "--user",
      "3",
      "--model",
      "bias",
      "--data",
      data,
      "--k",
      "3",
      "--json",
    );
    const { items } = JSON.parse(stdout);
    assert.ok(items.every((film: { id: number }) => ![10, 30, 40].includes(film.id)));
    assert.ok(items.every((film: { predicted: number }) => film.predicted >= 0.5 && film.predicted <= 5));
  });

  it("names the people of like taste, and how many there are", async () => {
    const asked = [
      "recommend",
      "--user",
      "6",
      "--model",
      "user-knn",
      "--set",
      "preset=hybrid",
      "minOverlap=1",
      "--k",
      "1",
    ];
    const short = await matinee(...asked, "--data", data);
    assert.match(short.stdout, /2 people with your taste gave it 4\.8 on average/);
    const long = await matinee(...asked, "--data", data, "--explain");
    assert.match(long.stdout, / user 3 rated it 5 \(similarity 0\.\d{3}, 2 films in common\)/);
    assert.match(long.stdout, / user 4 rated it 4\.5 \(similarity 0\.\d{3}, 1 film in common\)/);
  });

  it("explains by parts that add up", async () => {
    const { stdout } = await matinee(
      "recommend",
      "--rate",
      "10=5",
      "--artifact",
      artifact,
      "--k",
      "1",
      "--explain",
      "--json",
    );
    const [{ parts, score }] = JSON.parse(stdout).items;
    const sum = parts.reduce((total: number, part: { value: number }) => total + part.value, 0);
    assert.ok(Math.abs(sum - score) < 1e-6);
  });

  it("tells the genres that somebody likes, and how many films these lead to, where the model ranks by them", async () => {
    const flags = ["recommend", "--rate", "60=5", "--model", "taste-graph", "--data", data];
    const { stdout } = await matinee(...flags, "--explain");
    assert.match(stdout, /^Liked genres: Romance 1, Comedy 1\nCandidates: 2 of 3 films reached\n\n 1 {2}/);
    assert.doesNotMatch((await matinee(...flags)).stdout, /Liked genres/);
    assert.deepEqual(JSON.parse((await matinee(...flags, "--json")).stdout).taste, {
      genres: [
        { genre: "Romance", weight: 1 },
        { genre: "Comedy", weight: 1 },
      ],
      reached: 3,
      candidates: 2,
    });
  });

  it("keeps to genres, years and exclusions", async () => {
    const filters = ["--genre", "sci-fi", "--from", "1980", "--to", "1984", "--exclude", "40"];
    const { stdout } = await matinee("recommend", "--rate", "10=5", ...filters, "--artifact", artifact, "--json");
    assert.deepEqual(
      JSON.parse(stdout).items.map((film: { id: number }) => film.id),
      [30],
    );
  });

  it("lists less popular films", async () => {
    const idsWith = async (...flags: string[]) => {
      const { stdout } = await matinee("recommend", "--rate", "10=5", "--artifact", artifact, "--json", ...flags);
      return JSON.parse(stdout).items.map((film: { id: number }) => film.id);
    };
    const plain = await idsWith("--k", "8");
    assert.equal(plain[0], 20);
    assert.notDeepEqual(await idsWith("--k", "8", "--popularity", "-1"), plain);
    const { code, stderr } = await matinee("recommend", "--rate", "10=5", "--artifact", artifact, "--popularity", "3");
    assert.deepEqual([code, /popularity is 3/.test(stderr)], [2, true]);
  });

  it("takes a user's ratings from data that the model was not trained on, and says so", async () => {
    const other = join(folder, "other.csv");
    writeFileSync(other, "userId,movieId,rating\n1,10,5\n1,999,3\n2,30,4\n");
    const { stdout, stderr } = await matinee(
      "recommend",
      "--user",
      "1",
      "--artifact",
      artifact,
      "--data",
      other,
      "--json",
    );
    assert.equal(JSON.parse(stdout).items[0].id, 20);
    assert.match(stderr, /people are taken as somebody new/);
    const same = await matinee("recommend", "--user", "1", "--artifact", artifact, "--data", data, "--json");
    assert.ok(!same.stderr.includes("somebody new"));
  });

  it("takes a title that holds an equals sign", async () => {
    const own = join(folder, "equals");
    await writeRatingsCsv(filmDataset(), own);
    const films = readFileSync(join(own, "movies.csv"), "utf8");
    writeFileSync(join(own, "movies.csv"), films.replace("Unseen (2019)", "E=mc2 (2019)"));
    const { stderr, code } = await matinee(
      "recommend",
      "--rate",
      "E=mc2 (2019)=4",
      "--model",
      "popular",
      "--data",
      own,
    );
    assert.equal(code, 0, stderr);
    assert.match(stderr, /You rated E=mc2 \(2019\) 4\./);
  });

  it("asks back where a title is ambiguous or misspelt", async () => {
    const ambiguous = await matinee("recommend", "--rate", "Emma=5", "--artifact", artifact);
    assertRefused(ambiguous, 2, /2 films are called "Emma": 50 Emma \(1996\); 60 Emma \(2020\)/);
    const misspelt = await matinee("recommend", "--rate", "Nihgt Harbour=5", "--artifact", artifact);
    assertRefused(misspelt, 2, /did you mean 10 Night Harbour \(1991\)\?/);
  });
});

describe("matinee data, train and inspect", () => {
  it("say what is in the data and in the file", async () => {
    const summary = JSON.parse((await matinee("data", "--data", data, "--json")).stdout);
    assert.deepEqual([summary.users, summary.items, summary.rated, summary.ratings], [6, 8, 7, 16]);
    assert.deepEqual([summary.scale.min, summary.scale.max], [0.5, 5]);
    const inside = JSON.parse((await matinee("inspect", artifact, "--json")).stdout);
    assert.deepEqual([inside.model, inside.data.name, inside.config.k], ["item-knn", "films", 50]);
    assert.equal(inside.data.fingerprint, summary.fingerprint);
  });

  it("take the data from MATINEE_DATA, and a seeded sample of them", async () => {
    const draw = async (seed: string) => {
      const sample = ["--sample", "0.5", "--sample-seed", seed];
      return JSON.parse((await matinee("data", "--data", data, ...sample, "--json")).stdout);
    };
    const [one, again, other] = await Promise.all(["1", "1", "2"].map(draw));
    assert.equal(one.ratings, 8);
    assert.equal(one.fingerprint, again.fingerprint);
    assert.notEqual(one.fingerprint, other.fingerprint);
    process.env.MATINEE_DATA = data;
    const named = await matinee("data", "--json");
    delete process.env.MATINEE_DATA;
    assert.equal(JSON.parse(named.stdout).name, "films");
  });

  it("write the data as column blocks, which are a source again", async () => {
    const blocks = join(folder, "films.blocks");
    const written = JSON.parse((await matinee("data", "--data", data, "--blocks", blocks, "--json")).stdout);
    assert.deepEqual([written.name, written.ratings], ["films", 16]);
    const [own, again] = await Promise.all([data, blocks].map((source) => matinee("data", "--data", source, "--json")));
    const [expected, found] = [own, again].map(({ stdout }) => JSON.parse(stdout));
    assert.deepEqual(
      [found.name, found.histogram, found.mostRated],
      [expected.name, expected.histogram, expected.mostRated],
    );
    const { code, stderr } = await matinee("data", "--data", data, "--blocks", blocks, "--out", folder);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--out and --blocks do not go together/);
    assert.match((await matinee("data", "--data", data, "--blocks", blocks)).stderr, /films\.blocks/);
  });

  it("end quietly when their reader closes early", async () => {
    const { child, outcome } = start("data", "--data", data);
    child.stdout!.destroy();
    const { code, stderr } = await outcome;
    assert.equal(code, 0, stderr);
    assert.ok(!stderr.includes("EPIPE"));
  });
});

describe("wrong use ends with one clear line and its exit code", () => {
  const wrong: [string, string[], number, RegExp][] = [
    ["a missing file", ["data", "--data", join(folder, "nowhere.csv")], 3, /nowhere\.csv/],
    ["a folder in place of a file", ["train", "--data", data, "--out", data], 7, /is not a file/],
    [
      "too little memory",
      ["train", "--model", "ease", "--memory", "1kB", "--data", data, "--out", join(folder, "x")],
      6,
      /ease would take about 1\d\d MB of memory, [\d.]+ MB of them for training; there are 0\.0 MB/,
    ],
    [
      "a size that is none",
      ["train", "--memory", "much", "--data", data, "--out", join(folder, "x")],
      2,
      /a size such as/,
    ],
    ["no delimiter", ["data", "--data", join(data, "ratings.csv"), "--delimiter", ""], 2, /the delimiter is empty/],
    ["an unknown command", ["trian"], 2, /unknown command 'trian' \(Did you mean train\?\) \(see matinee --help\)/],
    ["no name at all", ["data", "--data", ""], 3, /there is no file, folder or known data set ""/],
    ["a misspelt name", ["data", "--data", "ml-lastest-small"], 3, /did you mean ml-latest-small/],
    [
      "an unknown model",
      ["train", "--model", "eas", "--data", data, "--out", join(folder, "x")],
      2,
      /did you mean ease/,
    ],
    [
      "an unknown setting",
      ["train", "--model", "ease", "--set", "lamda=1", "--data", data, "--out", join(folder, "x")],
      2,
      /did you mean lambda/,
    ],
    [
      "a setting out of bounds",
      ["train", "--model", "item-knn", "--set", "k=0", "--data", data, "--out", join(folder, "x")],
      2,
      /1 to 100000/,
    ],
    [
      "a file in place of a folder",
      ["train", "--data", data, "--out", join(artifact, "x")],
      7,
      /nothing can be written into /,
    ],
    ["an unknown user", ["recommend", "--user", "99", "--data", data], 2, /no user has the id "99"/],
    ["a user without ratings", ["recommend", "--user", "1", "--artifact", artifact], 2, /--data/],
    [
      "a rating off the scale",
      ["recommend", "--rate", "10=7", "--artifact", artifact],
      2,
      /rating 7 of film 10 is outside 0.5–5/,
    ],
    [
      "a rating without a value",
      ["recommend", "--rate", "10", "--artifact", artifact],
      2,
      /--rate "10" is not a film and a rating/,
    ],
    ["a film that is not there", ["similar", "999", "--artifact", artifact], 2, /999/],
    ["a model that cannot", ["similar", "10", "--model", "popular", "--data", data], 2, /does not compare films/],
    ["two sources", ["similar", "10", "--artifact", artifact, "--model", "ease"], 2, /already holds a model/],
    ["a model file that is none", ["inspect", join(data, "ratings.csv")], 5, /ratings\.csv/],
    [
      "a letter for a number",
      ["recommend", "--k", "ten", "--artifact", artifact],
      2,
      /'ten' is invalid. It takes a number. \(see matinee recommend --help\)/,
    ],
    ["filters that leave nothing", ["data", "--data", data, "--min-user-ratings", "50"], 3, /50/],
  ];
  for (const [n, [name, args, exit, line]] of wrong.entries()) {
    // the first of each exit code in a process of its own
    const run = wrong.findIndex(([, , other]) => other === exit) === n ? matineeProcess : matinee;
    it(name, async () => assertRefused(await run(...args), exit, line));
  }

  it("an unknown flag, with a suggestion", async () => {
    const { code, stderr } = await matinee("data", "--dta", data);
    assert.equal(code, 2);
    assert.match(stderr, /unknown option '--dta'[\s\S]*--data/);
  });

  it("a bad row 81, by file, row and value; --lenient skips and counts it", async () => {
    const rows = Array.from(
      { length: 100 },
      (_, n) => `${1 + (n % 10)},${1 + Math.floor(n / 10)},${n === 80 ? "6.0" : "4.0"},${n}`,
    );
    const file = join(folder, "ratings.csv");
    writeFileSync(file, `userId,movieId,rating,timestamp\n${rows.join("\n")}\n`);
    const own = ["data", "--data", file, "--scale", "0.5:5"];
    assertRefused(await matinee(...own), 3, /ratings\.csv row 81.*rating "6\.0" is outside 0\.5–5/);
    const lenient = await matinee(...own, "--lenient", "--json");
    assert.deepEqual(JSON.parse(lenient.stdout).report.skipped, 1);
  });

  it("a model file cut in half", async () => {
    const half = join(folder, "half.matinee");
    const bytes = readFileSync(artifact);
    writeFileSync(half, bytes.subarray(0, bytes.length / 2));
    assertRefused(await matinee("recommend", "--rate", "10=5", "--artifact", half), 5, /half\.matinee/);
  });

  it("a port in use, before any training", async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as { port: number };
    const outcome = await matinee("serve", "--data", data, "--port", String(port));
    server.close();
    assertRefused(outcome, 7, new RegExp(`port ${port} of 127\\.0\\.0\\.1 is in use`));
    assert.ok(!outcome.stderr.includes("Training"));
  });

  const large = 3_000_000;
  for (const [what, user] of [
    ["plain numbers", (n: number) => n >> 7],
    ["ids in words", (n: number) => `u${n >> 7}`],
  ] as const) {
    it(`Ctrl-C in reading ${what}: exit code 130 and nothing left behind`, async () => {
      const [own, table] = [temporaryFolder(), join(folder, "large.csv")];
      const rows = Array.from({ length: large }, (_, n) => `${user(n)},${n & 127},3\n`);
      writeFileSync(table, `user,item,rating\n${rows.join("")}`);
      const { child, outcome } = start("train", "--model", "als", "--data", table, "--out", join(own, "x.matinee"));
      await written(child, "Reading");
      child.kill("SIGINT");
      assertRefused(await outcome, 130, /reading .*large\.csv was cancelled/);
      assert.deepEqual(readdirSync(own), []);
    });
  }

  it("Ctrl-C in training: exit code 130 and nothing half-written", async () => {
    const out = join(temporaryFolder(), "cancelled.matinee");
    const { child, outcome } = start("train", "--model", "item-knn", "--data", "synthetic-1m", "--out", out);
    await written(child, "Training item-knn");
    child.kill("SIGINT");
    assertRefused(await outcome, 130, /training was cancelled/);
    assert.deepEqual(readdirSync(join(out, "..")), []);
  });
});

describe("a process of its own ends by itself, with the same document", () => {
  const asked: Record<string, readonly string[]> = {
    data: ["--data", data],
    recommend: ["--user", "3", "--model", "als", "--data", data, "--threads", "2"],
    predict: ["10", "--user", "2", "--model", "bias", "--data", data],
    neighbours: ["--user", "3", "--model", "user-knn", "--set", "minOverlap=1", "--data", data],
    ratings: ["--user", "3", "--data", data],
    similar: ["10", "--artifact", artifact],
    evaluate: ["--model", "popular", "--data", data, "--split", "ratio:0.5", "--metrics", "ndcg@2"],
    inspect: [artifact],
    experiment: [],
  };
  for (const [command, args] of Object.entries(asked)) {
    it(command, async () => {
      const own = await matineeProcess(command, ...args, "--json");
      assert.equal(own.code, 0, own.stderr);
      const untimed = (document: string) => document.replace(/"(seconds|milliseconds)":[^,}]+|"kept":"[^"]+",/g, "");
      assert.equal(untimed(own.stdout), untimed((await matinee(command, ...args, "--json")).stdout));
    });
  }
});

describe("matinee bench", () => {
  it("times a workload, writes its table and draws its picture", async () => {
    const out = join(folder, "results", "speed.md");
    const { stdout, code, stderr } = await matinee("bench", "als-ml-1m", "--out", out, "--json");
    assert.equal(code, 0, stderr);
    const { results, machine } = JSON.parse(stdout);
    assert.ok(results[0].seconds.min > 0 && machine.cpu.length > 0);
    assert.deepEqual(
      results.map(({ threads }: { threads: number }) => threads),
      [1, 2],
    );
    const page = readFileSync(out, "utf8");
    assert.match(page, /\| als-ml-1m \| 1 \|.*\n\| als-ml-1m \| 2 \|/);
    assert.match(page, /\| als-ml-1m \| Matinee \| one iteration, 64 factors/);
    assert.match(page, /\| ml-1m \| 6,040 \| 3,706 \| 1,000,209 \|/);
    assert.match(page, /!\[Speed against peers and against the machine\]\(speed\.svg\)/);
    assert.match(readFileSync(join(folder, "results", "speed.svg"), "utf8"), /als-ml-1m, 2 threads: \d+ %/);
  });

  it("times all workloads whose names begin alike: answers, in processor time", async () => {
    const { stdout, code, stderr } = await matinee("bench", "answers-popular", "--threads", "1", "--json");
    assert.equal(code, 0, stderr);
    const { results } = JSON.parse(stdout);
    assert.deepEqual(
      results.map(({ workload }: { workload: string }) => workload),
      ["answers-popular-ml-latest-small"],
    );
    assert.match(
      results[0].remark,
      /^nine in ten below \d+\.\d\d ms, 99 in 100 below \d+\.\d\d ms; the first \d+\.\d\d ms$/,
    );
  });

  it("checks that threads change nothing", async () => {
    const { stdout, code, stderr } = await matinee("bench", "itemknn-ml-1m", "--check");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /\| itemknn-ml-1m (\| [0-9a-f]{12} ){4}\| OK \|/);
  });

  it("says which workloads there are", async () => {
    assertRefused(await matinee("bench", "als-ml-2m"), 2, /did you mean als-ml-1m\?/);
  });
});

describe("matinee serve", () => {
  for (const output of ["stdout", "stderr"] as const) {
    it(`does not end as if all were well where nobody reads its ${output} any more`, async () => {
      const { child, outcome } = start("serve", "--artifact", artifact, "--port", "0");
      child[output]!.destroy();
      assert.equal((await outcome).code, 7);
    });
  }

  it("serves the page's API on a free port and stops cleanly at Ctrl-C", async () => {
    const { child, outcome } = start("serve", "--artifact", artifact, "--port", "0");
    const seen = await written(child, /http:\/\/127\.0\.0\.1:\d+/);
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(seen)!;
    const response = await fetch(`${address}/healthz`);
    assert.deepEqual(await response.json(), { status: "ok" });
    const unknown = await fetch(`${address}/api/v1/users/1/ratings`);
    assert.equal(unknown.status, 404);
    child.kill("SIGINT");
    assert.equal((await outcome).code, 0);
  });

  it("answers for users of the data that are read beside a saved model", async () => {
    const { child, outcome } = start("serve", "--artifact", artifact, "--data", data, "--port", "0");
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(await written(child, /http:\/\/127\.0\.0\.1:\d+/))!;
    const own = await fetch(`${address}/api/v1/users/1/ratings`);
    assert.equal(((await own.json()) as { items: unknown[] }).items.length, 3);
    child.kill("SIGINT");
    assert.equal((await outcome).code, 0);
  });

  it("stops at SIGTERM before it listens", async () => {
    const { child, outcome } = start("serve", "--data", "synthetic-1m", "--model", "item-knn", "--port", "0");
    await written(child, "Training");
    child.kill("SIGTERM");
    assertRefused(await outcome, 130, /was cancelled/);
  });
});
