/** What study 000 printed of 25 million ratings, by cell. */

/** Sizes: what, and how many. */
export const printedSizes = {
  ratings: 25_000_095,
  users: 162_541,
  films: 59_047,
  /** Of people with 500 ratings, and films with 1,000; with 200. */
  approximate: 7_127_698,
  exact: 8_305_815,
  exactFilms: 7984,
  exactUsers: 9713,
} as const;

/** In [3]: user, film, rating, title. */
export const firstRows = [
  [1, 296, 5, "Pulp Fiction (1994)"],
  [1, 306, 3.5, "Three Colors: Red (Trois couleurs: Rouge) (1994)"],
  [1, 307, 5, "Three Colors: Blue (Trois couleurs: Bleu) (1993)"],
  [1, 665, 5, "Underground (1995)"],
  [1, 899, 3.5, "Singin' in the Rain (1952)"],
] as const;

/** In [25] and In [10]: ratings of the films 1, 2 and 3 with unrated as 0; and less the mean of the person. */
export const firstCells = [
  [3, "4.0 (+0.3021)", "0.0 (0)", "0.0 (0)"],
  [12, "4.0 (+0.6633)", "2.0 (−1.3367)", "2.0 (−1.3367)"],
  [72, "0.0 (0)", "2.0 (−1.3719)", "0.0 (0)"],
  [80, "0.0 (0)", "1.0 (−1.5614)", "0.0 (0)"],
  [120, "5.0 (+0.7487)", "0.0 (0)", "0.0 (0)"],
] as const;

/** In [14], by the approximate index: person, film, predicted rating. The last list is cut off in the notebook. */
export const centredLists = [
  [3, "In the Mood For Love (Fa yeung nin wa) (2000)", 4.83],
  [3, "Persona (1966)", 4.75],
  [3, "On the Waterfront (1954)", 4.67],
  [3, "Fanny and Alexander (Fanny och Alexander) (1982)", 4.62],
  [3, "12 Angry Men (1957)", 4.53],
  [12, "400 Blows, The (Les quatre cents coups) (1959)", 4.71],
  [12, "Seven Samurai (Shichinin no samurai) (1954)", 4.68],
  [12, "Breaking the Waves (1996)", 4.67],
  [12, "Stranger Than Paradise (1984)", 4.67],
  [12, "Hearts of Darkness: A Filmmakers Apocalypse (1991)", 4.67],
  [72, "Touch of Evil (1958)", 4.67],
  [72, "Grand Illusion (La grande illusion) (1937)", null],
] as const;

/** In [17]: the test rows of In [18], person, film, rating. */
export const testRows = [
  [18551, "Bourne Ultimatum, The (2007)", 5],
  [140913, "Pearl Harbor (2001)", 2.5],
  [69398, "Prestige, The (2006)", 4],
  [150681, "Wild Wild West (1999)", 4],
  [132358, "The Shape of Water (2017)", 3],
  [75054, "Fatal Attraction (1987)", 5],
  [107945, "Conversation, The (1974)", 4.5],
  [128103, "Seven (a.k.a. Se7en) (1995)", 4.5],
  [86427, "Maverick (1994)", 5],
  [128740, "Anchorman: The Legend of Ron Burgundy (2004)", 3.5],
] as const;

/** The five nearest people of person 3, themselves first: In [23] and In [33]. */
export const nearestOfThree = {
  active: [3, 124561, 149968, 159639, 91040],
  all: [3, 124561, 149968, 51328, 159639],
} as const;

/** In [27]: five films for person 3, by the exact index with unrated as zero. */
export const zeroFilledList = [
  ["Green Mile, The (1999)", 4.27],
  ["Indiana Jones and the Last Crusade (1989)", 4.17],
  ["Deadpool (2016)", 4.07],
  ["John Wick (2014)", 4.07],
  ["Love Actually (2003)", 3.97],
] as const;

/** In [28]: what person 3 rated, as far as it is printed. */
export const ratedByThree = [
  ["Toy Story (1995)", 4],
  ["City of Lost Children, The (Cité des enfants perdus, La) (1995)", 4.5],
  ["Twelve Monkeys (a.k.a. 12 Monkeys) (1995)", 4.5],
  ["Usual Suspects, The (1995)", 5],
  ["Taxi Driver (1976)", 4],
  ["Johnny Mnemonic (1995)", 4],
  ["Judge Dredd (1995)", 3],
  ["Before the Rain (Pred dozhdot) (1994)", 5],
  ["Star Wars: Episode IV - A New Hope (1977)", 4],
  ["Léon: The Professional (a.k.a. The Professional) (Léon) (1994)", 5],
  ["Pulp Fiction (1994)", 5],
  ["Shawshank Redemption, The (1994)", 4],
  ["Forrest Gump (1994)", 4],
  ["Demolition Man (1993)", 3.5],
  ["Jurassic Park (1993)", 2],
] as const;

/** In [37]: five films for person 3, weighted by similarity. */
export const weightedList = [
  ["Talk to Her (Hable con Ella) (2002)", 5],
  ["Planet Earth II (2016)", 5],
  ["Cinderella (1950)", 5],
  ["Peter Pan (1953)", 5],
  ["My Cousin Vinny (1992)", 5],
] as const;

/** Films for person 3 with their evidence: cell, k, film, genres where printed, predicted rating, ratings of the neighbours used. */
export const overlapLists = [
  ["In [42]", 20, "Planet Earth II (2016)", "Documentary", 5, "5 5 5"],
  ["In [42]", 20, "Planet Earth (2006)", "Documentary", 4.67, "5 4 5 5 3.5 5 5"],
  ["In [42]", 20, "Paperman (2012)", "Animation, Comedy, Romance", 4.58, "4.5 5 4 5"],
  ["In [42]", 20, "Blue Planet II (2017)", "Documentary", 4.53, "4 5 4.5 4 5"],
  ["In [42]", 20, "Darjeeling Limited, The (2007)", "Adventure, Comedy, Drama", 4.46, "4 5 4.5 5 4.5 3.5"],
  ["In [44]", 5, "Warrior (2011)", "–", 4.83, "5 5 4.5"],
  ["In [44]", 5, "Rocky (1976)", "–", 4.67, "5 4.5 4.5"],
  ["In [44]", 5, "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)", "–", 4.57, "5 5 5 3.5"],
  ["In [44]", 5, "Darjeeling Limited, The (2007)", "–", 4.53, "4 5 4.5"],
  ["In [44]", 5, "Blue Planet II (2017)", "–", 4.53, "4 5 4.5"],
  ["In [48]", 20, "Back to the Future Part II (1989)", "–", 3.81, "3 5 4 4 4 3 3.5 3 4 3.5 3.5 5"],
  ["In [48]", 20, "Back to the Future Part III (1990)", "–", 3.73, "3.5 4 3 3.5 3 4 2.5 5 5"],
  ["In [48]", 20, "NeverEnding Story, The (1984)", "–", 2.95, "4 4 0.5"],
  ["In [48]", 20, "Good Morning, Vietnam (1987)", "–", 3.34, "4 3.5 3 4 2"],
  ["In [48]", 20, "Requiem for a Dream (2000)", "–", 3.52, "3.5 4 3.5 3.5 3.5 4.5 …"],
] as const;

/** Errors: In [18], said to be of a hundred ratings; In [55], of 2,000 people. */
export const printedErrors = { ten: 1.0779, sample: 1.0331 } as const;
/** Ratings of film 122 for person 3: In [37] and In [38]; In [40]. */
export const printedRatings = { broken: 3.533854451353085, hybrid: 2.8593924191750277 } as const;
