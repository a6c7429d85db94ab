/** What a list is asked with, as TypeBox schemas. */
import { type Static, Type } from "typebox";
import type { FilmFilter } from "../recommend/film-filter.ts";
import { fewestPeople, groupRules, mostPeople } from "../recommend/together.ts";
import { closedShape, describe, id, named } from "./schema.ts";

const RatingOfFilm = closedShape("RatingOfFilm", "A rating, on the scale that `GET /api/v1/models` states.", {
  id,
  rating: Type.Number(),
  time: Type.Optional(
    Type.Number({
      description:
        "when it was given, in seconds since 1970, UTC, for models that go by time. Of one film, the latest rating counts. Where some have times, the others are of one moment after all of them; where none has, all are of one moment",
    }),
  ),
});
const Years = Type.Object(
  { from: Type.Optional(Type.Integer()), to: Type.Optional(Type.Integer()) },
  { title: "Years", description: "A range of years, both included.", additionalProperties: false },
);
const PartWeight = Type.Object(
  {
    model: Type.String({ maxLength: 100, description: "name of the part" }),
    weight: Type.Number({ minimum: 0, description: "its weight; shares of all weights count" }),
  },
  { title: "PartWeight", description: "A part of a blend, and its weight.", additionalProperties: false },
);

const filterMeaning =
  "Which films, as a tree of comparisons. Fields are `id`, `year`, `genre`, `tag` and `ratings` (how many users rated the film). `is` and `in` go with every field; a range with `year` and `ratings`, its ends included. At most 8 filters lie in one another; all filters of one request have at most 100 of them, and 1,000 values.";
