/** Every JSON object of the HTTP API as a TypeBox schema. Routes, the OpenAPI document, docs/api.md and the client take it from here. */
import { type Static, Type } from "typebox";
import { type ErrorCode, errorTable } from "../errors.ts";
import { predictionRules } from "../models/model.ts";
import { confidenceLevels } from "../recommend/confidence.ts";
import { groupRules } from "../recommend/together.ts";
import { labShapes } from "./lab-shapes.ts";
import { type ListRequestBody, listShapes } from "./list-shapes.ts";
import { modelShapes } from "./model-shapes.ts";
import { neighbourhoodShapes } from "./neighbourhood-shapes.ts";
import { questionShapes } from "./question-shapes.ts";
import { describe, id, named, type ReadonlyJson, shape } from "./schema.ts";
import { statusShapes } from "./status-shapes.ts";
import { storeShapes } from "./store-shapes.ts";
import { titlesShapes } from "./titles-shapes.ts";

const film = {
  id: describe(id, "its id in the data set"),
  title: Type.String({ description: 'as the data set writes it (`"Shawshank Redemption, The (1994)"`)' }),
};
const fullFilm = {
  ...film,
  year: Type.Integer({ description: "0 if unknown" }),
  genres: Type.Array(Type.String()),
  ratings: Type.Integer({ minimum: 0, description: "the number of users who rated it" }),
};
const Film = shape("Film", "A film of the data set.", fullFilm);

const count = Type.Integer({ minimum: 0 });
const ItemDetails = shape("ItemDetails", "What is known of a film.", {
  film: Film,
  mean: Type.Optional(Type.Number({ description: "the mean of its ratings" })),
  histogram: Type.Optional(
    Type.Array(Type.Object({ rating: Type.Number(), count }), {
      description:
        "every rating that occurs in the data, the lowest first, and how many people gave it to this film; absent for more than 50 of them",
    }),
  ),
  tags: Type.Optional(
    Type.Array(Type.Object({ tag: Type.String(), count }), {
      maxItems: 20,
      description: "up to 20 tags and how often they were given, the most used first",
    }),
  ),
  links: Type.Optional(
    Type.Object(
      { imdb: Type.Optional(Type.String()), tmdb: Type.Optional(Type.String()) },
      { description: "the addresses of its pages at IMDb and TMDB" },
    ),
  ),
});

const score = Type.Number({ description: "the number that orders the list" });
const ScoredFilm = shape("ScoredFilm", "A film and what orders it in a list.", { ...fullFilm, score });

const value = Type.Number({ description: "its part of the score" });
const reason = {
  ...film,
  rating: Type.Number({ description: "the user's rating of it" }),
  value,
  through: Type.Optional(
    Type.String({
      description:
        'what the likeliest path to the recommended film leads through, if the model walks from film to film: a genre, a tag, a decade, or the number of users who rated both films, such as `"12 people"`',
    }),
  ),
};
const Reason = shape("Reason", "A film that the user liked and that raised a score.", reason);

const similarity = {
  user: id,
  similarity: Type.Number({ description: "how alike the two users are" }),
  overlap: Type.Integer({ minimum: 0, description: "the number of films that both users rated" }),
};
const RatingPart = shape("RatingPart", "What one of the user's ratings contributed.", {
  kind: Type.Literal("rating"),
  ...reason,
});
const GenrePart = shape("GenrePart", "What one of the film's genres contributed.", {
  kind: Type.Literal("genre"),
  genre: Type.String(),
  value,
});
const NeighbourPart = shape("NeighbourPart", "What a similar user's rating of the film contributed.", {
  kind: Type.Literal("neighbour"),
  ...similarity,
  rating: Type.Number({ description: "the similar user's rating of the film" }),
  value,
});
const ConstantPart = shape("ConstantPart", "What is the same for every user, or for every film.", {
  kind: Type.Enum([
    "global mean",
    "item mean",
    "user mean",
    "item bias",
    "user bias",
    "number of ratings",
    "normalisation",
  ]),
  value,
});
const ScorePart = Type.Union([RatingPart, GenrePart, NeighbourPart, ConstantPart], {
  title: "ScorePart",
  description: "A part of a score or of a predicted rating; `kind` says of which shape.",
});

