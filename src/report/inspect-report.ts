/** The report of `matinee inspect`: on data, on a trained model, or on both. */
import type { Dataset, DatasetInfo, ItemIndex } from "../data/dataset.ts";
import { filmLabel } from "../data/film-title.ts";
import { oneLine } from "../errors.ts";
import { otherSettings } from "../models/go-on.ts";
import type { LossCurve } from "../models/losses.ts";
import type { TrainingRecord } from "../models/trained.ts";
import { count } from "../numbers.ts";
import { mostRated } from "../recommend/onboarding.ts";
import type { OpenModel } from "../recommend/open-model.ts";
import { filmSearch } from "../recommend/search.ts";
import { version } from "../version.ts";
import { dataSection } from "./data-section.ts";
import { blankDocument } from "./document.ts";
import type { MarkedFilm } from "./marked-films.ts";
import { type LossPanel, lossPicture } from "./pictures/losses.ts";
import { normsPicture } from "./pictures/norms.ts";
import { clusterPicture, type SimilarFilms, similarityPicture } from "./pictures/similarity-map.ts";
import { termsPicture } from "./pictures/terms.ts";
import { type Block, type Report, type Section, settingText } from "./report.ts";
import { modelSimilarities, mostCompared, ratingSimilarities } from "./similarity.ts";
import { type ModelVectors, normsOf } from "./vector-norms.ts";

/** A trained model, opened, and what the report shows of it. */
export interface Inspected {
  readonly recommender: OpenModel;
  readonly record: TrainingRecord;
  /** The vectors of the model, or of those parts of a blend that have some. */
  readonly vectors?: readonly ModelVectors[];
  /** The loss of each epoch, where the model learns in epochs. */
  readonly losses?: readonly LossCurve[];
}

/** How many films are shown with their terms, unless films are named. */
const filmsMarked = 6;

/**
 * Makes the report of a data set, a model, or both: ratings, norms of vectors, terms of films, and clusters of similar films.
 *
 * @param films films that the maps and the terms must show: for each word, an id, a title or a part of titles
 * @throws ITEM_UNKNOWN where a word names no film
 */
export async function inspectReport({
  dataset,
  model,
  films = [],
}: {
  readonly dataset?: Dataset;
  readonly model?: Inspected;
  readonly films?: readonly string[];
}): Promise<Report> {
  const document = await blankDocument();
  const sections: Section[] = [];
  if (dataset) {
    const { blocks, ...section } = dataSection(document, dataset);
    // one map is enough: the model's, if it has one
    const map = model?.recommender.model.similarItems ? [] : mapBlocks(document, ratingMap(dataset, films));
    sections.push({ ...section, blocks: [...blocks, ...map] });
  }
  if (model) sections.push(modelSection(document, model, films));
  const names = [model?.recommender.name, (model?.recommender.info ?? dataset)?.name];
  return {
    title: names.filter((name) => name !== undefined).join(" on "),
    about: `What is in ${[dataset && "the ratings", model && "the model"].filter(Boolean).join(" and in ")}. Matinee ${version}.`,
    sections,
  };
}

function modelSection(
  document: Document,
  { recommender, record, vectors = [], losses = [] }: Inspected,
  named: readonly string[],
): Section {
  const { model, info, name } = recommender;
  const { films, which } = filmsToShow(info, named);
  const similarItems = model.similarItems?.bind(model);
  const map = similarItems && {
    titles: titlesOf(info, films),
    similarities: modelSimilarities(similarItems, films, model.items),
    which,
    measure: `similarity by the model ${name}`,
  };
  const terms = markedFilms(recommender, named);
  return {
    name: "model",
    title: "The model",
    facts: [
      { name: "Model", value: name },
      { name: "Films it scores", value: count(model.items) },
      ...vectors.map(({ model, length }) => ({
        name: vectors.length > 1 ? `Length of a vector of ${model}` : "Length of a vector",
        value: count(length),
      })),
      { name: "Seed", value: String(record.seed) },
    ],
    blocks: [
      ...(losses.length > 0 ? [{ kind: "picture" as const, ...lossPicture(document, losses.map(lossPanelOf)) }] : []),
      ...(vectors.length > 0 ? [{ kind: "picture" as const, ...normsPicture(document, vectors.map(normsOf)) }] : []),
      ...(map ? mapBlocks(document, map) : []),
      ...(terms.length > 0 ? [{ kind: "picture" as const, ...termsPicture(document, terms) }] : []),
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
      ...stagesTable(record),
    ],
  };
}

function lossPanelOf({ model, loss, losses, stages }: LossCurve): LossPanel {
  return { title: model, loss, stages, curves: [{ name: "loss", losses }] };
}

/** The settings of each training that were others than in the last, which has the table above. */
function stagesTable({ earlier = [], ...last }: TrainingRecord): Block[] {
  if (earlier.length === 0) return [];
  const rows = earlier.map((stage, n) => {
    const others = Object.entries(otherSettings(stage, last)).map(([name, value]) => `${name} = ${settingText(value)}`);
    const { epochs, seed, data } = stage;
    return [n + 1, epochs, others.join(", "), seed, data === last.data ? "the same" : data];
  });
  const columns = ["training", "epochs", "settings that were others", "seed", "data"];
  return [
    {
      kind: "table",
      name: "trainings",
      title: "Earlier trainings, from which the last went on",
      table: { columns, rows },
    },
  ];
}

function ratingMap(dataset: Dataset, named: readonly string[]): SimilarFilms {
  const { films, which } = filmsToShow(dataset, named);
  return {
    titles: titlesOf(dataset, films),
    similarities: ratingSimilarities(dataset.byItem, films),
    which,
    measure: "cosine of the ratings of films",
  };
}

/** The films that words name, then the most rated. */
function filmsToShow(info: DatasetInfo, named: readonly string[]) {
  const films = filmsNamed(info, named);
  const which =
    films.length > 0
      ? `the films of ${named.map((word) => `"${word}"`).join(" and ")}, then the most rated`
      : "the most rated films, the most rated first";
  return { films: [...new Set([...films, ...mostRated(info, mostCompared)])].slice(0, mostCompared), which };
}

function filmsNamed(info: DatasetInfo, named: readonly string[]): ItemIndex[] {
  if (named.length === 0) return [];
  const search = filmSearch(info);
  return [...new Set(named.flatMap((word) => search.containing(word)))];
}

/** The terms that mark the films that words name, else the most rated; none where the model does not go by terms. */
function markedFilms({ model, info }: OpenModel, named: readonly string[]): MarkedFilm[] {
  if (!model.topTerms) return [];
  const films = named.length > 0 ? filmsNamed(info, named).slice(0, mostCompared) : mostRated(info, filmsMarked);
  const titles = titlesOf(info, films);
  return films
    .map((item, n) => ({ title: titles[n], terms: model.topTerms!(item, Number.POSITIVE_INFINITY) }))
    .filter(({ terms }) => terms.length > 0);
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
