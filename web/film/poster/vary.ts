/** The chance in a poster: numbers that differ from film to film and are always the same for one film. */
export type Vary = (what: string) => number;

/** A film's numbers in 0..1, one for each name of what varies (FNV-1a, mixed as in MurmurHash3). */
export function varyBy(film: string | number): Vary {
  return (what) => {
    let hash = 0x811c9dc5;
    for (const letter of `${what} ${film}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(choices: readonly T[], where: number): T {
  return choices[Math.floor(where * choices.length)];
}
