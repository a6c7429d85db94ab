/** Names by which the columns of tables are recognised. */

/** What a column says. */
export type Role =
  | "user"
  | "item"
  | "rating"
  | "amount"
  | "time"
  | "event"
  | "title"
  | "genres"
  | "year"
  | "imdb"
  | "tmdb"
  | "tag";

/** Names without letter case, blanks and signs; where a table has several, the one that stands first here counts. */
export const columnNames: Readonly<Record<Role, readonly string[]>> = {
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
  amount: [
    ...["count", "counts", "amount", "plays", "playcount", "playcounts", "listens", "listencount", "views", "clicks"],
    ...["quantity", "hours", "hoursplayed", "weight", "eventvalue", "value", "frequency"],
  ],
  time: ["timestamp", "time", "datetime", "date", "unixreviewtime", "createdat", "ratedat", "ts"],
  event: ["event", "eventtype", "eventname", "feedbacktype", "behavior", "behaviour", "behaviortype", "action"],
  title: ["title", "movietitle", "filmtitle", "booktitle", "name", "itemname", "originaltitle"],
  genres: ["genres", "genre", "categories", "category", "class"],
  year: ["year", "releaseyear", "releasedate", "originalpublicationyear", "yearofpublication"],
  imdb: ["imdbid", "imdb"],
  tmdb: ["tmdbid", "tmdb"],
  tag: ["tag"],
};

/** A name for comparisons: "User-ID" → "userid", and RecBole's "item_id:token" → "itemid". */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/:(token|float)(_seq)?$/, "")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** The column of a role by its name, or −1. */
export function findRole(columns: readonly string[], role: Role): number {
  const plain = columns.map(plainName);
  for (const name of columnNames[role]) {
    const at = plain.indexOf(name);
    if (at >= 0) return at;
  }
  return -1;
}

/** Whether the values of a line are names of columns: one is that of users, or two those of other columns. */
export function areColumnNames(values: readonly string[]): boolean {
  const plain = values.map(plainName);
  const roles = Object.entries(columnNames).filter(([, names]) => names.some((name) => plain.includes(name)));
  return roles.length > 1 || roles[0]?.[0] === "user";
}
