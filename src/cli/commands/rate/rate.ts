import { existsSync } from "node:fs";
import { Command } from "commander";
import type { DatasetInfo, ItemIndex } from "../../../data/dataset.ts";
import { idText } from "../../../data/ids.ts";
import { MatineeError } from "../../../errors.ts";
import { inStars, lengthOfStar } from "../../../models/shared/standard-scale.ts";
import { present } from "../../../present.ts";
import { neighbours, type RatedFilm, ratedFilms } from "../../../recommend/neighbours.ts";
import { lookAlike, mostRated } from "../../../recommend/onboarding.ts";
import { openModel } from "../../../recommend/open-model.ts";
import { predict } from "../../../recommend/predict.ts";
import { queryFromRatings, queryOfUser, type UserRatings } from "../../../recommend/query.ts";
import { readRatingsFile, writeRatingsFile } from "../../../recommend/ratings-file.ts";
import { recommend } from "../../../recommend/recommend.ts";
import type { RatingOfFilm } from "../../../recommend/request.ts";
import { ensureWritable } from "../../../replace-file.ts";
import { addSourceOptions, loadModel, type ModelFlags } from "../../options/model.ts";
import { requireUserRatings } from "../../options/user.ts";
import { note, printJson, printLines } from "../../terminal/output.ts";
import { openPrompt } from "../../terminal/prompt.ts";
import { listLines, titleText } from "../../terminal/wording.ts";
import { neighbourLine } from "../neighbours.ts";
import { rateFilms } from "./session.ts";

interface RateFlags extends ModelFlags {
  save?: string;
  lookAlike?: true;
  json?: true;
}

/** How many films are shown, and how many of them must be rated. */
const [shown, least] = [50, 5];
const maxNeighbours = 3;

export function rateCommand(): Command {
  const command = new Command("rate")
    .description("Asks you to rate films, then lists ten films with predicted ratings and reasons.")
    .option("--save <file>", "save the ratings after every answer; start from those that the file holds")
    .option("--look-alike", "list films for the user of the data who agrees with you most often, within 1 star")
    .option("--json", "print one JSON document")
    .action(run);
  return addSourceOptions(command, "user-knn");
}

async function run(flags: RateFlags): Promise<void> {
  const { save } = flags;
  if (save !== undefined) await ensureWritable(save);
  const before = save !== undefined && existsSync(save) ? await readRatingsFile(save) : [];
  const loaded = await loadModel(flags, "user-knn");
  using recommender = openModel(loaded.trained);
  const { info } = recommender;
  predict(recommender, queryFromRatings(info, []), []); // throws at once where the model cannot
  const known = flags.lookAlike ? await requireUserRatings(loaded, recommender) : undefined;
  const ratings = new Map(before.map(({ id, rating }) => [recommender.search.byId(id), rating]));
  queryFromRatings(info, ratings);
  await askForRatings(info, ratings, save);

  const query = queryFromRatings(info, ratings);
  const alike = known && findLookAlike(known, ratings, recommender.info);
  if (known && !alike) note("Nobody agrees with any of your ratings: these films are by the ratings themselves.");
  const own = ratedFilms(info, query.profile);
  const near = recommender.model.ask(query).neighbours ? neighbours(recommender, query, maxNeighbours) : [];
  const items = await recommend(recommender, query, present({ like: alike?.query }));
  if (flags.json) {
    const like = alike && { user: alike.user, agreed: alike.agreed };
    printJson({ model: recommender.name, ...present({ like }), ratings: own, neighbours: near, items });
    return;
  }
  const who = alike ? `user ${alike.user}` : "you";
  printLines([
    "Your ratings:",
    ...own.map((film) => starLine(film, info)),
    ...(near.length > 0 ? ["", "People of like taste:", ...near.map((person) => `  ${neighbourLine(person)}`)] : []),
    "",
    alike ? `As for user ${alike.user}, who agrees with you on ${alike.agreed} of ${own.length}:` : "For you:",
    ...listLines(recommender.name, items, who),
  ]);
}

/** Asks for ratings, into `ratings`. Where it is interrupted, it says how the ratings given so far can be used. */
async function askForRatings(info: DatasetInfo, ratings: Map<ItemIndex, number>, save?: string): Promise<void> {
  const films = mostRated(info, shown);
  const needed = Math.min(least, films.length);
  const given = () => Array.from(ratings, ([item, rating]): RatingOfFilm => ({ id: info.items.id(item), rating }));
  const changed = async () => {
    if (save !== undefined) await writeRatingsFile(save, given());
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
    if (ratings.size > 0) note(keptText(given(), saved));
    throw error;
  }
}

function keptText(given: readonly RatingOfFilm[], save?: string): string {
  if (save !== undefined) return `Your ratings are in ${save}: --save takes them up again.`;
  const flags = given.map(({ id, rating }) => `--rate ${/^[\w-]+$/.test(String(id)) ? id : idText(id)}=${rating}`);
  return `Your ratings, for matinee recommend: ${flags.join(" ")}`;
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
