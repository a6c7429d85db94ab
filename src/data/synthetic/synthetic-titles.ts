import type { Random } from "../../random.ts";

/** The vocabulary of a genre: nouns for titles, and the tags that users give. */
interface GenreWords {
  readonly nouns: readonly string[];
  readonly tags: readonly string[];
}

/** The vocabularies of the genres of MovieLens. */
export const genreWords: Readonly<Record<string, GenreWords>> = {
  Drama: { nouns: ["Orchard", "Inheritance", "Winter", "Letter"], tags: ["moving", "slow", "family", "great acting"] },
  Comedy: { nouns: ["Lodger", "Umbrella", "Picnic", "Uncle"], tags: ["funny", "quirky", "witty", "feel-good"] },
  Thriller: {
    nouns: ["Witness", "Corridor", "Alibi", "Ledger"],
    tags: ["tense", "twist ending", "suspense", "conspiracy"],
  },
  Romance: {
    nouns: ["Promise", "Waltz", "Summer", "Postcard"],
    tags: ["love story", "sweet", "chemistry", "bittersweet"],
  },
  Action: {
    nouns: ["Convoy", "Strike", "Courier", "Reckoning"],
    tags: ["explosions", "chase", "fast paced", "revenge"],
  },
  Horror: { nouns: ["Cellar", "Hollow", "Whisper", "Marrow"], tags: ["scary", "gore", "haunted house", "atmospheric"] },
  Documentary: {
    nouns: ["Archive", "Harvest", "Glacier", "Voices"],
    tags: ["true story", "informative", "nature", "interviews"],
  },
  Crime: { nouns: ["Heist", "Informer", "Ransom", "Fixer"], tags: ["heist", "organized crime", "detective", "gritty"] },
  Adventure: { nouns: ["Expedition", "Compass", "Island", "Caravan"], tags: ["journey", "treasure", "epic", "jungle"] },
  "Sci-Fi": { nouns: ["Signal", "Orbit", "Colony", "Automaton"], tags: ["space", "time travel", "dystopia", "robots"] },
  Mystery: { nouns: ["Riddle", "Key", "Portrait", "Fog"], tags: ["whodunit", "clues", "mystery", "noir"] },
  Children: { nouns: ["Kite", "Badger", "Treehouse", "Balloon"], tags: ["for kids", "cute", "animals", "friendship"] },
  Fantasy: {
    nouns: ["Crown", "Enchanter", "Dragonfly", "Amulet"],
    tags: ["magic", "fairy tale", "dragons", "world building"],
  },
  War: {
    nouns: ["Trench", "Regiment", "Bridgehead", "Armistice"],
    tags: ["war", "soldiers", "anti-war", "historical"],
  },
  Animation: {
    nouns: ["Paintbox", "Lantern", "Teapot", "Puppet"],
    tags: ["animation", "beautiful", "stop motion", "colourful"],
  },
  Musical: { nouns: ["Overture", "Chorus", "Tramline", "Serenade"], tags: ["singing", "dance", "catchy", "stage"] },
  Western: { nouns: ["Stagecoach", "Saddle", "Gulch", "Marshal"], tags: ["cowboys", "gunfight", "frontier", "desert"] },
  "Film-Noir": {
    nouns: ["Shadow", "Cigarette", "Pawnshop", "Staircase"],
    tags: ["black and white", "femme fatale", "cynical", "shadows"],
  },
};

const adjectives = (
  "Last Quiet Crooked Borrowed Seventh Distant Paper Amber Hidden Restless Unsent Northern Broken Velvet Patient " +
  "Drowned Gilded Second Hollow Stubborn Painted Wandering Frozen Copper Secret Late Tall Foreign Tender Burning " +
  "Sleepless Forgotten Salt Lucky Wooden Idle Bitter Silver Faithful Narrow Ninth Absent Scarlet Windy Honest"
).split(" ");
const nouns = (
  "Harbour Causeway Lighthouse-Keeper Quarry Almanac Viaduct Bakery Ferry Meridian Clockmaker Tannery Observatory " +
  "Sawmill Gardener Violinist Aqueduct Boathouse Cartographer Chimney Parade Weathervane Beekeeper Tollgate Ballroom"
).split(" ");
const placeNames = (
  "Aldermoor Vesterby Quillhaven Marrowdale Tamsin-Port Ostrand Bellweather Kestrelford Novy-Most Santa-Rilla " +
  "Dunmarrow Lindqvist Harrowgate-on-Sea Castelmere Ivanhollow Brackwater Osmoor Pellagrin Thistledown"
).split(" ");
const firstNames =
  "Imogen Barnaby Odile Casimir Henrietta Lazlo Philippa Anselm Zora Tobias Ottoline Ruben Marguerite".split(" ");

/**
 * Generates a title for a film of these genres and this year, in MovieLens style: "Last Harbour, The (1987)". The title is not
 * one of `taken`, to which it is added.
 */
export function generateTitle(genres: readonly string[], year: number, taken: Set<string>, { int }: Random): string {
  const pick = (words: readonly string[]) => words[int(words.length)];
  const noun = () => (int(3) > 0 ? pick(genreWords[genres[int(genres.length)]].nouns) : pick(nouns));
  const forms: readonly (() => string)[] = [
    () => `${pick(adjectives)} ${noun()}, The`,
    () => `${pick(adjectives)} ${noun()}`,
    () => `${noun()} of ${pick(placeNames)}, The`,
    () => `${pick(firstNames)}'s ${noun()}`,
    () => `${pick(adjectives)} ${noun()} in ${pick(placeNames)}, A`,
    () => `${pick(firstNames)} and the ${pick(adjectives)} ${noun()}`,
    () => `${noun()} and the ${noun()}, The`,
  ];
  for (let attempt = 1; ; attempt++) {
    // Where the titles of a year run out, films get sequels.
    const title = `${forms[int(forms.length)]()}${attempt > 20 ? ` ${attempt - 18}` : ""} (${year})`.replaceAll(
      "-",
      " ",
    );
    if (taken.has(title)) continue;
    taken.add(title);
    return title;
  }
}
