/** What models do, for people who watch films and do not build models. */
const words: Readonly<Record<string, string>> = {
  popular: "It lists the films that most people rated, the same for everybody.",
  bias: "It knows which films people like on the whole and who gives stars freely, and adds the two up.",
  "time-bias":
    "It knows which films people like on the whole and who gives stars freely, and that anybody gives more of them on one evening than on another.",
  "genre-overlap": "It looks at the genres of films that you like, and lists films of the same genres.",
  "taste-graph": "It draws a map of the genres that you like, and lists the films that stand where you stand.",
  "item-knn":
    "It finds films that were rated alike by the same people as those that you like, and counts how like they are.",
  "user-knn": "It finds people who rate as you do, and lists what they liked and you have not seen.",
  rp3beta:
    "It walks from a film that you like to somebody who liked it too, and on to another film that they liked. Where such walks end most often is your list.",
  pagerank:
    "It lets a visitor stroll among films, people, genres and tags, who comes back to your films again and again. Where they are seen most often is your list.",
  spectral: "It finds the main lines along which tastes differ, and looks which films lie along yours.",
  ease: "For every film it has learnt how much liking it speaks for, or against, each other film. It adds up what your films say.",
  als: "It gives each person and each film a place on a map of tastes, so that people stand near the films that they watched. It lists what is near you.",
  mf: "It gives each person and each film a place on a map of tastes, and guesses your stars by how near a film is to you, how good it is to all, and how freely you give stars.",
  svdpp:
    "It gives each person and each film a place on a map of tastes, moves each person by which films they rated at all, and guesses your stars by how near a film is to you.",
  neural:
    "It gives each person and each film a place on a map of tastes, and a small network of neurons turns the two places into a guess of your stars.",
  tfidf: "It reads titles, genres and tags, and lists films that share rare words with those that you like.",
  text: "It reads what is written about films with a model of language, and lists films that are about the same.",
  stacking:
    "It asks several others for their guess of your stars, and adds these up, each by how much it could be trusted so far.",
  hybrid: "It asks several others and blends what they say.",
};

export function describeModel(algorithm: string): string {
  return words[algorithm] ?? "It is one of a kind that this page has no words for.";
}
