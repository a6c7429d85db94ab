/** The report of `matinee inspect`: on data, on a trained model, or on both. */
import type { Dataset, DatasetInfo } from "../data/dataset.ts";
import { filmLabel } from "../data/film-title.ts";
import { oneLine } from "../errors.ts";
import type { TrainingRecord } from "../models/trained.ts";
import { count } from "../numbers.ts";
import { present } from "../present.ts";
import { mostRated } from "../recommend/onboarding.ts";
import type { OpenModel } from "../recommend/open-model.ts";
import { version } from "../version.ts";
import { dataSection } from "./data-section.ts";
import { blankDocument } from "./document.ts";
import { normsOf, normsPicture } from "./pictures/norms.ts";
import { clusterPicture, type SimilarFilms, similarityPicture } from "./pictures/similarity-map.ts";
import { type MarkedFilm, termsPicture } from "./pictures/terms.ts";
import { type Block, type Report, type Section, settingText } from "./report.ts";
import { modelSimilarities, ratingSimilarities } from "./similarity.ts";

/** A trained model, opened, and what the report shows of it. */
export interface Inspected {
  readonly recommender: OpenModel;
  readonly record: TrainingRecord;
  /** Vectors of films and, where they are known, of users; of `length` numbers each. */
  readonly vectors?: { readonly length: number; readonly films: Float32Array; readonly users?: Float32Array };
  /** The heaviest terms of some films, where the model has terms. */
  readonly terms?: readonly MarkedFilm[];
}

/** Films on a similarity map; more would be illegible. */
const filmsShown = 30;

/** Makes the report of a data set, a model, or both: ratings, norms of vectors, and clusters of similar films. */
export async function inspectReport({
  dataset,
  model,
}: {
  readonly dataset?: Dataset;
  readonly model?: Inspected;
}): Promise<Report> {
  const document = await blankDocument();
  const sections: Section[] = [];
  if (dataset) {
    const { blocks, ...section } = dataSection(document, dataset);
    // one map is enough: the model's, if it has one
    const map = model?.recommender.model.similarItems ? [] : mapBlocks(document, ratingMap(dataset));
    sections.push({ ...section, blocks: [...blocks, ...map] });
  }
  if (model) sections.push(modelSection(document, model));
  const names = [model?.recommender.name, (model?.recommender.info ?? dataset)?.name];
  return {
    title: names.filter((name) => name !== undefined).join(" on "),
    about: `What is in ${[dataset && "the ratings", model && "the model"].filter(Boolean).join(" and in ")}. Matinee ${version}.`,
    sections,
  };
}

function modelSection(document: Document, { recommender, record, vectors, terms }: Inspected): Section {
  const { model, info, name } = recommender;
  const films = mostRated(info, filmsShown);
  const similarItems = model.similarItems?.bind(model);
  const map = similarItems && {
    titles: titlesOf(info, films),
    similarities: modelSimilarities(similarItems, films, model.items),
    measure: `similarity by the model ${name}`,
  };
  const norms = vectors && {
    films: normsOf(vectors.films, vectors.length),
    ...present({ users: vectors.users && normsOf(vectors.users, vectors.length) }),
  };
  return {
    name: "model",
    title: "The model",
    facts: [
      { name: "Model", value: name },
      { name: "Films it scores", value: count(model.items) },
      ...(vectors ? [{ name: "Length of a vector", value: count(vectors.length) }] : []),
      { name: "Seed", value: String(record.seed) },
    ],
    blocks: [
      ...(norms ? [{ kind: "picture" as const, ...normsPicture(document, norms) }] : []),
      ...(map ? mapBlocks(document, map) : []),
      ...(terms && terms.length > 0 ? [{ kind: "picture" as const, ...termsPicture(document, terms) }] : []),
      {
        kind: "table",
        name: "settings",
        title: "Settings",
        table: {
          columns: ["setting", "value"],
          rows: [
            ...Object.entries(record.config).map(([key, value]) => [key, settingText(value)]),
            ["seed", String(record.seed)],
            ["arithmetic", record.arithmetic],
            ["fingerprint of the data", record.data],
          ],
        },
      },
    ],
  };
}

function ratingMap(dataset: Dataset): SimilarFilms {
  const films = mostRated(dataset, filmsShown);
  return {
    titles: titlesOf(dataset, films),
    similarities: ratingSimilarities(dataset.byItem, films),
    measure: "cosine of the ratings of films",
  };
}

/** No blocks where there are fewer than two films. */
function mapBlocks(document: Document, map: SimilarFilms): Block[] {
  if (map.titles.length < 2) return [];
  return [
    { kind: "picture", ...similarityPicture(document, map) },
    { kind: "picture", ...clusterPicture(document, map) },
  ];
}

function titlesOf({ catalog, items }: DatasetInfo, films: readonly number[]): string[] {
  return films.map((film) => oneLine(filmLabel({ title: catalog.titles[film] }) || String(items.id(film))));
}
