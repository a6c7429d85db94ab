import {
  bat,
  bird,
  bolt,
  crescent,
  drop,
  fin,
  flame,
  flower,
  paw,
  planet,
  rain,
  snowflake,
  sun,
  tree,
  waves,
  web,
} from "./motifs/nature.ts";
import { claws, counted } from "./motifs/patterns.ts";
import { constellation, hyperspace, peaks, rails, ship, skyline, winding } from "./motifs/scenes.ts";
import {
  castle,
  clock,
  crown,
  diamond,
  die,
  envelope,
  eye,
  fedora,
  fivePoints,
  goldRing,
  heart,
  house,
  keyhole,
  knife,
  mask,
  rocket,
  spade,
  spectacles,
  sword,
  vinyl,
} from "./motifs/things.ts";
import type { Motif } from "./shapes.ts";
import { pick, type Vary } from "./vary.ts";

/** Words of a title, in the singular, and drawings for them; the first entry of a title's words counts. */
const byWord: readonly (readonly [words: string, ...motifs: Motif[]])[] = [
  ["JAWS|SHARK|SHARKNADO", fin],
  ["JURASSIC|DINOSAUR|GODZILLA|KONG|WOLVERINE|LOGAN|PREDATOR", claws],
  ["SPIDER|WEB|ARACHNOPHOBIA", web],
  ["BATMAN|BAT|DARK KNIGHT", bat],
  ["GODFATHER|GANGSTER|DETECTIVE|GOODFELLA|UNTOUCHABLE|SUSPECT|CHINATOWN", fedora],
  ["RING|HOBBIT", goldRing],
  ["APOLLO|ROCKET|ASTRONAUT|ARMAGEDDON", rocket],
  ["STAR|STARDUST|STARSHIP|STARGATE", fivePoints, hyperspace, constellation],
  ["PSYCHO|SCREAM|KILLER|KILL|KNIVES|KNIFE", knife],
  ["SWORD|BLADE|GLADIATOR|BRAVEHEART|SAMURAI|EXCALIBUR|HIGHLANDER|TROY|300|KNIGHT", sword],
  ["POTTER", bolt, castle, spectacles, bird],
  ["THUNDER|FRANKENSTEIN|LIGHTNING|ELECTRIC|FLASH|TESLA|MATRIX", bolt],
  ["BLOOD|BLEED|VAMPIRE|DRACULA|NOSFERATU", drop],
  ["KING|QUEEN|PRINCE|PRINCESS|ROYAL|CROWN|EMPEROR|TENENBAUM", crown],
  ["HEART|LOVE|LOVER|VALENTINE|AMOUR", heart],
  ["EYE|WATCHMEN|VISION|VERTIGO|WITNESS|BLIND", eye],
  ["BIRD|BIRDMAN|BIRDCAGE|FLY|FLIGHT|WING|EAGLE|ANGEL|CROW|FALCON|MOCKINGBIRD|CUCKOO|SWAN", bird],
  ["HOUSE|HOME|HOTEL|ROOM|INN|MANSION|CABIN|APARTMENT|CASTLE", house],
  ["TRAIN|TRAINSPOTTING|EXPRESS|STATION|RAILWAY|SNOWPIERCER|STRANGER", rails],
  ["ROAD|HIGHWAY|DRIVE|DRIVER|STREET|BOULEVARD|PATH|WAY", winding],
  ["TIME|CLOCK|CLOCKWORK|HOUR|MINUTE|SECOND|TOMORROW|YESTERDAY|GROUNDHOG|FUTURE|MEMENTO|ALARM", clock],
  ["FIRE|FLAME|BURN|BURNING|HELL|HELLBOY|HEAT|INFERNO|TORCH|CANDLE|HOT|BLAZING", flame],
  ["SNOW|ICE|WINTER|FROZEN|COLD|CHRISTMAS|FARGO|FREEZE|ARCTIC|THING", snowflake],
  ["RAIN|RAINING|STORM|TEAR|CLOUD|SINGIN", rain],
  ["SUN|SUNSHINE|SUNSET|SUNRISE|SUMMER|DAWN|MORNING|DAY|DAYLIGHT", sun],
  ["MOON|NIGHT|MIDNIGHT|TWILIGHT|MOONLIGHT|MOONRISE|NIGHTMARE|DREAM", crescent],
  [
    "SEA|OCEAN|RIVER|WATER|WATERWORLD|WAVE|LAKE|BEACH|ISLAND|NEMO|FISH|ABYSS|POSEIDON|POINT BREAK|MERMAID|SPLASH",
    waves,
  ],
  ["SHIP|BOAT|TITANIC|PIRATE|CAPTAIN|SUBMARINE|SAIL|COMMANDER|BOUNTY", ship],
  ["TREE|FOREST|WOOD|GARDEN|JUNGLE|LEAVES|OAK|FERNGULLY|POCAHONTAS", tree],
  ["ROSE|FLOWER|BLOSSOM|MAGNOLIA|ORCHID|DAISY|BEAUTY|BLOOM|LOTUS|VIOLET", flower],
  ["DOG|CAT|WOLF|WOLVES|LION|TIGER|MONKEY|APE|BEAST|BEETHOVEN|BABE|DALMATIAN|BEAR|PANDA|FOX|ZOO", paw],
  ["MONEY|DOLLAR|GOLD|GOLDEN|GOLDFINGER|GOLDENEYE|DIAMOND|JEWEL|TREASURE|SNATCH|MILLIONAIRE", diamond],
  ["LETTER|MAIL|POSTMAN|POSTINO|MESSAGE|CORRESPONDENCE", envelope],
  ["CASINO|ROYALE|POKER|CARD|ROUNDER|MAVERICK", spade],
  ["GAME|PLAY|PLAYER|JUMANJI|DICE|LUCK|LUCKY|CHANCE|GAMBLER", die],
  ["MASK|FACE|ZORRO|PHANTOM|INCREDIBLE|V", mask],
  ["MUSIC|SONG|SING|JAZZ|MAMBO|CHICAGO|WHIPLASH|ALMOST FAMOUS|FIDELITY|DANCE|DANCER|DANCING|BLUES", vinyl],
  ["SECRET|KEY|LOCK|DOOR|ESCAPE|PRISON|SHAWSHANK|ALCATRAZ|PANIC", keyhole],
  ["MOUNTAIN|EVEREST|CLIFFHANGER|HILL|ROCK|VERTICAL|ALP|BROKEBACK", peaks],
  ["PLANET|SPACE|GALAXY|MARS|MARTIAN|EARTH|WORLD|GRAVITY|UNIVERSE|INTERSTELLAR|CONTACT|ODYSSEY|COSMOS", planet],
  ["CITY|METROPOLIS|MANHATTAN|NEW YORK|TOWER|L.A|SKYLINE|DOWNTOWN|TOKYO|PARIS|VEGAS", skyline],
];

