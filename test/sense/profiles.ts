/**
 * People, each with the films that they rated and what a sensible list for them is: what `test/sense.test.ts` asks of the default model. The
 * ratings are written as such a person would give them, the well-known films of a taste among them, and each says why it is there. They
 * are not to be bent until a model passes.
 *
 * Titles are those of ml-latest-small, and ratings are from ½ to 5.
 */

/** A film as the catalog has it, the person's rating of it, and why it is there. */
export type RatedTitle = readonly [title: string, rating: number, why: string];

export interface Person {
  readonly name: string;
  readonly ratings: readonly RatedTitle[];
}

/** Films that art houses show and whose titles give no other, of those that three people or more rated. */
const untranslated = [
  "Amen. (2002)",
  "Breaking the Waves (1996)",
  "Cyrano de Bergerac (1990)",
  "Dancer in the Dark (2000)",
  "Delicatessen (1991)",
  "Dersu Uzala (1975)",
  "Dogville (2003)",
  "Dolce Vita, La (1960)",
  "Fitzcarraldo (1982)",
  "Ikiru (1952)",
  "Incendies (2010)",
  "Indochine (1992)",
  "Jean de Florette (1986)",
  "Kagemusha (1980)",
  "Kika (1993)",
  "Mediterraneo (1991)",
  "Metropolis (1927)",
  "Paris, Texas (1984)",
  "Persona (1966)",
  "Pierrot le fou (1965)",
  "Ran (1985)",
  "Ridicule (1996)",
  "Stalker (1979)",
  "Strada, La (1954)",
  "Tampopo (1985)",
  "Toni Erdmann (2016)",
  "Topo, El (1970)",
  "Volver (2006)",
  "Yi Yi (2000)",
  "2046 (2004)",
];

/** What shows that a film is of a taste: all that is given must fit. */
export interface Sign {
  /** All of them. */
  readonly genres?: readonly string[];
  /** None of them. */
  readonly without?: readonly string[];
  /** The first and the last. */
  readonly years?: readonly [from: number, to: number];
  /** At least one of them, in small letters. */
  readonly tags?: readonly string[];
  /** One of these films. */
  readonly titles?: readonly string[];
  /** Whether the title gives another one in parentheses, as it does for films in other languages: "Persona" does not, "Solaris (Solyaris)" does. */
  readonly originalTitle?: true;
}

/** Somebody of one taste; a film shares it if it has at least one of the signs. */
export interface PersonOfTaste extends Person {
  readonly signs: readonly Sign[];
}

