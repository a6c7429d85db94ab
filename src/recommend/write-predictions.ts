/** Predictions of many ratings, from a table of users and films into another. For Node alone. */
import { basename } from "node:path";
import type { Engine } from "../compute/engine.ts";
import { asItemIndex } from "../data/dataset.ts";
import type { Id, Ids } from "../data/ids.ts";
import type { ProgressOptions } from "../data/progress.ts";
import { columnNames, findRole, type Role } from "../data/reading/columns.ts";
import { createTimeUnit, secondsOf } from "../data/reading/rating-list.ts";
import { scanTable } from "../data/reading/scan-table.ts";
import { openTable, type TableFile } from "../data/reading/table.ts";
import {
  checkTableFile,
  idColumn,
  type TableColumn,
  type TableRows,
  tableRowsAtOnce,
  writeTable,
} from "../data/write-table.ts";
import { MatineeError } from "../errors.ts";
import { entryAt, rowsAt, type Times } from "../matrix/csr.ts";
import { stepper } from "../models/fit.ts";
import { predictionRules } from "../models/model.ts";
import { predictAll } from "../models/shared/answers.ts";
import { present } from "../present.ts";
import type { OpenModel } from "./open-model.ts";
import { predict, throwPredictsNoRatings } from "./predict.ts";
import { queryOfUser, type UserRatings } from "./query.ts";

/** What a written table of predictions holds. */
export interface PredictionsSummary {
  readonly rows: number;
  /** Rows for which nothing is predicted: their user, their film or both are unknown. */
  readonly unknown: number;
  /** Rows whose user is in no ratings at hand, and whose film the model does not know: nothing is predicted for them. */
  readonly unknownUsers: number;
  readonly unknownItems: number;
  /** Rows that the model itself predicted; means stood in for it in the others that have a rating. */
  readonly predicted: number;
}

/** Options of `writePredictions`. */
export interface WritePredictionsOptions extends ProgressOptions {
  /** Where the loops run; a new engine on the calling thread unless given. */
  readonly engine?: Engine;
}

/** Pairs in the order of the table: int32 [rows], −1 where unknown. */
interface Pairs {
  readonly users: Int32Array;
  readonly items: Int32Array;
  /** One each, in seconds since 1970; absent where the table has none. */
  readonly times?: Times;
  /** By row, what was written in place of a known user or film. */
  readonly unknownUsers: ReadonlyMap<number, string>;
  readonly unknownItems: ReadonlyMap<number, string>;
}

/**
 * Predicts the rating of every pair of a user and a film in a table, and writes a table in the same order: user, item, predicted, and the
 * rule that predicted it. A film that the user has rated is predicted from their other ratings. Where a user or a film is unknown,
 * nothing is predicted, and the rule says so.
 *
 * @param pairs a CSV, JSON or Parquet table with a column of users and one of films, by the usual names; of times too, where predictions are for
 *   some (`Query.time`)
 * @param file the table to write: CSV, JSON lines or Parquet, as the ending of its name says
 * @throws CAPABILITY_MISSING where the model predicts no ratings; DATA_NOT_FOUND, DATA_LAYOUT, DATA_COLUMN, DATA_ROW, USAGE, WRITE_FAILED,
 *   CANCELLED
 * @example
 * import { writeFileSync } from "node:fs";
 * import { bias, train, writePredictions } from "matinee";
 * using trained = await train(data, bias());
 * writeFileSync("pairs.csv", "user,item\n3,260\n1,1\n");
 * await writePredictions("pairs.csv", "predictions.csv", trained.opened, trained.users!);
 */
export async function writePredictions(
  pairs: string,
  file: string,
  opened: OpenModel,
  ratings: UserRatings,
  { engine, ...progress }: WritePredictionsOptions = {},
): Promise<PredictionsSummary> {
  await checkTableFile(file);
  const { info } = opened;
  const wanted = await readPairs(pairs, ratings.users, info.items, present({ signal: progress.signal }));
  const { predicted, rules } = await predictPairs(opened, ratings, wanted, { ...progress, ...present({ engine }) });
  const rows = wanted.users.length;
  function* batches(): Generator<TableRows> {
    for (let from = 0; from === 0 || from < rows; from += tableRowsAtOnce) {
      const some = Array.from({ length: Math.min(rows, from + tableRowsAtOnce) - from }, (_, n) => from + n);
      yield [
        some.map((row) => wanted.unknownUsers.get(row) ?? ratings.users.id(wanted.users[row])),
        some.map((row) => wanted.unknownItems.get(row) ?? info.items.id(wanted.items[row])),
        some.map((row) => (Number.isNaN(predicted[row]) ? null : predicted[row])),
        some.map((row) => ruleText(wanted, rules, row)),
      ];
    }
  }
  const columns: readonly TableColumn[] = [
    idColumnWith("user", ratings.users, wanted.unknownUsers),
    idColumnWith("item", info.items, wanted.unknownItems),
    { name: "predicted", type: "single", optional: true },
    { name: "rule", type: "text" },
  ];
  await writeTable(file, columns, batches(), present({ signal: progress.signal }));
  return {
    rows,
    unknown: new Set([...wanted.unknownUsers.keys(), ...wanted.unknownItems.keys()]).size,
    unknownUsers: wanted.unknownUsers.size,
    unknownItems: wanted.unknownItems.size,
    predicted: predicted.reduce((sum, rating, row) => sum + (!Number.isNaN(rating) && rules[row] === 0 ? 1 : 0), 0),
  };
}

