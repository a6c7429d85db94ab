/**
 * Whether the default model's lists make sense to the people of `sense/profiles.ts`: films of their taste, and not only those that everybody
 * knows; no sequels of what they dislike; no certainty where there is none; nothing that they have seen.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { FastifyInstance } from "fastify";
import { readRatings } from "../src/data/read.ts";
import { placesIn } from "../src/evaluate/dislikes.ts";
import type { Recommendation } from "../src/recommend/recommend.ts";
import type { Recommender } from "../src/recommend/recommender.ts";
import { createApp } from "../src/server/app.ts";
import { train } from "../src/train.ts";
import { dataFolder, needsData } from "./helpers/data.ts";
import { contrarian, type Person, peopleOfTaste, peopleWithDislikes, type Sign } from "./sense/profiles.ts";

const listed = 10;
/** Of the ten films listed, how many must be of the taste, and how many may be among the most rated. */
const [leastOfTaste, mostKnownByAll] = [6, 3];
/** How many films are the most rated. */
const knownByAll = 20;

describe("the default model on ml-latest-small", needsData("ml-latest-small"), () => {
  let recommender: Recommender;
  let app: FastifyInstance;
  /** The index of each film by its title. */
  let indices: Map<string, number>;

  before(async () => {
    recommender = await train(await readRatings(dataFolder("ml-latest-small")));
    app = await createApp(recommender);
    const { titles } = recommender.info.catalog;
    indices = new Map(titles.map((title, index) => [title.trim(), index]));
  });
  after(async () => {
    await app?.close();
    recommender?.[Symbol.dispose]();
  });

  function indexOf(title: string): number {
    const index = indices.get(title);
    assert.ok(index !== undefined, `no film is called ${title}`);
    return index;
  }

  const ratingsOf = ({ ratings }: Person) => {
    const { items } = recommender.info;
    return ratings.map(([title, rating]) => ({ id: items.id(indexOf(title)), rating }));
  };

  const listFor = (person: Person) => recommender.recommend({ ratings: ratingsOf(person), k: listed });

  function fits({ title, year, genres, id }: Recommendation, sign: Sign): boolean {
    const { items, catalog } = recommender.info;
    const { names, offsets, indices } = catalog.tags;
    const item = items.index(id);
    const tags = Array.from(indices.subarray(offsets[item], offsets[item + 1]), (tag) => names[tag].toLowerCase());
    return (
      (sign.genres ?? []).every((genre) => genres.includes(genre)) &&
      !(sign.without ?? []).some((genre) => genres.includes(genre)) &&
      (!sign.years || (year >= sign.years[0] && year <= sign.years[1])) &&
      (!sign.titles || sign.titles.map(indexOf).includes(item)) &&
      (!sign.tags || sign.tags.some((tag) => tags.includes(tag))) &&
      (!sign.originalTitle || /\((?!a\.k\.a\.)[^()]*[^()\d][^()]*\) \(\d{4}\)$/.test(title))
    );
  }

  const titlesOf = (films: readonly Recommendation[]) => films.map(({ title }) => title).join("; ");

  for (const person of peopleOfTaste) {
    it(`lists films of the taste for ${person.name}, and few that everybody knows`, async () => {
      const list = await listFor(person);
      const shared = list.filter((film) => person.signs.some((sign) => fits(film, sign)));
      assert.ok(shared.length >= leastOfTaste, `${shared.length} are of the taste, in ${titlesOf(list)}`);
      const least = recommender.info.counts.toSorted().at(-knownByAll)!;
      const known = list.filter(({ ratings }) => ratings >= least);
      assert.ok(known.length <= mostKnownByAll, `all know ${titlesOf(known)}`);
    });
  }

  for (const person of peopleWithDislikes) {
    it(`raises no sequel for who disliked the first film of ${person.name}`, async () => {
      const liked = new Map(person.ratings.map(([title, rating]) => [indexOf(title), rating]));
      const first = indexOf(person.disliked[0]);
      const all = new Map(liked).set(first, person.disliked[1]);
      const sequels = person.sequels.map(indexOf).filter((sequel) => !liked.has(sequel));
      assert.ok(sequels.length > 0);
      const { model } = recommender.opened;
      const [without, withIt] = [liked, all].map((ratings) => placesIn(model, ratings, all.keys()));
      for (const sequel of sequels) {
        const [was, is] = [without[sequel] + 1, withIt[sequel] + 1];
        assert.ok(is >= was, `${recommender.info.catalog.titles[sequel]} rises from ${was} to ${is}`);
      }
    });
  }

  it("only guesses what a contrarian likes", async () => {
    for (const { title, confidence } of await listFor(contrarian)) {
      assert.equal(confidence.level, "guess", `${title}: ${confidence.level} ${confidence.probability}`);
      assert.ok(confidence.probability < 0.7, `${title}: ${confidence.probability}`);
    }
  });

  it("lists ten films for each, none of which they have seen", async () => {
    const disliking = peopleWithDislikes.map((person) => ({
      ...person,
      ratings: [...person.ratings, person.disliked],
    }));
    for (const person of [...peopleOfTaste, contrarian, ...disliking]) {
      const ratings = ratingsOf(person);
      const list = await listFor(person);
      assert.equal(new Set(list.map(({ id }) => id)).size, listed);
      const seen = list.filter(({ id }) => ratings.some((rated) => rated.id === id));
      assert.equal(titlesOf(seen), "", person.name);
      // The list that follows, after all of it was seen without being rated.
      const exclude = list.map(({ id }) => id);
      const next = await recommender.recommend({ ratings, exclude, k: listed });
      const again = next.filter(({ id }) => exclude.includes(id) || ratings.some((rated) => rated.id === id));
      assert.equal(titlesOf(again), "", person.name);
    }
  });

  it("lists the same over HTTP", async () => {
    for (const person of [...peopleOfTaste, contrarian, ...peopleWithDislikes]) {
      const payload = { ratings: ratingsOf(person), k: listed };
      const response = await app.inject({ method: "POST", url: "/api/v1/recommendations", payload });
      assert.equal(response.statusCode, 200, response.body);
      const facts = ({ id, confidence }: Recommendation) => ({ id, confidence });
      assert.deepEqual(response.json().items.map(facts), (await listFor(person)).map(facts), person.name);
    }
  });
});
