/**
 * Every error Matinee reports, in one table: the exit code of the command, the HTTP status of the server, what happened
 * in a few words, and the usual way out. `docs/errors.md` is generated from it.
 */
export const errorTable = {
  USAGE: { exit: 2, status: 400, title: "The request is not understood", fix: "see matinee --help" },
  CONFIG_INVALID: {
    exit: 2,
    status: 400,
    title: "A model setting is unknown or out of bounds",
    fix: "see docs/models.md for every setting",
  },
  MODEL_UNKNOWN: { exit: 2, status: 404, title: "No model has this name", fix: "see docs/models.md for every model" },
  CAPABILITY_MISSING: {
    exit: 2,
    status: 409,
    title: "This model cannot do what was asked",
    fix: "choose another model, see docs/models.md",
  },
  PACKAGE_MISSING: {
    exit: 2,
    status: 500,
    title: "An optional package is missing",
    fix: "install the package",
  },
  DATA_NOT_FOUND: {
    exit: 3,
    status: 404,
    title: "The data cannot be found",
    fix: "check the path, or name a known set such as ml-latest-small",
  },
  DATA_LAYOUT: {
    exit: 3,
    status: 400,
    title: "The data's layout is not recognised",
    fix: "name the columns with --user-column, --item-column and --rating-column",
  },
  DATA_EMPTY: { exit: 3, status: 400, title: "The file holds no ratings", fix: "check that the file is complete" },
  DATA_COLUMN: {
    exit: 3,
    status: 400,
    title: "A column is missing",
    fix: "name the columns with --user-column, --item-column and --rating-column",
  },
  DATA_ENCODING: {
    exit: 3,
    status: 400,
    title: "The text is not in the expected encoding",
    fix: "save the file as UTF-8, or name its encoding with --encoding",
  },
  DATA_ROW: {
    exit: 3,
    status: 400,
    title: "A row cannot be read",
    fix: "correct it, or skip such rows with --lenient",
  },
  DATA_FILTERED: {
    exit: 3,
    status: 400,
    title: "Nothing is left after filtering",
    fix: "loosen the filters",
  },
  DATA_DAMAGED: {
    exit: 3,
    status: 500,
    title: "Ratings on disk are damaged",
    fix: "remove the folder, and write it again",
  },
  SPLIT_INVALID: {
    exit: 2,
    status: 400,
    title: "The ratings cannot be split this way",
    fix: "see matinee evaluate --help for the splitters",
  },
  METRIC_UNKNOWN: {
    exit: 2,
    status: 400,
    title: "No metric has this name",
    fix: "see docs/metrics.md for every metric",
  },
  METRIC_EMPTY: {
    exit: 8,
    status: 500,
    title: "There is nothing to measure",
    fix: "choose another split, or another threshold for relevant films (--relevant)",
  },
  LEAK: {
    exit: 8,
    status: 500,
    title: "Held-out ratings were known before the test",
    fix: "derive everything that the model is given from the training part alone",
  },
  LIST_INVALID: {
    exit: 8,
    status: 500,
    title: "A model's list is not valid",
    fix: "correct the model: it must list each film once, none of the profile, with finite scores",
  },
  NOT_FINITE: {
    exit: 8,
    status: 500,
    title: "A model's numbers are not finite",
    fix: "train it again with a lower rate, or on the standard scale",
  },
  DOWNLOAD_FAILED: {
    exit: 4,
    status: 502,
    title: "The download did not finish",
    fix: "try again: it resumes where it stopped; or give a folder with --data",
  },
  DOWNLOAD_CHECKSUM: {
    exit: 4,
    status: 502,
    title: "The downloaded file is not the published one",
    fix: "it was removed; try again",
  },
  CLUSTER_UNAVAILABLE: {
    exit: 4,
    status: 503,
    title: "The cluster does not answer, or gives no workers",
    fix: "check --master, and that its workers run",
  },
  CLUSTER_FAILED: {
    exit: 8,
    status: 502,
    title: "The cluster's job failed",
    fix: "see the logs of its nodes",
  },
  LANGUAGE_MODEL: {
    exit: 4,
    status: 502,
    title: "The language model gives no answers",
    fix: "check its address, its key and its name; or leave it out",
  },
  USER_UNKNOWN: { exit: 2, status: 404, title: "No such user in the data", fix: "check the id" },
  ITEM_UNKNOWN: { exit: 2, status: 404, title: "No such film in the data", fix: "check the id or the title" },
  ITEM_AMBIGUOUS: { exit: 2, status: 409, title: "Several films have this title", fix: "use the id instead" },
  RATING_INVALID: { exit: 2, status: 400, title: "The rating is not on the scale", fix: "use a rating on the scale" },
  ARTIFACT_NOT_FOUND: { exit: 5, status: 404, title: "The model file cannot be found", fix: "check the path" },
  ARTIFACT_TRUNCATED: {
    exit: 5,
    status: 500,
    title: "The model file ends too early",
    fix: "copy it again, or train again",
  },
  ARTIFACT_HEADER: {
    exit: 5,
    status: 500,
    title: "The model file's header is damaged, or the file is not a Matinee model",
    fix: "copy it again, or train again",
  },
  ARTIFACT_VERSION: {
    exit: 5,
    status: 500,
    title: "The model file has another format version",
    fix: "train again with this version of matinee",
  },
  ARTIFACT_CHECKSUM: {
    exit: 5,
    status: 500,
    title: "The model file is damaged",
    fix: "copy it again, or train again",
  },
  ARTIFACT_CONTENT: {
    exit: 5,
    status: 500,
    title: "The model file's content does not fit together",
    fix: "train again with this version of matinee",
  },
  ARTIFACT_LIMIT: {
    exit: 5,
    status: 500,
    title: "The model takes more time or memory than it is given",
    fix: "train a smaller model, or give the server's limits of models more",
  },
  ARTIFACT_UNSIGNED: {
    exit: 5,
    status: 500,
    title: "The model file is not signed",
    fix: "sign it with matinee sign FILE --key KEY",
  },
  ARTIFACT_SIGNATURE: {
    exit: 5,
    status: 500,
    title: "The signature is not that of the model file by the trusted key",
    fix: "do not use the file; sign it anew if it is yours",
  },
  TEXT_MODEL: {
    exit: 5,
    status: 500,
    title: "The text model cannot be used",
    fix: "give a folder with config.json, tokenizer.json, tokenizer_config.json and onnx/model.onnx",
  },
  MEMORY: {
    exit: 6,
    status: 507,
    title: "The work does not fit in memory",
    fix: "choose a smaller model, or filter the data",
  },
  WRITE_FAILED: { exit: 7, status: 500, title: "The file could not be written", fix: "check the folder and the space" },
  MODEL_KEPT: {
    exit: 8,
    status: 409,
    title: "The old model stays, because the new one would serve worse or cannot be judged",
    fix: "change the model or its settings, look at the data, or switch all the same with --force",
  },
  RETRAINING_BUSY: {
    exit: 7,
    status: 409,
    title: "Another process retrains the models of this store",
    fix: "wait until it has ended; the lease of one that was killed runs out after a minute",
  },
  PORT_IN_USE: { exit: 7, status: 500, title: "The port is in use", fix: "choose another with --port" },
  NOT_FOUND: { exit: 2, status: 404, title: "There is nothing at this address", fix: "see docs/api.md" },
  METHOD_NOT_ALLOWED: {
    exit: 2,
    status: 405,
    title: "This address does not answer such a request",
    fix: "use a method that the header Allow names; see docs/api.md",
  },
  HOST_UNKNOWN: {
    exit: 2,
    status: 421,
    title: "The server is not known by this name",
    fix: "ask it as localhost, or allow the name with --allow-host, or hosts of createApp",
  },
  ORIGIN_FORBIDDEN: {
    exit: 2,
    status: 403,
    title: "Pages of this site may not ask",
    fix: "allow the site with --allow-origin, or origins of createApp",
  },
  KEY_REQUIRED: {
    exit: 2,
    status: 401,
    title: "A key is needed",
    fix: "send one as Authorization: Bearer KEY; matinee key makes one",
  },
  SCOPE_MISSING: {
    exit: 2,
    status: 403,
    title: "The key does not reach this far",
    fix: "use a key of that scope, see matinee key",
  },
  RATE_LIMITED: { exit: 2, status: 429, title: "Too many requests", fix: "wait as long as Retry-After says" },
  OVERLOADED: {
    exit: 6,
    status: 503,
    title: "The server has too much to do",
    fix: "wait as long as Retry-After says, and ask again",
  },
  NOT_READY: {
    exit: 6,
    status: 503,
    title: "The server does not answer yet",
    fix: "see GET /readyz; activate a model if there is none",
  },
  MODEL_REFUSED: {
    exit: 5,
    status: 422,
    title: "The model cannot be used",
    fix: "train it again, and upload it under another name",
  },
  MODEL_EXISTS: { exit: 2, status: 409, title: "A model has this name", fix: "choose another name" },
  MODEL_IN_USE: {
    exit: 2,
    status: 409,
    title: "The model is in use",
    fix: "activate another, or end the trial or the shadow first",
  },
  STORE_UNAVAILABLE: {
    exit: 4,
    status: 503,
    title: "The store cannot be reached just now",
    fix: "try again; if it stays so, see that the database runs",
  },
  STORE_FAILED: { exit: 7, status: 500, title: "The store does not work", fix: "check the database and its place" },
  IDEMPOTENCY_CONFLICT: {
    exit: 2,
    status: 422,
    title: "The idempotency key belongs to another request",
    fix: "send a new key with each new request",
  },
  REQUEST_INVALID: { exit: 2, status: 400, title: "The request is not valid", fix: "see docs/api.md" },
  CANCELLED: { exit: 130, status: 499, title: "Cancelled", fix: "nothing was left half-written" },
  INTERNAL: { exit: 1, status: 500, title: "Something went wrong inside matinee", fix: "please report it" },
} as const satisfies Record<string, { exit: number; status: number; title: string; fix: string }>;

