/** What study 004 printed. */

/** Precision, recall and NDCG at 5, then at 10, over all 943 people of the study's own split (In [6] and In [19]). */
export const printedOfAll = [
  ["collaborative filtering (In [6])", 0.0115, 0.0057, 0.0111, 0.0138, 0.0141, 0.0149],
  ["genres (In [6])", 0.0549, 0.0306, 0.063, 0.0469, 0.0495, 0.0622],
  ["embeddings, 50 nearest, reranked (In [19])", 0.0341, 0.0216, 0.0379, 0.0304, 0.0428, 0.042],
] as const;

/** The same over the 456 people of u1 who have a relevant film (In [14]). */
export const printedOfU1 = [["graph (In [14])", 0.098246, 0.026714, 0.114434, 0.077412, 0.041151, 0.100099]] as const;

/** Lists for user 1, as ids of films. */
export const printedLists = {
  filtering: [646, 750, 1495, 317, 408],
  genres: [426, 560, 820, 755, 21],
  graph: [855, 692, 170, 517, 778],
  texts: [1069, 129, 1328, 772, 512, 1180],
  reranked: [129, 1069, 512, 772, 1328, 1180],
} as const;

/** How many of user 1's films rated highest have each genre (In [8]). */
export const printedTaste: Readonly<Record<string, number>> = {
  Animation: 2,
  "Children's": 1,
  Comedy: 15,
  Drama: 23,
  Romance: 12,
  Documentary: 4,
  Action: 8,
  Adventure: 4,
  "Sci-Fi": 10,
  War: 4,
  Crime: 2,
  Thriller: 6,
  "Film-Noir": 1,
  Mystery: 2,
};