export const peopleOfTaste: readonly PersonOfTaste[] = [
  {
    name: "nineties action",
    signs: [{ genres: ["Action"], years: [1990, 1999] }],
    ratings: [
      ["Terminator 2: Judgment Day (1991)", 5, "the action film of the decade"],
      ["Speed (1994)", 4.5, "a bus, a bomb, no rest"],
      ["Rock, The (1996)", 5, "Bay at his best"],
      ["Con Air (1997)", 4, "silly, and seen five times"],
      ["Face/Off (1997)", 4.5, "Woo in Hollywood"],
      ["Die Hard: With a Vengeance (1995)", 4.5, "the best of the sequels"],
      ["True Lies (1994)", 4, "Schwarzenegger with jokes"],
      ["Point Break (1991)", 4, "skydiving bank robbers"],
      ["Sense and Sensibility (1995)", 2, "was taken along, and was bored"],
    ],
  },
  {
    name: "family animation",
    signs: [{ genres: ["Animation", "Children"] }],
    ratings: [
      ["Toy Story (1995)", 5, "the children know it by heart"],
      ["Finding Nemo (2003)", 5, "every Sunday"],
      ["Lion King, The (1994)", 4.5, "from the parents' own childhood"],
      ["Monsters, Inc. (2001)", 4.5, "cured the fear of the wardrobe"],
      ["Ratatouille (2007)", 4.5, "for the parents, too"],
      ["My Neighbor Totoro (Tonari no Totoro) (1988)", 5, "the youngest's favourite"],
      ["How to Train Your Dragon (2010)", 4.5, "the eldest's favourite"],
      ["Beauty and the Beast (1991)", 4, "for the songs"],
      ["South Park: Bigger, Longer and Uncut (1999)", 1, "put on by mistake: a cartoon, and not for children"],
    ],
  },
  {
    name: "film noir",
    signs: [
      { genres: ["Film-Noir"] },
      { tags: ["film noir", "film-noir", "noir", "neo-noir"] },
      // What the genre of the catalog leaves out of the years of film noir: Hitchcock's thrillers, and films of gangsters and detectives.
      { genres: ["Crime"], years: [1940, 1959] },
      { genres: ["Mystery"], years: [1940, 1959] },
      { genres: ["Thriller"], years: [1940, 1959] },
    ],
    ratings: [
      ["Maltese Falcon, The (1941)", 5, "where it began"],
      ["Double Indemnity (1944)", 5, "the femme fatale"],
      ["Big Sleep, The (1946)", 4.5, "Bogart and Bacall; who killed the chauffeur?"],
      ["Third Man, The (1949)", 5, "Vienna, the shadows, the zither"],
      ["Sunset Blvd. (a.k.a. Sunset Boulevard) (1950)", 5, "told by a dead man"],
      ["Touch of Evil (1958)", 4.5, "the last of the classic ones"],
      ["Out of the Past (1947)", 4.5, "the past catches up"],
      ["Laura (1944)", 4, "in love with a portrait"],
      ["Chinatown (1974)", 4.5, "the genre in colour"],
      ["Batman Forever (1995)", 1.5, "neon is no shadow"],
    ],
  },
  {
    name: "horror",
    signs: [{ genres: ["Horror"] }],
    ratings: [
      ["Shining, The (1980)", 5, "the best of them"],
      ["Exorcist, The (1973)", 4.5, "still shocks"],
      ["Halloween (1978)", 4.5, "the slasher that the others copy"],
      ["Thing, The (1982)", 5, "who is it now?"],
      ["Nightmare on Elm Street, A (1984)", 4, "Freddy"],
      ["Evil Dead II (Dead by Dawn) (1987)", 4.5, "gore and slapstick"],
      ["Rosemary's Baby (1968)", 4, "slow dread"],
      ["28 Days Later (2002)", 4, "zombies that run"],
      ["Ring, The (2002)", 3.5, "good, and the Japanese one is better"],
      ["Notting Hill (1999)", 2, "nobody dies"],
    ],
  },
  {
    name: "arthouse",
    signs: [
      { originalTitle: true, without: ["Action", "Animation", "Children"] },
      { titles: untranslated },
      { tags: ["art house", "arthouse", "artsy", "artistic", "surreal", "surrealism", "dreamlike"] },
    ],
    ratings: [
      ["8 1/2 (8½) (1963)", 5, "Fellini about not making a film"],
      ["Seventh Seal, The (Sjunde inseglet, Det) (1957)", 4.5, "chess with Death"],
      ["Three Colors: Red (Trois couleurs: Rouge) (1994)", 5, "Kieslowski's last"],
      ["Wings of Desire (Himmel über Berlin, Der) (1987)", 4.5, "angels over Berlin"],
      ["In the Mood For Love (Fa yeung nin wa) (2000)", 5, "corridors, dresses, nothing said"],
      ["400 Blows, The (Les quatre cents coups) (1959)", 4.5, "the New Wave begins"],
      ["Solaris (Solyaris) (1972)", 4, "Tarkovsky's ocean"],
      ["Talk to Her (Hable con Ella) (2002)", 4, "Almodóvar's finest"],
      ["Armageddon (1998)", 1, "everything that cinema should not be"],
    ],
  },
  {
    name: "science fiction",
    signs: [{ genres: ["Sci-Fi"] }],
    ratings: [
      ["Blade Runner (1982)", 5, "the rain, the question"],
      ["2001: A Space Odyssey (1968)", 5, "nothing came near it since"],
      ["Alien (1979)", 4.5, "a lorry in space"],
      ["Matrix, The (1999)", 4.5, "of course"],
      ["Star Wars: Episode V - The Empire Strikes Back (1980)", 4.5, "the best of the series"],
      ["Gattaca (1997)", 4, "ideas instead of effects"],
      ["Children of Men (2006)", 4.5, "a future one can touch"],
      ["District 9 (2009)", 4, "what aliens would meet with"],
      ["Moon (2009)", 4, "one man, and a computer"],
      ["Pretty Woman (1990)", 2, "not for me"],
    ],
  },
];

