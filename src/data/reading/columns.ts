/** Names by which the columns of tables are recognised. */

/** What a column says. */
export type Role =
  | "user"
  | "item"
  | "rating"
  | "time"
  | "event"
  | "title"
  | "genres"
  | "year"
  | "imdb"
  | "tmdb"
  | "tag";

/** Names without letter case, blanks and signs; where a table has several, the one that stands first here counts. */
const names: Readonly<Record<Role, readonly string[]>> = {
  user: ["userid", "user", "uid", "visitorid", "customerid", "reviewerid", "memberid", "userno", "username"],
  item: [
    ...[
      "movieid",
      "itemid",
      "item",
      "movie",
      "film",
      "filmid",
      "iid",
      "businessid",
      "bookid",
      "productid",
      "parentasin",
      "asin",
    ],
    ...["isbn", "gameid", "animeid", "artistid", "songid", "trackid", "articleid", "sku"],
  ],
  rating: ["rating", "ratings", "stars", "score", "overall", "bookrating", "userrating", "reviewrating", "rate"],
  time: ["timestamp", "time", "datetime", "date", "unixreviewtime", "createdat", "ratedat", "ts"],
  event: ["event", "eventtype", "eventname", "feedbacktype", "behavior", "behaviour", "behaviortype", "action"],
  title: ["title", "movietitle", "filmtitle", "booktitle", "name", "itemname", "originaltitle"],
  genres: ["genres", "genre", "categories", "category", "class"],
  year: ["year", "releaseyear", "releasedate", "originalpublicationyear", "yearofpublication"],
  imdb: ["imdbid", "imdb"],
  tmdb: ["tmdbid", "tmdb"],
  tag: ["tag"],
};

/** Names of columns that hold amounts of events rather than ratings. */
const amountNames = [
  ...["count", "counts", "amount", "plays", "playcount", "playcounts", "listens", "listencount", "views", "clicks"],
  ...["quantity", "hours", "hoursplayed", "weight", "eventvalue", "value", "frequency"],
];

/** A name for comparisons: "User-ID" → "userid", and RecBole's "item_id:token" → "itemid". */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/:(token|float)(_seq)?$/, "")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** The column of a role by its name, or −1. */
export function findRole(columns: readonly string[], role: Role): number {
  return findNamed(columns, names[role]);
}

/** The column of the amounts of events, or −1. */
export function findAmount(columns: readonly string[]): number {
  return findNamed(columns, amountNames);
}

/** Whether a name is that of a column in some table of ratings or films. */
export function isColumnName(text: string): boolean {
  const plain = plainName(text);
  return Object.values(names).some((list) => list.includes(plain));
}

function findNamed(columns: readonly string[], list: readonly string[]): number {
  const plain = columns.map(plainName);
  for (const name of list) {
    const at = plain.indexOf(name);
    if (at >= 0) return at;
  }
  return -1;
}