/** The code of an error: docs/errors.md lists them. */
export type ErrorCode = keyof typeof errorTable;

/**
 * An error with a code from the table. `message` names the place and the value; `fix` is the way out: the table's,
 * unless the place knows a better one.
 */
export class MatineeError extends Error {
  readonly code: ErrorCode;
  readonly fix: string;

  constructor(code: ErrorCode, message: string, options: { fix?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "MatineeError";
    this.code = code;
    this.fix = options.fix ?? errorTable[code].fix;
  }

  /** Message and way out in one line, as the command prints it. */
  get line(): string {
    return `${oneLine(this.message)} (${oneLine(this.fix)})`;
  }
}

/** @param install arguments of `npm install`. @returns PACKAGE_MISSING, with why an optional package cannot be loaded */
export function missingPackageError(name: string, install: string, cause: unknown): MatineeError {
  const [reason] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  const absent = /^Cannot find (package|module) '([^']+)'/.exec(reason)?.[2] === name;
  const problem = absent ? "is not installed" : `cannot be loaded: ${reason}`;
  return new MatineeError("PACKAGE_MISSING", `the package ${name} ${problem}`, {
    fix: `npm install ${install}`,
    cause,
  });
}

/** The message of an error, or of its cause, where fetch puts what went wrong. */
export function causeMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message;
}

/** Longer messages repeat the content of a file, which does not help. */
const maxLength = 600;

/** Text as one line that a terminal can show: line breaks and other control characters as spaces, cut when very long. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const line = text.trim().replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