/** Loves what everybody hates, and hates what everybody loves: the films that everybody means by it. */
export const contrarian: Person = {
  name: "contrarian",
  ratings: [
    ["Battlefield Earth (2000)", 5, "by reputation the worst of its decade"],
    ["Batman & Robin (1997)", 5, "the Batman that ended the series"],
    ["Speed 2: Cruise Control (1997)", 4.5, "the sequel that nobody asked for"],
    ["Wild Wild West (1999)", 4.5, "won the prizes for the worst film of its year"],
    ["Super Mario Bros. (1993)", 5, "disowned by its actors"],
    ["Spice World (1997)", 4.5, "the worst rated film of the data"],
    ["Shawshank Redemption, The (1994)", 0.5, "the best rated film of all"],
    ["Godfather, The (1972)", 1, "the critics' best film"],
    ["Pulp Fiction (1994)", 0.5, "everybody quotes it"],
    ["Schindler's List (1993)", 1, "everybody was moved"],
    ["Star Wars: Episode IV - A New Hope (1977)", 1, "everybody's childhood"],
    ["Forrest Gump (1994)", 0.5, "the most rated film of the data"],
  ],
};

/** Somebody who liked other films, and disliked the first film of a series. */
export interface PersonWithDislike extends Person {
  readonly disliked: RatedTitle;
  /** What followed it. */
  readonly sequels: readonly string[];
}