const rule = Type.Enum([...predictionRules], {
  description: 'what predicted the rating: `"model"`, or the mean that stood in',
});
const Confidence = shape("Confidence", "How sure it is that the user likes a film.", {
  level: Type.Enum([...confidenceLevels], {
    description:
      '`"likely"` from a probability of 0.7, `"possible"` from 0.5, else `"guess"`; a guess, too, where there is next to no evidence: no well-known film that the user liked, fewer than ten ratings of this one, or a score that is the same for everybody',
  }),
  probability: Type.Number({
    minimum: 0,
    maximum: 1,
    description:
      "of films listed on such evidence which their users then rated, the share that these users liked (from three quarters up the scale)",
  }),
});
const from = Type.Integer({ minimum: 1, description: "its rank before, from 1" });
const Adjustment = shape("Adjustment", "What an adjusted list did with a film.", {
  from,
  factor: Type.Number({ description: "how many times its worth it counts; the worth of rank r is 1/r" }),
});
const Placement = shape("Placement", "How a second stage placed a film.", {
  by: Type.String({ description: "the name of the second stage" }),
  from,
  score: Type.Optional(Type.Number({ description: "the number that it gave the film, on its own scale" })),
  failure: Type.Optional(Type.String({ description: "why it could not rank, so that the order is as before" })),
});
const Recommendation = shape("Recommendation", "A film, its place in a list and the reasons for it.", {
  ...fullFilm,
  score,
  predicted: Type.Optional(Type.Number({ description: "the predicted rating, if the model predicts ratings" })),
  rule: Type.Optional(rule),
  confidence: Confidence,
  source: Type.String({
    description:
      'the model that listed the film; `"popular"` where the chosen model knows too little about the user, or runs out of films',
  }),
  neighbours: Type.Optional(
    Type.Object(
      { count: Type.Integer({ minimum: 1 }), meanRating: Type.Number() },
      { description: "the number of similar users whose ratings made the score, and their mean rating of the film" },
    ),
  ),
  likedGenres: Type.Optional(
    Type.Array(Type.String(), { description: "the genres that made the score, strongest first" }),
  ),
  because: Type.Optional(
    Type.Array(Reason, {
      maxItems: 5,
      description:
        "up to five films that the user liked and that raised the score, strongest first; absent where less than a tenth of the score is theirs",
    }),
  ),
  adjusted: Type.Optional(
    describe(
      Adjustment,
      "how far `boost`, `rotation` and `popularity` moved the film, where there are any; `score` stays",
    ),
  ),
  reranked: Type.Optional(describe(Placement, "how `diversity` placed the film, where it is asked for; `score` stays")),
  pinned: Type.Optional(Type.Literal(true, { description: "that the film has its place by `pin`" })),
  parts: Type.Optional(
    Type.Array(ScorePart, {
      description:
        "only with `explain`: every part of the score; they add up to `score`. Absent where they name users whom the key does not reach",
    }),
  ),
});

const RatedFilm = shape("RatedFilm", "A film and a user's rating of it.", {
  ...fullFilm,
  rating: Type.Number({ description: "the user's rating" }),
  time: Type.Optional(Type.Number({ description: "in seconds since 1970; absent if unknown" })),
});

const prediction = {
  ...fullFilm,
  predicted: Type.Number({ description: "the predicted rating, on the scale of the data" }),
  deviation: Type.Optional(
    Type.Number({
      description: "standard deviation of the user's own rating about it; absent if the model knows none",
    }),
  ),
  rule,
  rated: Type.Optional(Type.Number({ description: "the rating that the user gave the film, if they rated it" })),
  parts: Type.Optional(
    Type.Array(ScorePart, {
      description:
        "they add up to `predicted` before it is clipped to the scale; absent if the model does not explain its predictions",
    }),
  ),
};

