/** What the examples of doc comments take for granted. */
import { type Dataset, ease, type Recommender, train } from "../../src/index.ts";
import { madeUpFilms } from "./made-up-films.ts";

export const data: Dataset = await madeUpFilms();
export const recommender: Recommender = await train(data, ease());
