/** Bounds of what requests may take. Beyond them, requests are answered 400, 429 or 503, and sockets are closed. */
export interface ServerLimits {
  /** Requests that are received, answered or sent at the same time; 64 unless given. */
  readonly requests?: number;
  /** Requests for lists that wait for their turn, which is one at a time; 32 unless given. */
  readonly waiting?: number;
  /** Seconds until an answer has begun; 10 unless given. */
  readonly answerSeconds?: number;
  /** Seconds until an answer has been taken; 30 unless given. */
  readonly sendSeconds?: number;
  /** Bytes of answers that their clients have not taken yet; 64 MiB unless given. */
  readonly unsentBytes?: number;
  /** Ratings in one request: 10,000 unless given, which is also the most. Fewer suit models that take long over each, such as `als` of many factors. */
  readonly ratings?: number;
  /** Parts of scores in one answer with `explain`, which are at most ratings × films; 50,000 unless given. */
  readonly parts?: number;
  /** Requests a minute of one address without a key, where access is public; 120 unless given. */
  readonly perMinute?: number;
}

/** Bounds where nothing else is said. */
export const usualLimits: Required<ServerLimits> = {
  requests: 64,
  waiting: 32,
  answerSeconds: 10,
  sendSeconds: 30,
  unsentBytes: 64 * 2 ** 20,
  ratings: 10_000,
  parts: 50_000,
  perMinute: 120,
};
