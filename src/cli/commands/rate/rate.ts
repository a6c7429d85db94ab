import { existsSync } from "node:fs";
import { Command } from "commander";
import { localEngine } from "../../../compute/engine.ts";
import type { DatasetInfo, ItemIndex } from "../../../data/dataset.ts";
import { MatineeError } from "../../../errors.ts";
import { inStars, lengthOfStar } from "../../../models/shared/standard-scale.ts";
import { present } from "../../../present.ts";
import { filmsToAsk } from "../../../recommend/films-to-ask.ts";
import { neighbours, type RatedFilm, ratedFilms } from "../../../recommend/neighbours.ts";
import { lookAlike } from "../../../recommend/onboarding.ts";
import { type OpenModel, openModel } from "../../../recommend/open-model.ts";
import { predict } from "../../../recommend/predict.ts";
import { readProfile, writeProfile } from "../../../recommend/profile/profile-file.ts";
import { writtenForms } from "../../../recommend/profile/read-export.ts";
import { queryFromRatings, queryOfUser, type UserRatings } from "../../../recommend/query.ts";
import { recommend } from "../../../recommend/recommend.ts";
import type { RatingOfFilm } from "../../../recommend/request.ts";
import type { FilmSearch } from "../../../recommend/search.ts";
import { makeStandIns } from "../../../recommend/stand-ins.ts";
import { userRatingsFor } from "../../../recommend/user-ratings.ts";
import { ensureWritable } from "../../../replace-file.ts";
import { addSourceOptions, loadModel, type ModelFlags } from "../../options/model.ts";
import { ratingsFlag, readGivenProfile, requireUserRatings } from "../../options/user.ts";
import { note, printJson, printLines } from "../../terminal/output.ts";
import { openPrompt } from "../../terminal/prompt.ts";
import { listLines, predictorLines, titleText } from "../../terminal/wording.ts";
import { neighbourLine } from "../neighbours.ts";
import { rateFilms } from "./session.ts";

interface RateFlags extends ModelFlags {
  ratings?: string;
  save?: string;
  lookAlike?: true;
  json?: true;
}

/** How many films are shown at first, and how many must be rated. */
const [shown, least] = [50, 5];
const maxNeighbours = 3;

export function rateCommand(): Command {
  const command = new Command("rate")
    .description("Asks you to rate films, then lists ten films with predicted ratings and reasons.")
    .option("--ratings <file>", ratingsFlag)
    .option(
      "--save <file>",
      "save the ratings after every answer, and start from those that the file holds; .csv for Letterboxd's import, else JSON",
    )
    .option("--look-alike", "list films for the user of the data who agrees with you most often, within 1 star")
    .option("--json", "print one JSON document")
    .action(run);
  return addSourceOptions(command);
}

async function run(flags: RateFlags): Promise<void> {
  const { save } = flags;
  if (save !== undefined) await ensureWritable(save);
  const loaded = await loadModel(flags);
  using engine = localEngine();
  using recommender = openModel(loaded.trained, engine);
  const { info } = recommender;
  predict(recommender, queryFromRatings(info, []), []); // throws at once where the model cannot
  const known = flags.lookAlike ? await requireUserRatings(loaded, recommender) : undefined;
  const given = flags.ratings === undefined ? undefined : await readGivenProfile(flags.ratings, recommender);
  const before = save !== undefined && existsSync(save) ? await readSaved(save, recommender) : [];
  const ratings = new Map([...(given?.ratings ?? []), ...before]);
  queryFromRatings(info, ratings);
  if (save !== undefined && given !== undefined) await saveRatings(save, info, ratings);
  await askForRatings(recommender, ratings, flags, new Map(given?.ratings));

  const query = queryFromRatings(info, ratings);
  const alike = known && findLookAlike(known, ratings, recommender.info);
  if (known && !alike) note("Nobody agrees with any of your ratings: these films are by the ratings themselves.");
  const own = ratedFilms(info, query.profile);
  using standIns = makeStandIns(recommender, await userRatingsFor(recommender, loaded.trained, loaded.dataset), engine);
  const comparing = standIns.modelFor("neighbours");
  const near = comparing.model.ask(query).neighbours ? neighbours(comparing, query, maxNeighbours) : [];
  const items = await recommend(recommender, query, present({ like: alike?.query, exclude: given?.seen }));
  if (flags.json) {
    const like = alike && { user: alike.user, agreed: alike.agreed };
    const more = present({ predictor: recommender.predictor, like, import: given?.import });
    printJson({ model: recommender.name, ...more, ratings: own, neighbours: near, items });
    return;
  }
  const who = alike ? `user ${alike.user}` : "you";
  printLines([
    "Your ratings:",
    ...own.map((film) => starLine(film, info)),
    ...(near.length > 0 ? ["", "People of like taste:", ...near.map((person) => `  ${neighbourLine(person)}`)] : []),
    "",
    alike ? `As for user ${alike.user}, who agrees with you on ${alike.agreed} of ${own.length}:` : "For you:",
    ...listLines(recommender.name, items, { who, feedback: info.feedback }),
    ...predictorLines(recommender),
  ]);
}

