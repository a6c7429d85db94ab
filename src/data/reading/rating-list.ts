import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { type Times, timesLike } from "../../matrix/csr.ts";
import { present } from "../../present.ts";
import { type RatingScale, ratingScaleOf } from "../dataset.ts";
import type { RatingsTable } from "./layout.ts";
import { maxRating } from "./values.ts";

/** Takes valid ratings in the order of their rows: into arrays that grow, or onto disk. */
export interface RatingSink<Result> {
  readonly length: number;
  /** Whether a rating has a value on the scale and a finite time. */
  accepts(value: number, seconds: number): boolean;
  /** Appends a rating. Returns false, and appends nothing, where it is not accepted. */
  add(user: number, item: number, value: number, seconds: number): boolean;
  /** @throws DATA_ROW where not all times can be in one unit: seconds, milliseconds or finer */
  finish(): Result;
}

/** Later than this, the year 5138, a number is no time in seconds; in milliseconds it is the year 1973. */
const maxSeconds = 1e11;

/** Ratings as parallel arrays, each in memory of its own. Users and items are numbers of an `IdNumbering`, not yet indices. */
export interface RatingArrays {
  readonly userOf: Int32Array<ArrayBuffer>;
  readonly itemOf: Int32Array;
  readonly values: Float32Array;
  readonly times?: Times;
  /** The scale of the table, or else that of its ratings. */
  readonly scale: RatingScale;
}

/** Ratings in the order of `byUser`: the ratings of user n are offsets[n] .. offsets[n + 1], items ascend, and no pair repeats. */
export interface SortedRatings extends Omit<RatingArrays, "userOf"> {
  readonly offsets: Int32Array;
  readonly userOf?: undefined;
}

/** Keeps ratings in memory. */
export function createRatingList(table: RatingsTable): RatingSink<RatingArrays> {
  const { time, scale } = table;
  // Memory that is not written to costs nothing, so the first capacity is generous: too little would cost a copy.
  let capacity = Math.ceil(1.1 * (table.table.rowsEstimate ?? 0)) + 1000;
  let userOf = new Int32Array(capacity);
  let itemOf = new Int32Array(capacity);
  let values = new Float32Array(capacity);
  let times: Times = new Uint32Array(time ? capacity : 0);
  let length = 0;
  const accepts = acceptedBy(table);
  const unit = createTimeUnit(table);

  function grow(): void {
    capacity = Math.ceil(1.5 * capacity);
    userOf = copyInto(new Int32Array(capacity), userOf);
    itemOf = copyInto(new Int32Array(capacity), itemOf);
    values = copyInto(new Float32Array(capacity), values);
    if (time) times = copyInto(timesLike(times, capacity), times);
  }
  return {
    get length() {
      return length;
    },
    accepts,
    add(user, item, value, seconds) {
      if (!accepts(value, seconds)) return false;
      if (length === capacity) grow();
      userOf[length] = user;
      itemOf[length] = item;
      values[length] = value;
      if (time) {
        if (seconds !== seconds >>> 0 && times instanceof Uint32Array) {
          times = copyInto<Times>(new Float64Array(capacity), times);
        }
        times[length] = seconds;
        unit.add(seconds);
      }
      length++;
      return true;
    },
    finish() {
      const thousands = unit.finish();
      const written = times.subarray(0, length);
      return {
        userOf: userOf.subarray(0, length),
        itemOf: itemOf.subarray(0, length),
        values: values.subarray(0, length),
        ...present({ times: time && (thousands > 0 ? secondsOf(written, thousands) : written) }),
        scale: scale && scale.step > 0 ? scale : ratingScaleOf(values.subarray(0, length), scale),
      };
    },
  };
}

/** Whether a rating of this table has a value on the scale and a finite time. */
export function acceptedBy({ scale }: RatingsTable): (value: number, seconds: number) => boolean {
  const { min, max } = scale ?? { min: -maxRating, max: maxRating };
  // Written so that NaN fails too.
  return (value, seconds) => value >= min && value <= max && Number.isFinite(seconds);
}

/** Finds out the unit of times as they come: `finish` says how often they are divided by 1000 to be seconds. */
export function createTimeUnit({ table }: Pick<RatingsTable, "table">): { add(time: number): void; finish(): number } {
  const seen = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  return {
    add(time) {
      if (time < seen.min) seen.min = time;
      if (time > seen.max) seen.max = time;
    },
    finish() {
      const unit = unitOfTimes(seen);
      if (unit !== undefined) return unit;
      const some = `${seen.min} and ${seen.max}`;
      throw new MatineeError("DATA_ROW", `${basename(table.path)}: the times ${some} cannot both be in seconds`, {
        fix: "write all times in seconds, or all in milliseconds, since 1970",
      });
    },
  };
}

/** How often times are divided by 1000 to be seconds; undefined where they are not all in one unit. */
function unitOfTimes({ min, max }: { readonly min: number; readonly max: number }): number | undefined {
  if (min > max) return 0; // there are none
  let [unit, least, most] = [0, min, max];
  for (; least > maxSeconds; least /= 1000, most /= 1000) unit++;
  return most > maxSeconds ? undefined : unit;
}

/** Times in milliseconds, or finer by thousands, in seconds. */
export function secondsOf(times: Times, unit: number): Times {
  const seconds = Float64Array.from(times, (time) => {
    let inSeconds = time;
    for (let n = 0; n < unit; n++) inSeconds /= 1000;
    return inSeconds;
  });
  return seconds.every((time) => time === time >>> 0) ? Uint32Array.from(seconds) : seconds;
}

function copyInto<T extends Int32Array | Float32Array | Times>(target: T, source: T): T {
  target.set(source);
  return target;
}