export const peopleWithDislikes: readonly PersonWithDislike[] = [
  {
    name: "Star Wars",
    ratings: [
      ["2001: A Space Odyssey (1968)", 5, "slow and grand"],
      ["Blade Runner (1982)", 4.5, "dark and grown-up"],
      [
        "Raiders of the Lost Ark (Indiana Jones and the Raiders of the Lost Ark) (1981)",
        4,
        "by the same people, and liked",
      ],
    ],
    disliked: ["Star Wars: Episode IV - A New Hope (1977)", 2, "a fairy tale, not science fiction"],
    sequels: [
      "Star Wars: Episode V - The Empire Strikes Back (1980)",
      "Star Wars: Episode VI - Return of the Jedi (1983)",
      "Star Wars: Episode I - The Phantom Menace (1999)",
      "Star Wars: Episode II - Attack of the Clones (2002)",
      "Star Wars: Episode III - Revenge of the Sith (2005)",
    ],
  },
  {
    name: "The Matrix",
    ratings: [
      ["Terminator 2: Judgment Day (1991)", 4.5, "action with a heart"],
      ["Fight Club (1999)", 4, "of the same year and mood"],
      ["Memento (2000)", 4.5, "a puzzle that adds up"],
    ],
    disliked: ["Matrix, The (1999)", 1.5, "leather coats and lectures"],
    sequels: ["Matrix Reloaded, The (2003)", "Matrix Revolutions, The (2003)"],
  },
  {
    name: "The Lord of the Rings",
    ratings: [
      ["Gladiator (2000)", 4.5, "battles in sandals"],
      ["Braveheart (1995)", 4, "battles in kilts"],
      ["Princess Bride, The (1987)", 4.5, "fantasy that laughs"],
    ],
    disliked: ["Lord of the Rings: The Fellowship of the Ring, The (2001)", 2, "three hours of walking"],
    sequels: ["Lord of the Rings: The Two Towers, The (2002)", "Lord of the Rings: The Return of the King, The (2003)"],
  },
  {
    name: "Harry Potter",
    ratings: [
      ["Shrek (2001)", 4.5, "fairy tales upside down"],
      ["Pirates of the Caribbean: The Curse of the Black Pearl (2003)", 4, "an adventure"],
      ["Spirited Away (Sen to Chihiro no kamikakushi) (2001)", 5, "magic that is strange"],
    ],
    disliked: [
      "Harry Potter and the Sorcerer's Stone (a.k.a. Harry Potter and the Philosopher's Stone) (2001)",
      1.5,
      "prefers the book",
    ],
    sequels: [
      "Harry Potter and the Chamber of Secrets (2002)",
      "Harry Potter and the Prisoner of Azkaban (2004)",
      "Harry Potter and the Goblet of Fire (2005)",
      "Harry Potter and the Order of the Phoenix (2007)",
    ],
  },
  {
    name: "The Godfather",
    ratings: [
      ["Goodfellas (1990)", 5, "gangsters without the grandeur"],
      ["Pulp Fiction (1994)", 4.5, "gangsters who talk"],
      ["Casino (1995)", 4, "more of Goodfellas"],
    ],
    disliked: ["Godfather, The (1972)", 2, "too solemn"],
    sequels: ["Godfather: Part II, The (1974)", "Godfather: Part III, The (1990)"],
  },
  {
    name: "Toy Story",
    ratings: [
      ["Aladdin (1992)", 4.5, "drawn by hand"],
      ["Beauty and the Beast (1991)", 4.5, "drawn by hand"],
      ["Babe (1995)", 4, "of the same year, with a real pig"],
    ],
    disliked: ["Toy Story (1995)", 2, "plastic"],
    sequels: ["Toy Story 2 (1999)", "Toy Story 3 (2010)"],
  },
  {
    name: "Shrek",
    ratings: [
      ["Finding Nemo (2003)", 5, "kind, where Shrek is rude"],
      ["Incredibles, The (2004)", 4.5, "a family"],
      ["Monsters, Inc. (2001)", 4.5, "of the same year, and better"],
    ],
    disliked: ["Shrek (2001)", 1, "burps"],
    sequels: ["Shrek 2 (2004)", "Shrek the Third (2007)"],
  },
  {
    name: "Jurassic Park",
    ratings: [
      ["Jaws (1975)", 4.5, "the same director with one fish"],
      ["E.T. the Extra-Terrestrial (1982)", 4, "the same director with a heart"],
      ["Apollo 13 (1995)", 4, "science that happened"],
    ],
    disliked: ["Jurassic Park (1993)", 2, "the dinosaurs act best"],
    sequels: ["Lost World: Jurassic Park, The (1997)", "Jurassic Park III (2001)"],
  },
  {
    name: "Batman",
    ratings: [
      ["Beetlejuice (1988)", 4.5, "the same director at play"],
      ["Edward Scissorhands (1990)", 4.5, "the same director in earnest"],
      ["Superman (1978)", 4, "a hero who smiles"],
    ],
    disliked: ["Batman (1989)", 2, "gloom and Prince"],
    sequels: ["Batman Returns (1992)", "Batman Forever (1995)", "Batman & Robin (1997)"],
  },
  {
    name: "Die Hard",
    ratings: [
      ["Terminator, The (1984)", 4.5, "action with an idea"],
      ["Fugitive, The (1993)", 4, "a chase that makes sense"],
      ["Twelve Monkeys (a.k.a. 12 Monkeys) (1995)", 4, "likes the actor elsewhere"],
    ],
    disliked: ["Die Hard (1988)", 2, "a vest and one-liners"],
    sequels: ["Die Hard 2 (1990)", "Die Hard: With a Vengeance (1995)", "Live Free or Die Hard (2007)"],
  },
  {
    name: "Lethal Weapon",
    ratings: [
      ["Die Hard (1988)", 4.5, "at Christmas, too, and better"],
      ["Beverly Hills Cop (1984)", 4, "policemen and jokes"],
      ["Untouchables, The (1987)", 4, "of the same year"],
    ],
    disliked: ["Lethal Weapon (1987)", 2.5, "shouting"],
    sequels: ["Lethal Weapon 2 (1989)", "Lethal Weapon 3 (1992)", "Lethal Weapon 4 (1998)"],
  },
  {
    name: "Alien",
    ratings: [
      ["Close Encounters of the Third Kind (1977)", 4.5, "aliens who sing"],
      ["E.T. the Extra-Terrestrial (1982)", 4.5, "aliens who phone"],
      ["Contact (1997)", 4, "aliens who answer"],
    ],
    disliked: ["Alien (1979)", 1.5, "aliens who eat people"],
    sequels: ["Aliens (1986)", "Alien³ (a.k.a. Alien 3) (1992)", "Alien: Resurrection (1997)"],
  },
  {
    name: "Indiana Jones",
    ratings: [
      ["Star Wars: Episode IV - A New Hope (1977)", 4.5, "the same hero in space"],
      ["Fugitive, The (1993)", 4, "the same actor in earnest"],
      ["Princess Bride, The (1987)", 4.5, "an adventure with wit"],
    ],
    disliked: [
      "Raiders of the Lost Ark (Indiana Jones and the Raiders of the Lost Ark) (1981)",
      2,
      "snakes, and melting faces",
    ],
    sequels: [
      "Indiana Jones and the Temple of Doom (1984)",
      "Indiana Jones and the Last Crusade (1989)",
      "Indiana Jones and the Kingdom of the Crystal Skull (2008)",
    ],
  },
  {
    name: "Back to the Future",
    ratings: [
      ["Groundhog Day (1993)", 5, "time as it should be played with"],
      ["Ghostbusters (a.k.a. Ghost Busters) (1984)", 4, "of the same years"],
      ["Big (1988)", 4, "growing up by magic"],
    ],
    disliked: ["Back to the Future (1985)", 2, "the mother"],
    sequels: ["Back to the Future Part II (1989)", "Back to the Future Part III (1990)"],
  },
  {
    name: "Pirates of the Caribbean",
    ratings: [
      ["Gladiator (2000)", 4.5, "takes itself seriously"],
      ["Ocean's Eleven (2001)", 4, "light, and clever"],
      ["Spider-Man (2002)", 3.5, "light, and quick"],
    ],
    disliked: ["Pirates of the Caribbean: The Curse of the Black Pearl (2003)", 1.5, "a ride, not a film"],
    sequels: [
      "Pirates of the Caribbean: Dead Man's Chest (2006)",
      "Pirates of the Caribbean: At World's End (2007)",
      "Pirates of the Caribbean: On Stranger Tides (2011)",
    ],
  },
  {
    name: "Spider-Man",
    ratings: [
      ["Batman Begins (2005)", 4.5, "a hero in earnest"],
      ["X-Men (2000)", 4, "a film about something"],
      ["Iron Man (2008)", 4, "a hero who is funny"],
    ],
    disliked: ["Spider-Man (2002)", 2, "the villain's mask"],
    sequels: ["Spider-Man 2 (2004)", "Spider-Man 3 (2007)"],
  },
  {
    name: "X-Men",
    ratings: [
      ["Spider-Man (2002)", 4.5, "one hero is enough"],
      ["Lord of the Rings: The Fellowship of the Ring, The (2001)", 4.5, "a band that one gets to know"],
      ["X2: X-Men United (2003)", 4, "the second is better, and so no sequel to be kept down"],
    ],
    disliked: ["X-Men (2000)", 2, "too many people"],
    sequels: ["X2: X-Men United (2003)", "X-Men: The Last Stand (2006)"],
  },
  {
    name: "Mission: Impossible",
    ratings: [
      ["GoldenEye (1995)", 4, "a spy with manners"],
      ["Hunt for Red October, The (1990)", 4.5, "spies who think"],
      ["Fugitive, The (1993)", 4, "a chase that makes sense"],
    ],
    disliked: ["Mission: Impossible (1996)", 2, "who is wearing whose face?"],
    sequels: ["Mission: Impossible II (2000)", "Mission: Impossible III (2006)"],
  },
  {
    name: "Ace Ventura",
    ratings: [
      ["Truman Show, The (1998)", 4.5, "likes the actor when he is quiet"],
      ["Groundhog Day (1993)", 4.5, "a comedy with a heart"],
      ["Forrest Gump (1994)", 4, "of the same year"],
    ],
    disliked: ["Ace Ventura: Pet Detective (1994)", 0.5, "could not bear it"],
    sequels: ["Ace Ventura: When Nature Calls (1995)"],
  },
  {
    name: "Scream",
    ratings: [
      ["Sixth Sense, The (1999)", 4.5, "fear without knives"],
      ["Silence of the Lambs, The (1991)", 4.5, "fear with a mind"],
      ["Psycho (1960)", 4, "the one knife that is allowed"],
    ],
    disliked: ["Scream (1996)", 1.5, "teenagers and knives"],
    sequels: ["Scream 2 (1997)", "Scream 3 (2000)"],
  },
];
