/** Ratings on disk, in both orders, as models read them that train out of core. What reads and writes them is in Node; this is not. */
import type { DatasetInfo } from "../dataset.ts";

/** What JSON can write. */
export type PieceMeta = { readonly [key: string]: unknown };

/** A file of pieces, open for reading. */
export interface PieceFile {
  /** What was kept beside the pieces. */
  readonly meta: PieceMeta;
  /** Bytes of each piece. */
  readonly lengths: readonly number[];
  /** Reads a piece into memory of its length. @throws DATA_DAMAGED */
  read(piece: number, into: ArrayBufferView): Promise<void>;
  close(): Promise<void>;
}

/** Appends a piece: the bytes of the arrays, one after the other. Returns its checksum. */
export type AppendPiece = (...parts: readonly ArrayBufferView[]) => Promise<number>;

/** Files that training out of core works with, and finds again after it was interrupted. */
export interface TrainingFiles {
  /** A file of this name; undefined where none was completed. @throws DATA_DAMAGED */
  open(name: string): Promise<PieceFile | undefined>;
  /** Writes a file, which takes the place of one of the same name once it is complete. @throws WRITE_FAILED */
  write(name: string, write: (append: AppendPiece) => Promise<PieceMeta>): Promise<void>;
}

/** The two sides of a matrix of ratings. */
export type BlockSide = "users" | "items";

/**
 * Ratings in blocks of whole rows. Rows and columns are numbered by descending number of ratings, those of equal number by index: the
 * first row has most. `order` leads back to indices.
 */
export interface RatingBlocks {
  readonly info: DatasetInfo;
  /** Number of ratings. */
  readonly ratings: number;
  /** A digest of all of it. */
  readonly fingerprint: string;
  /** How many ratings there are of each value; undefined where values have no unit. */
  readonly histogram: readonly ValueCount[] | undefined;
  /** int32 [users], int32 [items]: the index of each row in blocks. */
  readonly order: Readonly<Record<BlockSide, Int32Array>>;
  /** int32 [users], int32 [items]: the number of ratings of each row in blocks. */
  readonly counts: Readonly<Record<BlockSide, Int32Array>>;
  /** One block after another, from the first row on. An array of a block is overwritten by the next. */
  read(side: BlockSide): AsyncGenerator<RatingBlock>;
  close(): Promise<void>;
}

export interface ValueCount {
  readonly value: number;
  readonly count: number;
}

/** The ratings of the rows from .. to. */
export interface RatingBlock {
  readonly from: number;
  readonly to: number;
  /** int32 [rows + 1]: where each row's ratings begin in the block. */
  readonly offsets: Int32Array;
  /** Of each rating its column, ascending within a row, and its value. */
  readonly columns: Int32Array;
  readonly values: Float32Array;
}
