/**
 * Alternating training out of core. The factors of each side are a file, a piece for each segment of its rows, which each half-step of the side
 * replaces; what the file says of itself is where an interrupted training goes on.
 */
import type { AppendPiece, BlockSide, PieceFile, PieceMeta, TrainingFiles } from "../../data/blocks/rating-blocks.ts";

/** What the factors of a side say of themselves. */
export interface HalfMeta extends PieceMeta {
  /** Half-steps that came to them. */
  readonly half: number;
}

/** The name of the file with the factors of a side. */
export function factorsFile(side: BlockSide): string {
  return `${side}.factors`;
}

/** What both sides say of themselves; undefined where training has not begun. One is at the last half-step, the other at the one before. */
export async function readHalves<Meta extends HalfMeta>(
  files: TrainingFiles,
): Promise<Readonly<Record<BlockSide, Meta>> | undefined> {
  const metaOf = async (side: BlockSide) => {
    const file = await files.open(factorsFile(side));
    await file?.close();
    return file?.meta as Meta | undefined;
  };
  const [users, items] = [await metaOf("users"), await metaOf("items")];
  return users && items && { users, items };
}

/** The number of segments of a side; undefined where it has none. */
export async function segmentsOf(files: TrainingFiles, side: BlockSide): Promise<number | undefined> {
  const file = await files.open(segmentsFile(side));
  await file?.close();
  return file && (file.meta.starts as readonly number[]).length - 1;
}

function segmentsFile(side: BlockSide): string {
  return `${side}.segments`;
}

/** The segments of a side, which are written unless they are there: their file says `starts`, the first row of each and the number of rows. */
export async function openSegments(
  files: TrainingFiles,
  side: BlockSide,
  write: (append: AppendPiece) => Promise<PieceMeta>,
): Promise<PieceFile> {
  const name = segmentsFile(side);
  const found = await files.open(name);
  if (found) return found;
  await files.write(name, write);
  return (await files.open(name))!;
}

/** Opens the segments of users and then of items, none of which stays open where one cannot be. */
export async function openSides<Side extends { readonly file: PieceFile }>(
  open: (side: BlockSide) => Promise<Side>,
): Promise<{ readonly users: Side; readonly items: Side; close(): Promise<void> }> {
  const users = await open("users");
  const items = await open("items").catch(async (error: unknown) => {
    await users.file.close();
    throw error;
  });
  return {
    users,
    items,
    async close() {
      await users.file.close();
      await items.file.close();
    },
  };
}

/** Does something with each piece of a side's factors in turn. @param read reads a piece into memory of its length */
export async function readFactors(
  files: TrainingFiles,
  side: BlockSide,
  each: (segment: number, read: (into: ArrayBufferView) => Promise<void>) => Promise<void>,
): Promise<void> {
  const file = (await files.open(factorsFile(side)))!;
  try {
    for (const segment of file.lengths.keys()) await each(segment, (into) => file.read(segment, into));
  } finally {
    await file.close();
  }
}

/** What a half-step does with each segment. Two are in memory at a time: while one is solved, the one before is written, and the next loaded. */
export interface HalfStep<Rows, Meta extends HalfMeta> {
  readonly segments: number;
  load(segment: number): Promise<Rows>;
  solve(rows: Rows, segment: number): Promise<void>;
  /** Returns the arrays of the piece of factors; called for one segment after another. */
  solved(rows: Rows, segment: number): readonly ArrayBufferView[];
  /** Called when all segments are solved, before the file is replaced. */
  finish(): Promise<Meta>;
}

/** Replaces the factors of a side by those that its half-step comes to. */
export async function takeHalfStep<Rows, Meta extends HalfMeta>(
  files: TrainingFiles,
  side: BlockSide,
  { segments, load, solve, solved, finish }: HalfStep<Rows, Meta>,
): Promise<Meta> {
  let meta: Meta | undefined;
  let next: Promise<Rows> | undefined;
  let solving: Promise<void> | undefined;
  try {
    await files.write(factorsFile(side), async (append) => {
      next = load(0);
      let before: Rows | undefined;
      for (let segment = 0; segment < segments; segment++) {
        const rows: Rows = (await next)!;
        solving = solve(rows, segment);
        solving.catch(() => {}); // it is told when it is waited for, and so is the next
        if (before) await append(...solved(before, segment - 1));
        next = segment + 1 < segments ? load(segment + 1) : undefined;
        next?.catch(() => {});
        await solving;
        before = rows;
      }
      if (before) await append(...solved(before, segments - 1));
      meta = await finish();
      return meta;
    });
  } finally {
    // They write into the engine's memory.
    await solving?.catch(() => {});
    await next?.catch(() => {});
  }
  return meta!;
}