const SharedFilm = shape("SharedFilm", "A film that two users rated.", {
  ...film,
  rating: Type.Number({ description: "the user's rating" }),
  theirs: Type.Number({ description: "the similar user's rating" }),
});
const SimilarUser = shape("SimilarUser", "A user of similar taste.", {
  ...similarity,
  liked: Type.Optional(
    Type.Array(SharedFilm, {
      maxItems: 3,
      description:
        "up to three films that both users rated in the upper half of the scale, highest rated first; absent if the model keeps no ratings",
    }),
  ),
});

const model = Type.String({ description: "the model that answered" });
const recommendationId = Type.String({ description: "the list's id, for events of its films" });
const user = describe(id, "the user's id in the data set");

const NewUserRecommendations = shape("NewUserRecommendations", "A list for given ratings.", {
  model,
  recommendationId,
  items: Type.Array(Recommendation, { description: "best first" }),
  unknown: Type.Array(id, {
    description: "the ids in the request of films that the model does not know; they were left aside",
  }),
  next: Type.Optional(
    Type.String({
      description: "where more films could follow: give it with the same request, and the following ones come",
    }),
  ),
});
const PersonalShare = shape("PersonalShare", "What a film is to one of several people.", {
  share: Type.Number({
    minimum: 0,
    maximum: 1,
    description: "from 0, the last for this person of all films that the list might have, to 1, the first",
  }),
  predicted: Type.Optional(Type.Number({ description: "the predicted rating, if the model predicts ratings" })),
  rule: Type.Optional(rule),
});
const GroupRecommendation = shape("GroupRecommendation", "A film for several people.", {
  ...fullFilm,
  score: Type.Number({ description: "the least share, or the mean of them, as `rule` says" }),
  people: Type.Array(PersonalShare, { description: "what it is to each of them, in the order of `profiles`" }),
  limitedBy: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: "the place in `profiles`, from 0, of the one to whom it is least; absent where it is as much to all",
    }),
  ),
});
const ComparedFilm = shape("ComparedFilm", "A film that the user rated, and what the neighbours think of it.", {
  ...fullFilm,
  rating: Type.Number({ description: "the user's rating" }),
  theirs: Type.Number({ description: "the mean of the neighbours' ratings, to a tenth" }),
  raters: Type.Integer({ minimum: 5, description: "the number of neighbours who rated it" }),
});
const comparedFilms = (description: string) => Type.Array(ComparedFilm, { maxItems: 5, description });
const UserNeighbourhood = shape(
  "UserNeighbourhood",
  "The users who rate films most as somebody does, taken together.",
  {
    compared: Type.Integer({
      minimum: 0,
      description:
        "the number of users whose ratings there are to compare with; 0 where the server holds none, and of events",
    }),
    neighbours: Type.Integer({
      minimum: 0,
      maximum: 25,
      description: "how many users this is about: 10 to 25, or 0 where there are too few to tell",
    }),
    needed: Type.Integer({
      minimum: 0,
      description: "how many further ratings it takes at least, where there are too few to tell; otherwise 0",
    }),
    overlap: Type.Optional(
      Type.Number({ description: "how many films the user and a neighbour both rated, in the mean, to a tenth" }),
    ),
    difference: Type.Optional(
      Type.Number({
        description: "how far the ratings of a film by the user and by a neighbour differ, in the mean, to a hundredth",
      }),
    ),
    usualDifference: Type.Optional(Type.Number({ description: "the same of the user and everybody" })),
    agreed: comparedFilms("films that they rate within half a star of the user, those of most raters first"),
    disagreed: comparedFilms("films that they rate a star apart or more, the furthest apart first"),
    loved: Type.Array(Recommendation, {
      description:
        "films that the user has not rated and that they like, from three quarters up the scale in the mean; best first",
    }),
    unknown: Type.Array(id, {
      description: "the ids in the request of films that the model does not know; they were left aside",
    }),
  },
);
const Problem = shape("Problem", "An error as problem+json (RFC 9457), with its code and how to fix it.", {
  type: Type.String({ description: "`urn:matinee:error:` and the code" }),
  title: Type.String({ description: "what happened, in a few words" }),
  status: Type.Integer({ description: "the HTTP status" }),
  code: Type.Enum(Object.keys(errorTable) as ErrorCode[], { description: "one of the codes in errors.md" }),
  detail: Type.String({ description: "what happened here: the place and the value" }),
  fix: Type.String({ description: "what to do about it" }),
});