/**
 * The ratings in a file that is going to be replaced.
 * @throws USAGE for an export of a site, or where something of the file would be lost
 */
async function readSaved(file: string, recommender: OpenModel): Promise<[ItemIndex, number][]> {
  const { ratings, import: report } = await readProfile(file, recommender);
  const lost = report.doubtful.length + report.unmatched.length;
  if (!writtenForms.includes(report.form) || lost > 0) {
    const other =
      lost > 0 ? `has films that are not certain in these data (${lost})` : `is of another kind (${report.form})`;
    throw new MatineeError("USAGE", `${file} ${other}, and would be replaced`, {
      fix: `start from it with --ratings ${file}, and save to another file`,
    });
  }
  return ratings.map(({ id, rating }) => [recommender.info.items.index(id), rating]);
}

/**
 * Asks for ratings, into `ratings`. Where it is interrupted, it says how the ratings given so far can be used.
 * @param imported those of --ratings
 */
async function askForRatings(
  recommender: OpenModel,
  ratings: Map<ItemIndex, number>,
  { save, ratings: file }: RateFlags,
  imported: ReadonlyMap<ItemIndex, number>,
): Promise<void> {
  const { info } = recommender;
  const films = filmsToAsk(info, {}, shown);
  const needed = Math.min(least, films.length);
  const changed = async () => {
    if (save !== undefined) await saveRatings(save, info, ratings);
  };
  try {
    using terminal = openPrompt();
    await rateFilms(info, films, ratings, needed, { ask: terminal.ask, say: note, changed });
    if (ratings.size >= needed) return;
    throw new MatineeError(
      "CANCELLED",
      `the answers ended with ${ratings.size} films rated, and ${needed} are needed`,
      {
        fix: "rate some more",
      },
    );
  } catch (error) {
    const saved = error instanceof MatineeError && error.code === "WRITE_FAILED" ? undefined : save;
    if (saved !== undefined && ratings.size > 0) {
      note(`Your ratings are in ${saved}: --save takes them up again.`);
    } else if (ratings.size > 0) {
      const own = [...ratings].filter(([item, rating]) => imported.get(item) !== rating);
      const words = [...(file === undefined ? [] : ["--ratings", file]), ...rateFlags(recommender, own)];
      note(`Your ratings, for matinee recommend: ${words.map(shellWord).join(" ")}`);
    }
    throw error;
  }
}

function saveRatings(file: string, info: DatasetInfo, ratings: ReadonlyMap<ItemIndex, number>): Promise<void> {
  const byId = Array.from(ratings, ([item, rating]): RatingOfFilm => ({ id: info.items.id(item), rating }));
  return writeProfile(file, byId, info);
}

function rateFlags({ info, search }: OpenModel, ratings: readonly (readonly [ItemIndex, number])[]): string[] {
  return ratings.flatMap(([item, rating]) => {
    const id = String(info.items.id(item));
    return ["--rate", `${meansFilm(search, id, item) ? "" : "id:"}${id}=${rating}`];
  });
}

function shellWord(word: string): string {
  return /^[\w:./=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether a word on the command line means a film and no other. */
function meansFilm(search: FilmSearch, word: string, item: ItemIndex): boolean {
  try {
    return search.byIdOrTitle(word) === item;
  } catch {
    return false;
  }
}

function findLookAlike(known: UserRatings, ratings: Map<ItemIndex, number>, { scale }: DatasetInfo) {
  const found = lookAlike(known, ratings, lengthOfStar(scale));
  if (!found) return undefined;
  const user = known.users.id(found.user);
  return { user, agreed: found.agreed, query: queryOfUser(known, user) };
}

function starLine(film: RatedFilm, { scale }: DatasetInfo): string {
  const { id, genres, rating } = film;
  const halves = Math.round(2 * inStars(scale, rating));
  const stars = `${"★".repeat(halves >> 1)}${halves % 2 === 0 ? "" : "½"}`;
  return `  ${rating.toFixed(1).padStart(4)} ${stars.padEnd(5)}  ${titleText(film, id)}  ${genres.join(", ")}`;
}