/** Filters lie in themselves. Those within are checked where they are read, which bounds how deep they go. */
const filter = named<FilmFilter>("FilmFilter", filterMeaning);
const field = Type.String({ maxLength: 200 });
const fieldValue = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
const closed = { additionalProperties: false };
const filterTree = Type.Unsafe<FilmFilter>({
  title: "FilmFilter",
  description: filterMeaning,
  anyOf: [
    Type.Object({ and: Type.Array(filter) }, closed),
    Type.Object({ or: Type.Array(filter) }, closed),
    Type.Object({ not: filter }, closed),
    Type.Object({ field, is: fieldValue }, closed),
    Type.Object({ field, in: Type.Array(fieldValue) }, closed),
    Type.Object({ field, from: Type.Optional(Type.Number()), to: Type.Optional(Type.Number()) }, closed),
  ],
});
const FilmBoost = Type.Object(
  {
    filter: describe(filter, "which films"),
    factor: Type.Number({
      minimum: 0.1,
      maximum: 10,
      description: "with 2, a film that fits competes with films on half its rank; with 1, nothing changes",
    }),
  },
  { title: "FilmBoost", description: "Films that are worth more, or less.", ...closed },
);
const PinnedFilm = Type.Object(
  { id, position: Type.Integer({ minimum: 1, maximum: 100, description: "its place, from 1 to `k`" }) },
  { title: "PinnedFilm", description: "A film and its place in the list.", ...closed },
);
const ShownFilm = Type.Object(
  { id, times: Type.Integer({ minimum: 0, maximum: 1000 }) },
  { title: "ShownFilm", description: "A film and how often it was shown to the user lately.", ...closed },
);
const RecommendationRequest = Type.Object(
  {
    user: Type.Optional(
      describe(
        id,
        "whose ratings, marks and events the server is to take, besides `ratings`; `me` for the visitor who asks. Of others it takes the scope `write`",
      ),
    ),
    scenario: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description:
          "where the list is shown (`home`): what the server's configuration has for it counts where the request says nothing",
      }),
    ),
    ratings: Type.Optional(
      Type.Array(RatingOfFilm, {
        maxItems: 10_000,
        description:
          "the user's ratings, at most 10,000; none unless given. Of several ratings of one film, the latest or else the last counts",
      }),
    ),
    session: Type.Optional(
      Type.Array(id, {
        maxItems: 50,
        description:
          "films that the user looked at just now, the latest last, at most 50: the list is by similarity to them, later ones weighing more, and beside `ratings` by the scores for these as much. They are left out of it",
      }),
    ),
    k: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: "the length of the list; 10 unless given" }),
    ),
    exclude: Type.Optional(
      Type.Array(id, { maxItems: 10_000, description: "films to leave out besides the rated ones, at most 10,000" }),
    ),
    filter: Type.Optional(describe(filter, "only films that fit")),
    genres: Type.Optional(
      Type.Array(Type.String({ maxLength: 100 }), {
        minItems: 1,
        maxItems: 100,
        description: "only films with one of these genres",
      }),
    ),
    years: Type.Optional(describe(Years, "only films of these years, both included; either end may be absent")),
    boost: Type.Optional(
      Type.Array(FilmBoost, {
        maxItems: 20,
        description: "films that rank higher or lower; the factors of those that a film fits are multiplied",
      }),
    ),
    popularity: Type.Optional(
      Type.Number({
        minimum: -1,
        maximum: 1,
        description: "from −1, films of fewer ratings than the model's list has, to 1, of more; 0 unless given",
      }),
    ),
    rotation: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: "how much of its worth a film loses with each time that it was `shown`; 0 unless given",
      }),
    ),
    shown: Type.Optional(
      Type.Array(ShownFilm, {
        maxItems: 10_000,
        description:
          "how often films were shown lately, for `rotation`; of a `user`, the impressions of the last week count too",
      }),
    ),
    content: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          "how much content, the words of titles, genres and tags, counts beside what the model goes by, each scaled from 0 to 1 over the films that the user has not rated: from 0, not at all, to 1, alone; 0 unless given. Films without ratings are so listed by their content",
      }),
    ),
    diversity: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: "how much films differ from those before them, by the second stage `mmr`; 0 unless given",
      }),
    ),
    pin: Type.Optional(
      Type.Array(PinnedFilm, {
        maxItems: 100,
        description:
          "films that have a place of their own on the first page, even if they are rated or do not fit; one that is excluded as well is refused",
      }),
    ),
    next: Type.Optional(
      Type.String({
        maxLength: 65_536,
        description: "from an answer to the same request: the following `k` films, none of them again",
      }),
    ),
    explain: Type.Optional(Type.Boolean({ description: "whether each film comes with every part of its score" })),
    blend: Type.Optional(
      Type.Array(PartWeight, {
        minItems: 1,
        maxItems: 100,
        description: "other weights for the parts of a hybrid, one for each part; its own unless given",
      }),
    ),
  },
  {
    title: "RecommendationRequest",
    description:
      "What a list is made from and may hold. Without `ratings` and `session`, it is for nobody in particular.",
    additionalProperties: false,
  },
);

const ratingsOfPerson = Type.Array(RatingOfFilm, {
  maxItems: 10_000,
  description: "the person's ratings; of several ratings of one film, the latest or else the last counts",
});
const PersonProfile = closedShape("PersonProfile", "One of several people whom a list is for.", {
  ratings: ratingsOfPerson,
  exclude: Type.Optional(
    Type.Array(id, { maxItems: 10_000, description: "films that this person does not want to see, at most 10,000" }),
  ),
});
const TogetherRequest = closedShape("TogetherRequest", "Whom a list is for, and what it may hold.", {
  profiles: Type.Array(PersonProfile, { minItems: fewestPeople, maxItems: mostPeople, description: "2 to 8 people" }),
  rule: Type.Optional(
    Type.Enum([...groupRules], {
      description:
        "what orders the list: `least-misery`, unless given, is what a film is to the one to whom it is least; `average`, what it is to all in the mean",
    }),
  ),
  k: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: "the length of the list; 10 unless given" })),
  filter: Type.Optional(describe(filter, "only films that fit")),
});

/** A request for a list as the API takes it. */
export type ListRequestBody = Static<typeof RecommendationRequest>;

/** The shapes by their names. */
export const listShapes = {
  RatingOfFilm,
  Years,
  PartWeight,
  FilmFilter: filterTree,
  FilmBoost,
  PinnedFilm,
  ShownFilm,
  RecommendationRequest,
  PersonProfile,
  TogetherRequest,
};