/** Every shape by its name in the OpenAPI document, which is also its `title`. */
export const shapes = {
  Id: id,
  Film,
  ItemDetails,
  ScoredFilm,
  Recommendation,
  Adjustment,
  Placement,
  Confidence,
  Reason,
  ScorePart,
  RatingPart,
  GenrePart,
  NeighbourPart,
  ConstantPart,
  RatedFilm,
  SharedFilm,
  SimilarUser,
  ...modelShapes,
  ...listShapes,
  ...questionShapes,
  ...neighbourhoodShapes,
  RecommendationBatch: Type.Object(
    {
      requests: Type.Array(named<ListRequestBody>("RecommendationRequest", "a list"), {
        minItems: 1,
        maxItems: 100,
        description: "from 1 to 100 requests; together they have no more ratings than one may have",
      }),
    },
    { title: "RecommendationBatch", description: "Requests for lists.", additionalProperties: false },
  ),
  Health: shape("Health", "A sign of life.", { status: Type.Literal("ok") }),
  FilmList: shape("FilmList", "Films.", { items: Type.Array(Film) }),
  SimilarFilmList: shape("SimilarFilmList", "Films like one film.", {
    model,
    items: Type.Array(ScoredFilm, { description: "most similar first" }),
  }),
  QuestionList: shape("QuestionList", "Films to ask a new user about.", {
    items: Type.Array(Film, { description: "the first to ask about first" }),
    unknown: Type.Array(id, {
      description: "the ids in the request of films that the model does not know; they were left aside",
    }),
  }),
  NewUserRecommendations,
  BatchRecommendations: shape("BatchRecommendations", "Answers to a batch, in the order of its requests.", {
    answers: Type.Array(Type.Union([NewUserRecommendations, Problem]), {
      description: "a list, with `items`, or the problem of a request that has none, with `code`",
    }),
  }),
  PersonalShare,
  ComparedFilm,
  UserNeighbourhood,
  GroupRecommendation,
  GroupRecommendations: shape("GroupRecommendations", "A list for several people.", {
    model,
    recommendationId,
    rule: Type.Enum([...groupRules], { description: "what orders the list" }),
    items: Type.Array(GroupRecommendation, { description: "best first" }),
    unknown: Type.Array(id, {
      description: "the ids in the request of films that the model does not know; they were left aside",
    }),
  }),
  UserRecommendations: shape("UserRecommendations", "A list for a user of the data.", {
    model,
    recommendationId,
    user,
    items: Type.Array(Recommendation, { description: "best first" }),
  }),
  RatedFilmList: shape("RatedFilmList", "The films that a user of the data rated.", {
    user,
    items: Type.Array(RatedFilm, { description: "highest rating first" }),
  }),
  UserPrediction: shape("UserPrediction", "A film and the rating to expect of a user.", { model, user, ...prediction }),
  UserNeighbours: shape("UserNeighbours", "The users most similar to one of them.", {
    model,
    user,
    neighbours: Type.Array(SimilarUser, { description: "most similar first" }),
  }),
  Problem,
  ...storeShapes,
  ...labShapes,
  ...statusShapes,
  ...titlesShapes,
  OpenApiDocument: Type.Object(
    { openapi: Type.String({ description: "the version of OpenAPI" }) },
    { title: "OpenApiDocument", description: "This document.", additionalProperties: true },
  ),
};

/** The type of a shape, read-only throughout. */
export type ShapeOf<Name extends keyof typeof shapes> = ReadonlyJson<Static<(typeof shapes)[Name]>>;

/** An error as problem+json (RFC 9457), with its code and how to fix it. */
export type Problem = ShapeOf<"Problem">;
