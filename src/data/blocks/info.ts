/** What a folder of blocks says of its ratings: `info.blocks`, a piece file whose meta has the names of its pieces. */
import type { Catalog, Labels } from "../catalog.ts";
import type { DatasetInfo, Feedback, ItemIndex, RatingScale, UserIndex } from "../dataset.ts";
import { type Ids, idsFrom } from "../ids.ts";
import { openPieces, writePieces } from "./pieces.ts";
import type { BlockSide, ValueCount } from "./rating-blocks.ts";

export interface BlocksInfo {
  readonly info: DatasetInfo;
  readonly ratings: number;
  readonly histogram: readonly ValueCount[] | undefined;
  readonly order: Readonly<Record<BlockSide, Int32Array>>;
  /** int32 [users]: the number of ratings of each, by index. */
  readonly counts: Int32Array;
  /** Of all blocks of users, and then of items. */
  readonly checksums: readonly number[];
}

export async function writeInfo(path: string, { info, ratings, histogram, order, counts, checksums }: BlocksInfo) {
  const { name, scale, feedback, users, items, catalog, likes, coRatings } = info;
  const pieces: Record<string, ArrayBufferView> = {
    "order/users": order.users,
    "order/items": order.items,
    "counts/users": counts,
    "counts/items": info.counts,
    ...(likes && { likes }),
    ...(coRatings && { "together/films": coRatings.films, "together/both": coRatings.both }),
    [`ids/users/${kindOf(users)}`]: idBytes(users),
    [`ids/items/${kindOf(items)}`]: idBytes(items),
    catalog: jsonBytes(plainCatalog(catalog)),
  };
  await writePieces(path, async (append) => {
    for (const piece of Object.values(pieces)) await append(piece);
    const together = coRatings && { together: coRatings.users };
    return { name, scale, feedback, ratings, histogram, checksums, ...together, names: Object.keys(pieces) };
  });
}

/** @throws DATA_DAMAGED, DATA_NOT_FOUND */
export async function readInfo(path: string): Promise<BlocksInfo> {
  const file = await openPieces(path);
  try {
    const meta = file.meta as unknown as {
      name: string;
      scale: RatingScale;
      feedback: Feedback;
      ratings: number;
      histogram?: ValueCount[];
      checksums: number[];
      together?: number;
      names: string[];
    };
    const bytesOf = async (name: string) => {
      const piece = meta.names.indexOf(name);
      const bytes = new Uint8Array(file.lengths[piece]);
      await file.read(piece, bytes);
      return bytes;
    };
    const numbers = async (name: string) => new Int32Array((await bytesOf(name)).buffer);
    const idsOf = async <Index extends number>(side: BlockSide): Promise<Ids<Index>> => {
      if (meta.names.includes(`ids/${side}/text`)) return idsFrom(parse(await bytesOf(`ids/${side}/text`)) as string[]);
      return idsFrom(new Float64Array((await bytesOf(`ids/${side}/number`)).buffer));
    };
    const info: DatasetInfo = {
      name: meta.name,
      users: await idsOf<UserIndex>("users"),
      items: await idsOf<ItemIndex>("items"),
      catalog: catalogFrom(parse(await bytesOf("catalog")) as PlainCatalog),
      scale: meta.scale,
      feedback: meta.feedback,
      counts: await numbers("counts/items"),
      ...(meta.names.includes("likes") && { likes: await numbers("likes") }),
      ...(meta.together !== undefined && {
        coRatings: {
          users: meta.together,
          films: await numbers("together/films"),
          both: await numbers("together/both"),
        },
      }),
    };
    return {
      info,
      ratings: meta.ratings,
      histogram: meta.histogram,
      order: { users: await numbers("order/users"), items: await numbers("order/items") },
      counts: await numbers("counts/users"),
      checksums: meta.checksums,
    };
  } finally {
    await file.close();
  }
}

function kindOf({ values }: Ids): "number" | "text" {
  return values instanceof Float64Array ? "number" : "text";
}

function idBytes({ values }: Ids): ArrayBufferView {
  return values instanceof Float64Array ? values : jsonBytes(values);
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

interface PlainLabels {
  readonly names: readonly string[];
  readonly offsets: readonly number[];
  readonly indices: readonly number[];
}
type PlainCatalog = {
  readonly titles: readonly string[];
} & Readonly<Record<"years" | "imdb" | "tmdb", readonly number[]>> &
  Readonly<Record<"genres" | "tags", PlainLabels>>;

function plainCatalog({ titles, years, genres, tags, imdb, tmdb }: Catalog): PlainCatalog {
  const plain = ({ names, offsets, indices }: Labels) => ({ names, offsets: [...offsets], indices: [...indices] });
  return { titles, years: [...years], genres: plain(genres), tags: plain(tags), imdb: [...imdb], tmdb: [...tmdb] };
}

function catalogFrom({ titles, years, genres, tags, imdb, tmdb }: PlainCatalog): Catalog {
  const labels = ({ names, offsets, indices }: PlainLabels): Labels => {
    return { names, offsets: Int32Array.from(offsets), indices: Int32Array.from(indices) };
  };
  return {
    titles,
    years: Int16Array.from(years),
    genres: labels(genres),
    tags: labels(tags),
    imdb: Int32Array.from(imdb),
    tmdb: Int32Array.from(tmdb),
  };
}
