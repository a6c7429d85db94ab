/** What is known of the items besides their ratings. Every list is indexed by item. */
export interface Catalog {
  /** As the source writes them, in MovieLens style: "Shawshank Redemption, The (1994)". "" where unknown. */
  readonly titles: readonly string[];
  /** Year of release; 0 where unknown. */
  readonly years: Int16Array;
  readonly genres: Labels;
  /** Free tags given by users, in the order of the source, repeats kept. */
  readonly tags: Labels;
  /**
   * When each of `tags.indices` was given, in seconds since 1970, NaN where that is unknown. Absent where the source has no times, and of a model
   * that was saved.
   */
  readonly tagTimes?: Float64Array;
  /** IMDb and TMDB numbers; 0 where unknown. */
  readonly imdb: Int32Array;
  readonly tmdb: Int32Array;
}

/** Lists of labels: item i has `names[indices[n]]` for n in `offsets[i] .. offsets[i + 1]`, in the order of the source. */
export interface Labels {
  readonly names: readonly string[];
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
}

/** Builds Labels from one list per item. Names are numbered by `names` first, then by first appearance. */
export function labelsFrom(lists: readonly (readonly string[])[], names: readonly string[] = []): Labels {
  const number = new Map(names.map((name, index) => [name, index]));
  const offsets = new Int32Array(lists.length + 1);
  const indices: number[] = [];
  lists.forEach((list, item) => {
    for (const name of list) {
      if (!number.has(name)) number.set(name, number.size);
      indices.push(number.get(name)!);
    }
    offsets[item + 1] = indices.length;
  });
  return { names: [...number.keys()], offsets, indices: Int32Array.from(indices) };
}

/** The labels of one item. */
export function labelsOf(labels: Labels, item: number): string[] {
  const list: string[] = [];
  for (let n = labels.offsets[item]; n < labels.offsets[item + 1]; n++) list.push(labels.names[labels.indices[n]]);
  return list;
}

/** The catalog as it was at a time: with the tags that were given until then. Tags without times stay, if none has one. */
export function catalogUntil(catalog: Catalog, time: number): Catalog {
  const { tags, tagTimes } = catalog;
  if (!tagTimes || tagTimes.every((own) => own <= time)) return catalog;
  const offsets = new Int32Array(tags.offsets.length);
  for (let item = 0; item + 1 < offsets.length; item++) {
    let kept = offsets[item];
    for (let n = tags.offsets[item]; n < tags.offsets[item + 1]; n++) if (tagTimes[n] <= time) kept++;
    offsets[item + 1] = kept;
  }
  const indices = tags.indices.filter((_, n) => tagTimes[n] <= time);
  return { ...catalog, tags: { ...tags, offsets, indices }, tagTimes: tagTimes.filter((own) => own <= time) };
}

/** The items of one catalog, and after them those of another, whose labels are numbered alike as far as the first goes. */
export function concatenateCatalogs(first: Catalog, second: Catalog): Catalog {
  return {
    titles: [...first.titles, ...second.titles],
    years: joined(first.years, second.years),
    genres: concatenateLabels(first.genres, second.genres),
    tags: concatenateLabels(first.tags, second.tags),
    imdb: joined(first.imdb, second.imdb),
    tmdb: joined(first.tmdb, second.tmdb),
  };
}

function concatenateLabels(first: Labels, { names, offsets, indices }: Labels): Labels {
  const last = first.indices.length;
  return {
    names,
    offsets: joined(
      first.offsets,
      offsets.slice(1).map((offset) => last + offset),
    ),
    indices: joined(first.indices, indices),
  };
}

function joined<T extends Int16Array | Int32Array>(first: T, second: T): T {
  const all = new (first.constructor as new (length: number) => T)(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** A catalog in which nothing is known, for data that come without titles. */
export function emptyCatalog(items: number): Catalog {
  const none = { names: [], offsets: new Int32Array(items + 1), indices: new Int32Array(0) };
  return {
    titles: new Array<string>(items).fill(""),
    years: new Int16Array(items),
    genres: none,
    tags: none,
    imdb: new Int32Array(items),
    tmdb: new Int32Array(items),
  };
}
