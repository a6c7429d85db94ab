import { Type } from "typebox";
import type { Id } from "../../data/ids.ts";
import { recommend } from "../../recommend/recommend.ts";
import { subjectFrom } from "../../recommend/subject.ts";
import type { App, RouteContext } from "./context.ts";

/** A number or a text, taken as it is: a text id of digits stays a text. */
const id = Type.Unsafe<Id>({ type: ["number", "string"] });

const body = Type.Object(
  {
    ratings: Type.Array(Type.Object({ id, rating: Type.Number() }, { additionalProperties: false }), {
      maxItems: 10_000,
    }),
    k: Type.Integer({ minimum: 1, maximum: 100, default: 10 }),
    exclude: Type.Array(id, { maxItems: 10_000, default: [] }),
    genres: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { minItems: 1, maxItems: 100 })),
    years: Type.Optional(
      Type.Object(
        { from: Type.Optional(Type.Integer()), to: Type.Optional(Type.Integer()) },
        { additionalProperties: false },
      ),
    ),
    explain: Type.Boolean({ default: false }),
  },
  { additionalProperties: false },
);

export async function recommendationRoutes(app: App, { recommender }: RouteContext): Promise<void> {
  const { name, space, search } = recommender;
  app.post("/recommendations", { schema: { body } }, ({ body: { ratings, exclude, ...options } }) => {
    const subject = subjectFrom(
      space,
      ratings.map(({ id, rating }) => [search.identified(id), rating] as const),
    );
    const excluded = exclude.map((id) => search.identified(id));
    return { model: name, items: recommend(recommender, subject, { ...options, exclude: excluded }) };
  });
}
