import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RatingScale } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import type { Confidence } from "../recommend/confidence.ts";
import type { Reason, ScorePart } from "../recommend/explanation.ts";
import type { Film, ScoredFilm } from "../recommend/films.ts";
import type { ItemDetails } from "../recommend/item-details.ts";
import type { ComparedFilm, Neighbourhood } from "../recommend/neighbourhood.ts";
import type { RatedFilm, SharedFilm, SimilarUser } from "../recommend/neighbours.ts";
import type { Prediction } from "../recommend/predict.ts";
import type { Recommendation } from "../recommend/recommend.ts";
import type { RatingOfFilm } from "../recommend/request.ts";
import type { Titles } from "../recommend/titles.ts";
import type { GroupRecommendation } from "../recommend/together.ts";
import type { ModelNumbers } from "../report/model-numbers.ts";
import type { ReadonlyJson } from "./schema.ts";
import { type ShapeOf, shapes } from "./shapes.ts";

/** `true` if two types are the same, optional keys included; otherwise `never`, which the argument `true` does not fit. */
type Same<A, B> =
  (<T>() => T extends ReadonlyJson<A> ? 1 : 2) extends <T>() => T extends ReadonlyJson<B> ? 1 : 2 ? true : never;

/** Fails to compile where two types differ. */
function assertSame<A, B>(_same: Same<A, B>): void {}

/** A film that is listed by neighbours comes from no retriever. */
type PublicNeighbourhood = Omit<Neighbourhood, "loved"> & { loved: Omit<Recommendation, "retrievalFailure">[] };

describe("the shapes of the API", () => {
  it("are the types of the library (tsc checks it)", () => {
    assertSame<ShapeOf<"Id">, Id>(true);
    assertSame<ShapeOf<"Film">, Film>(true);
    assertSame<ShapeOf<"ItemDetails">, ItemDetails>(true);
    assertSame<ShapeOf<"ScoredFilm">, ScoredFilm>(true);
    assertSame<ShapeOf<"Confidence">, Confidence>(true);
    assertSame<ShapeOf<"Reason">, Reason>(true);
    assertSame<ShapeOf<"ScorePart">, ScorePart>(true);
    assertSame<ShapeOf<"Recommendation">, Omit<Recommendation, "retrievalFailure">>(true);
    assertSame<ShapeOf<"ComparedFilm">, ComparedFilm>(true);
    assertSame<Omit<ShapeOf<"UserNeighbourhood">, "unknown">, PublicNeighbourhood>(true);
    assertSame<ShapeOf<"GroupRecommendation">, GroupRecommendation>(true);
    assertSame<ShapeOf<"RatedFilm">, RatedFilm>(true);
    assertSame<ShapeOf<"SharedFilm">, SharedFilm>(true);
    assertSame<ShapeOf<"SimilarUser">, SimilarUser>(true);
    assertSame<Omit<ShapeOf<"UserPrediction">, "model" | "user">, Prediction>(true);
    assertSame<ShapeOf<"RatingScale">, RatingScale>(true);
    assertSame<Omit<ShapeOf<"LabNumbers">, "model">, ModelNumbers>(true);
    assertSame<ShapeOf<"RatingOfFilm">, RatingOfFilm>(true);
    assertSame<ShapeOf<"Titles">, Titles>(true);
  });

  it("differ where a key is missing, optional or of another type", () => {
    // @ts-expect-error
    assertSame<{ a: number; b?: string }, { a: number }>(true);
    // @ts-expect-error
    assertSame<{ a?: number }, { a: number }>(true);
    // @ts-expect-error
    assertSame<{ a: { b: number[] } }, { a: { b: string[] } }>(true);
  });

  it("are titled by their names", () => {
    for (const [name, schema] of Object.entries(shapes)) {
      assert.equal((schema as { title?: string }).title, name);
    }
  });
});
