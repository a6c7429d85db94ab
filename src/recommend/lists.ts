/** A list for every user of a data set, in the order of their indices. */
export interface Lists {
  readonly users: number;
  readonly k: number;
  /** int32 [users × k]: best first; −1 where there are fewer. */
  readonly items: Int32Array;
  /** float32 [users × k]: on the scale of whichever model chose the film; −Infinity where there is none. */
  readonly scores: Float32Array;
  /** int32 [users]: how many of the list the model chose; the fallback chose what comes after. */
  readonly chosen: Int32Array;
}
