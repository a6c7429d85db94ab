/** Study 001, on ml-latest-small: films compared by their ratings, and factorisations with biases by Adam. */
import { itemKnn, openModel } from "../../core.ts";
import { type ExperimentContext, trainForStudy } from "../experiment.ts";
import type { Lesson } from "../lesson.ts";
import { alikeSection } from "./alike.ts";
import { curvesSection, heldOutErrors, heldOutSection } from "./curves.ts";
import { listsSection } from "./lists.ts";
import { firstModel, secondModel, trainStudyFactors } from "./models.ts";
import { readingSection } from "./reading.ts";
import { itemsAndFactorsTraps } from "./traps.ts";

export async function itemsAndFactorsStudy(context: ExperimentContext): Promise<Lesson> {
  using knn = openModel(await trainForStudy(context, itemKnn({ k: 10 })));
  const first = await trainStudyFactors(context, firstModel);
  const second = await trainStudyFactors(context, secondModel);
  const errors = await heldOutErrors(context, await context.splits.split(0));
  return {
    aim: [
      "The notebook answers a list of questions. Its parts are called Question 2 to Question 4; the first is not in it. Question 2 asks for films that are similar to a film, Question 3 for a model that predicts ratings and lists films for a person, and Question 4 how texts about films could help.",
      "It is the shortest of the five studies, and the only one that writes its model down from scratch, in a few lines that can be read at once.",
    ],
    method: [
      "Films are compared by the cosine of their columns of ratings, over all people, where an unrated film counts as 0:",
      { formula: "cos(i, j) = Σ r(u, i) r(u, j) / (√Σ r(u, i)² · √Σ r(u, j)²)" },
      "Ratings are predicted by the mean of all ratings, a bias of the person and of the film, and the product of two vectors of factors:",
      { formula: "r̂(u, i) = μ + b(u) + b(i) + p(u) · q(i)" },
      "All but μ are learnt by Adam, in steps over all ratings at once, along the gradient of the objective. The penalty counts a person or film once for each of their N ratings:",
      { formula: "L = 1/N Σ ((r̂(u, i) − r(u, i))² + λ (b(u)² + b(i)² + |p(u)|² + |q(i)|²))" },
      "The first model has 20 factors that start at N(0, 0.01²), a learning rate of 0.05 and λ = 0.01. The second, in a class, has 32 factors, a learning rate of 0.005 and λ = 0.0001. Its vectors and biases start at N(0, 1), the default of the library's embeddings. Both take 30 steps.",
    ],
    results: [
      readingSection(context),
      alikeSection(context, knn),
      curvesSection(context, first, second),
      heldOutSection(errors),
      await listsSection(context, first),
    ],
    traps: await itemsAndFactorsTraps(context, first, errors),
    takeAway: [
      "A loss in training shows that the optimiser works. Whether the model is any good, only ratings that it has not seen can tell, and only beside something simple.",
      "A start belongs to the model. The second model begins at an objective thirty times as high as the first, by the spread of its first numbers, which a library chose without being asked. Its other settings differ too, but none of them acts before the first step.",
      "Positions and ids are both whole numbers, and nothing warns of the one in place of the other. Give them types or names, convert in one place, and look at lists with titles.",
      "Rewriting working code into a class is a change like any other. The second version mended the lookup of people and broke the ids of films.",
    ],
  };
}
