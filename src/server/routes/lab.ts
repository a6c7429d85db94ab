import { finishInSteps } from "../../in-steps.ts";
import { present } from "../../present.ts";
import { throwNoSimilarities } from "../../recommend/similar.ts";
import { sharedTerms } from "../../report/marked-films.ts";
import { modelNumbers } from "../../report/model-numbers.ts";
import { compareFilms } from "../../report/similarity.ts";
import { operations } from "../operations.ts";
import { byContent } from "./list.ts";
import { type App, addRoute, type RouteContext } from "./route.ts";

/** Routes about the data and the model as a whole. */
export function labRoutes(app: App, context: RouteContext): void {
  const { turns } = context;

  addRoute(app, context, operations.getLabNumbers, (_request, { opened, users, signal }) =>
    turns.long(signal, async (step) => ({
      model: opened.name,
      ...(await modelNumbers(opened, { step, ...present({ ratings: users?.byUser }) })),
    })),
  );

  addRoute(app, context, operations.compareFilms, async ({ body: { items, content } }, caller) => {
    const opened = await byContent(context, caller.opened, content);
    const films = items.map((id) => opened.search.byId(id));
    const similarItems = opened.model.similarItems?.bind(opened.model) ?? throwNoSimilarities(opened);
    const all = await turns.long(caller.signal, (step) =>
      finishInSteps(compareFilms(similarItems, films, opened.info.items.size), step),
    );
    const cell = (value: number) => (Number.isNaN(value) ? null : value);
    return {
      model: opened.name,
      similarities: films.map((_, row) => Array.from(all.subarray(row * films.length, (row + 1) * films.length), cell)),
    };
  });

  addRoute(app, context, operations.listFilmTerms, async ({ body: { items } }, { opened, signal }) => {
    const { info, model } = await byContent(context, opened, 1);
    const films = items.map((id) => opened.search.byId(id));
    const terms = await turns.short(signal, () => sharedTerms(model.topTerms!.bind(model), films));
    return {
      items: films.map((film, n) => ({
        id: info.items.id(film),
        title: info.catalog.titles[film],
        terms: terms[n],
      })),
    };
  });
}
