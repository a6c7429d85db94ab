import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { Id } from "../../data/ids.ts";
import { queryFromRatings } from "../../recommend/query.ts";
import { recommend } from "../../recommend/recommend.ts";
import type { App, RouteContext } from "./context.ts";

/** A number or a text, taken as it is: a text id of digits stays a text. */
const id = Type.Unsafe<Id>({ type: ["number", "string"] });

const body = Type.Object(
  {
    ratings: Type.Array(Type.Object({ id, rating: Type.Number() }, { additionalProperties: false }), {
      maxItems: 10_000,
    }),
    k: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    exclude: Type.Optional(Type.Array(id, { maxItems: 10_000 })),
    genres: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { minItems: 1, maxItems: 100 })),
    years: Type.Optional(
      Type.Object(
        { from: Type.Optional(Type.Integer()), to: Type.Optional(Type.Integer()) },
        { additionalProperties: false },
      ),
    ),
    explain: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export async function recommendationRoutes(app: App, { recommender }: RouteContext): Promise<void> {
  const { name, info, search } = recommender;
  // TypeBox's compiler takes a body as it is; the default one would turn "5" into 5 and null into 0.
  const route = { schema: { body }, validatorCompiler: TypeBoxValidatorCompiler };
  app.post("/recommendations", route, async ({ body: { ratings, exclude = [], ...options } }) => {
    const query = queryFromRatings(
      info,
      ratings.map(({ id, rating }) => [search.byId(id), rating] as const),
    );
    const excluded = exclude.map((id) => search.byId(id));
    return { model: name, items: await recommend(recommender, query, { ...options, exclude: excluded }) };
  });
}