const motifsOf = new Map(
  byWord.flatMap(([words, ...motifs], rank) => words.split("|").map((word) => [word, { rank, motifs }] as const)),
);

const numberWords = "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN".split(" ");

/** A drawing of what a title names or counts, if it does. @param title in capitals, without the year */
export function titleMotif(title: string, vary: Vary): Motif | undefined {
  const count = countIn(title);
  if (count !== undefined) return counted(count);
  const words = title.split(/[^\p{L}\p{N}'.]+/u).map((word) => word.replace(/^['.]+|['.]+$/g, ""));
  const pairs = words.slice(1).map((word, n) => `${words[n]} ${word}`);
  const found = [...words, ...pairs].flatMap((name) => motifsOf.get(name) ?? motifsOf.get(singular(name)) ?? []);
  const first = found.sort((a, b) => a.rank - b.rank)[0];
  return first && pick(first.motifs, vary("motif"));
}

/** "RINGS" → "RING", "OCEAN'S" → "OCEAN". */
function singular(word: string): string {
  return word.replace(/(?<=..)'?S$/, "");
}

/** "12 Angry Men" → 12, "Ocean's Eleven" → 11; none of "Toy Story 2", which counts films. */
function countIn(title: string): number | undefined {
  const words = title
    .replace(/:.*/, "")
    .split(/[^\p{L}\p{N}']+/u)
    .filter(Boolean);
  for (const [n, word] of words.entries()) {
    const spelled = numberWords.indexOf(word) + 1;
    if (spelled > 1) return spelled;
    const digits = /^\d{1,3}$/.test(word) ? Number(word) : 0;
    const sequel = n > 0 && n === words.length - 1 && digits < 10;
    if (digits > 1 && digits <= 101 && !sequel) return digits;
  }
  return undefined;
}