function ruleText({ unknownUsers, unknownItems }: Pairs, rules: Uint8Array, row: number): string {
  if (unknownUsers.has(row)) return "unknown user";
  return unknownItems.has(row) ? "unknown film" : predictionRules[rules[row]];
}

/** A column of ids, and of what stands in their place: text where one of these is no whole number. */
function idColumnWith(name: string, ids: Ids, others: ReadonlyMap<number, string>): TableColumn {
  const column = idColumn(name, ids);
  const whole = [...others.values()].every((text) => /^\d{1,15}$/.test(text));
  return whole ? column : { name, type: "text" };
}

async function readPairs(path: string, users: Ids, items: Ids, progress: ProgressOptions): Promise<Pairs> {
  const table = await openTable(path, { header: true });
  const ids = (["user", "item"] as const).map((role) => {
    return { at: columnOf(table, role), name: role, as: "text id" } as const;
  });
  const timeAt = findRole(table.columns, "time");
  const timed = timeAt >= 0;
  const unit = createTimeUnit({ table });
  const columns = [...ids, ...(timed ? [{ at: timeAt, name: "time", as: "time" } as const] : [])];
  const found = { users: [] as number[], items: [] as number[], times: [] as number[] };
  const [unknownUsers, unknownItems] = [new Map<number, string>(), new Map<number, string>()];
  await scanTable(table, columns, progress, (chunk) => {
    const [userTexts, itemTexts] = [chunk.texts(0), chunk.texts(1)];
    for (let n = 0; n < chunk.rowCount; n++) {
      const [user, item] = [userTexts[n], itemTexts[n]];
      if (user === null || item === null) {
        throw new MatineeError("DATA_ROW", `${chunk.place(n)} has no ${user === null ? "user" : "film"}`, {
          fix: "correct it, or take the row out",
        });
      }
      const row = found.users.length;
      found.users.push(indexOf(users, user, row, unknownUsers));
      found.items.push(indexOf(items, item, row, unknownItems));
      if (!timed) continue;
      const time = chunk.numbers(2)[n];
      if (!Number.isFinite(time)) {
        throw new MatineeError("DATA_ROW", `${chunk.place(n)} has no time that could be read`, {
          fix: "write seconds since 1970 or a date, or leave the column out",
        });
      }
      unit.add(time);
      found.times.push(time);
    }
  });
  return {
    users: Int32Array.from(found.users),
    items: Int32Array.from(found.items),
    ...(timed && { times: secondsOf(Float64Array.from(found.times), unit.finish()) }),
    unknownUsers,
    unknownItems,
  };
}

function indexOf(ids: Ids, text: Id, row: number, unknown: Map<number, string>): number {
  const index = ids.index(text);
  if (index < 0) unknown.set(row, String(text));
  return index;
}

function columnOf({ path, columns }: TableFile, role: Extract<Role, "user" | "item">): number {
  const at = findRole(columns, role);
  if (at >= 0) return at;
  const what = role === "user" ? "users" : "films";
  throw new MatineeError(
    "DATA_COLUMN",
    `${basename(path)} has no column of ${what}: its columns are ${columns.join(", ")}`,
    {
      fix: `name it ${columnNames[role].slice(0, 3).join(", ")} or another usual name`,
    },
  );
}

/** float32 [pairs], NaN where nothing is predicted, and the rule of each. */
async function predictPairs(
  opened: OpenModel,
  ratings: UserRatings,
  { users, items, times }: Pairs,
  { engine, ...progress }: WritePredictionsOptions,
) {
  const { model } = opened;
  const predicted = new Float32Array(users.length).fill(Number.NaN);
  const rules = new Uint8Array(users.length);
  const rowsOf = new Map<number, number[]>();
  const rated: number[] = [];
  for (let row = 0; row < users.length; row++) {
    const user = users[row];
    if (user < 0 || items[row] < 0) continue;
    if (entryAt(ratings.byUser, user, items[row]) >= 0) rated.push(row);
    else {
      const own = rowsOf.get(user);
      if (own) own.push(row);
      else rowsOf.set(user, [row]);
    }
  }
  const asking = Int32Array.from(rowsOf.keys());
  const order = Int32Array.from([...rowsOf.values()].flat());
  const offsets = new Int32Array(asking.length + 1);
  for (const [n, own] of [...rowsOf.values()].entries()) offsets[n + 1] = offsets[n] + own.length;
  const wanted = {
    offsets,
    indices: Int32Array.from(order, (row) => items[row]),
    ...(times && { times: Float64Array.from(order, (row) => times[row]) }),
  };
  const rows = ratings.trainingRows;
  const self = Int32Array.from(asking, (user) => (rows ? rows[user] : user));
  const step = stepper("predicting ratings", progress);
  const found = await predictAll(model, rowsAt(ratings.byUser, asking), wanted, self, { step, ...present({ engine }) });
  if (!found) throwPredictsNoRatings(opened);
  for (const [n, row] of order.entries()) {
    predicted[row] = found.ratings[n];
    rules[row] = found.rules[n];
  }
  // Each of these asks with a profile of its own, without the rating that is predicted.
  for (const [n, row] of rated.entries()) {
    await step(n, rated.length);
    const query = { ...queryOfUser(ratings, ratings.users.id(users[row])), ...(times && { time: times[row] }) };
    const [one] = predict(opened, query, [asItemIndex(items[row])]);
    predicted[row] = one.predicted;
    rules[row] = predictionRules.indexOf(one.rule);
  }
  return { predicted, rules };
}
