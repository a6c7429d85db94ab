/** The JSON object of all titles. */
import { Type } from "typebox";
import { id, shape } from "./schema.ts";

const number = (description: string) => Type.Array(Type.Integer({ minimum: 0 }), { description });

export const titlesShapes = {
  Titles: shape("Titles", "What names the films, in columns: entry n of each list is of the same film.", {
    ids: Type.Array(id, { description: "their ids in the data set, ascending" }),
    titles: Type.Array(Type.String(), { description: 'as the data set writes them; `""` if unknown' }),
    years: Type.Array(Type.Integer(), { description: "0 if unknown" }),
    ratings: number("by how many users each was rated"),
    genreNames: Type.Array(Type.String(), { description: "the genres that `genres` numbers" }),
    genres: Type.Array(Type.Array(Type.Integer({ minimum: 0 })), { description: "places in `genreNames`, from 0" }),
    imdb: number("the numbers of IMDb: 114709 of `tt0114709`; 0 if unknown"),
    tmdb: number("the numbers of TMDB; 0 if unknown"),
  }),
};
