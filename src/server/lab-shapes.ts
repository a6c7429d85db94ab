/** The JSON objects of what pictures show of the data and of the model. */
import { Type } from "typebox";
import { mostCompared } from "../report/similarity.ts";
import { closedShape, describe, id, shape } from "./schema.ts";

const count = Type.Integer({ minimum: 0 });
const Bin = shape("HistogramBin", "How many values are from one to below another; the last bin may include its end.", {
  from: Type.Number(),
  to: Type.Number(),
  n: count,
});
const RatingsEach = shape(
  "RatingsEach",
  "How many users gave, or films got, how many ratings. Who has none is left out.",
  {
    least: count,
    median: Type.Number(),
    most: count,
    bins: Type.Array(Bin, { maxItems: 30, description: "equally wide on a logarithmic scale" }),
  },
);
const RatingHistograms = shape("RatingHistograms", "Ratings, and who gave and got them.", {
  users: count,
  items: count,
  ratings: count,
  unrated: describe(count, "films without ratings"),
  step: Type.Number({ description: "the step of the rating scale; 0 where it has none" }),
  given: Type.Optional(
    Type.Array(Bin, {
      maxItems: 40,
      description: "how often each rating was given; absent where ratings are not kept",
    }),
  ),
  perUser: Type.Optional(describe(RatingsEach, "how many ratings users gave; absent where ratings are not kept")),
  perItem: Type.Optional(describe(RatingsEach, "how many ratings films got; absent where no film has any")),
});
const Norms = shape("Norms", "The Euclidean norms of some vectors.", {
  n: describe(count, "how many vectors there are"),
  zeros: describe(count, "how many of them are zeros throughout"),
  least: Type.Number(),
  median: Type.Number(),
  most: Type.Number(),
  bins: Type.Array(Bin, { maxItems: 30 }),
});
const VectorNorms = shape("VectorNorms", "The lengths of a model's vectors.", {
  model: Type.String({ description: "the model, or the part of a blend" }),
  length: describe(count, "how many numbers a vector has"),
  films: Norms,
  users: Type.Optional(Norms),
});
const LossCurve = shape("LossCurve", "The loss of each epoch of a model, or of a part of it.", {
  model: Type.String(),
  loss: Type.String({ description: "what a loss is" }),
  losses: Type.Array(Type.Number(), { description: "in the order of epochs" }),
  stages: Type.Array(count, { description: "how many epochs each training had, where one went on from another" }),
});
const WeighedTerm = shape("WeighedTerm", "A word of what is written about a film.", {
  term: Type.String(),
  weight: Type.Number({ description: "high where the film has it often and few others have it" }),
});

const films = Type.Array(id, {
  minItems: 1,
  maxItems: mostCompared,
  uniqueItems: true,
  description: `up to ${mostCompared} films`,
});

export const labShapes = {
  HistogramBin: Bin,
  RatingsEach,
  RatingHistograms,
  Norms,
  VectorNorms,
  LossCurve,
  LabNumbers: shape("LabNumbers", "The data and the model that answers, in numbers.", {
    model: Type.String(),
    ratings: RatingHistograms,
    vectors: Type.Array(VectorNorms, {
      description: "of the model, its parts and its predictor: of those that place films by vectors",
    }),
    losses: Type.Array(LossCurve, { description: "of models that learn in epochs" }),
    comparesFilms: Type.Boolean({ description: "whether the model compares films by itself" }),
  }),
  FilmsRequest: closedShape("FilmsRequest", "Films, and how they are compared.", {
    items: films,
    content: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          "how much content, the words of titles, genres and tags, counts beside what the model goes by: from 0, not at all, to 1, alone; 0 unless given",
      }),
    ),
  }),
  FilmSimilarities: shape("FilmSimilarities", "Similarities of some films to one another.", {
    model: Type.String({ description: "the model that answered" }),
    similarities: Type.Array(Type.Array(Type.Union([Type.Number(), Type.Null()])), {
      description:
        "a row for each film of the request, with a number for each: 1 for itself, null where the model finds no similarity",
    }),
  }),
  TermsRequest: closedShape("TermsRequest", "Films.", { items: films }),
  WeighedTerm,
  FilmTerms: shape("FilmTerms", "The words that mark some films.", {
    items: Type.Array(
      Type.Object({
        id,
        title: Type.String(),
        terms: Type.Array(WeighedTerm, {
          description: "its words among the five heaviest of any of the films, the heaviest first",
        }),
      }),
      { description: "in the order of the request" },
    ),
  }),
};
