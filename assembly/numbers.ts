// Tables of numbers: lines of text, each with the same columns, into columns of numbers.

// The layout of a table, as words of 8 bytes: the number of columns at 0; from 1 powers of ten, 10⁰ .. 10¹⁶, as u64; and from 18
// four words for each column: what it holds, and what follows it, up to 8 bytes: these bytes, the mask of them, their number.
const powers: usize = 8;
const fields: usize = 18 * 8;
const fieldSize: usize = 32;

// What a column holds: 0 nothing that is wanted, else the position of its output from 1: user, item, rating, time.
const rating: u64 = 3;

// The head of a block's output, float64. Rows: −1 where a line is not one of such numbers, −2 where one does not fit in 32 bits.
const headRows: usize = 0;
const headMin: usize = 8;
const headMax: usize = 16;
const headStep: usize = 24;
const headMaxUser: usize = 32;
const headMaxItem: usize = 40;
const headAscends: usize = 48;
const head: usize = 64;

const zeros: u64 = 0x3030303030303030;
/** Whole numbers up to here are exact as doubles, and so, rounded once, are their quotients by a power of ten. */
const maxExact: u64 = 1_000_000_000_000_000;

/** Where eight bytes, each less "0", hold the first that is no digit: eight times its position, and 7; 64 where all are digits. */
@inline
function endOfDigits(word: u64): u64 {
  return ctz(((word + 0x7676767676767676) | word) & 0x8080808080808080);
}

/** The number that eight digits are, the first in the lowest byte. */
@inline
function eightDigits(word: u64): u64 {
  const pairs = word * 10 + (word >> 8);
  return (
    ((pairs & 0x000000ff000000ff) * 0x000f424000000064 + ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >> 32
  );
}

/**
 * Parses blocks begin .. end of a text of whole lines: the lines that begin in blockBytes bytes from block × blockBytes. 16 bytes
 * may be read beyond the text's end. The output of each block: its head, then columns of `capacity` users, items, ratings and times.
 * With `wide` all of them are float64; else uint32, uint32, float32, uint32, an id is less than `ids`, and a byte of usersSeen and
 * itemsSeen is set for each.
 */
export function parseNumbers(
  begin: i32,
  end: i32,
  scratch: usize,
  text: usize,
  length: i32,
  blockBytes: i32,
  layout: usize,
  out: usize,
  capacity: i32,
  wide: i32,
  ids: i32,
  usersSeen: usize,
  itemsSeen: usize,
): void {
  const size: usize = wide ? 8 : 4;
  const stride = head + 4 * size * <usize>capacity;
  for (let block = begin; block < end; block++) {
    const to = text + <usize>min(length, (block + 1) * blockBytes);
    const target = out + <usize>block * stride;
    let at = text + <usize>(block * blockBytes);
    // A line that began before belongs to the block before.
    if (block > 0) while (load<u8>(at - 1) != 10) at++;
    if (wide) parseBlock<f64>(at, to, layout, target, capacity, 0, 0, 0);
    else parseBlock<u32>(at, to, layout, target, capacity, ids, usersSeen, itemsSeen);
  }
}

@inline
function parseBlock<T>(
  at: usize,
  to: usize,
  layout: usize,
  out: usize,
  capacity: i32,
  ids: u64,
  usersSeen: usize,
  itemsSeen: usize,
): void {
  const columns = <i32>load<u64>(layout);
  const lastField = layout + fields + fieldSize * <usize>(columns - 1);
  const columnBytes = <usize>sizeof<T>() * <usize>capacity;
  let lowest = Infinity, highest = -Infinity;
  let step = 0;
  let maxUser: u64 = 0, maxItem: u64 = 0;
  let user: u64 = 0, item: u64 = 0;
  let before: i64 = -1;
  let ascends = true;
  let row: usize = head + out;
  const firstRow = row;
  let problem = 0;
  while (at < to) {
    let field = layout + fields;
    for (; field <= lastField; field += fieldSize) {
      const kind = load<u64>(field);
      if (kind == 0) {
        // Anything without a quote, a control character or a letter beyond ASCII.
        const mask = load<u64>(field, 16);
        const follows = load<u64>(field, 8);
        for (;;) {
          if ((load<u64>(at) & mask) == follows) break;
          const byte = load<u8>(at);
          if (byte < 32 || byte > 126 || byte == 34 || byte == <u8>follows) break;
          at++;
        }
        if ((load<u64>(at) & mask) != follows) {
          problem = -1;
          break;
        }
        at += <usize>load<u64>(field, 24);
        continue;
      }
      const negative = load<u8>(at) == 45;
      if (negative) at++;
      let word = load<u64>(at) ^ zeros;
      let bits = endOfDigits(word);
      const zeroFirst = (word & 0xff) == 0;
      let digits = bits >> 3;
      let whole: u64;
      if (bits != 64) {
        if (digits == 0) {
          problem = -1;
          break;
        }
        whole = eightDigits(word << (64 - (digits << 3)));
        at += <usize>digits;
      } else {
        whole = eightDigits(word);
        word = load<u64>(at, 8) ^ zeros;
        bits = endOfDigits(word);
        const more = bits >> 3;
        if (more > 0) whole = whole * load<u64>(layout + powers + <usize>(more << 3)) + eightDigits(word << (64 - (more << 3)));
        digits += more;
        at += <usize>digits;
      }
      // 007 may be another id than 7.
      if (zeroFirst && digits > 1) {
        problem = -1;
        break;
      }
      let value: f64;
      let fraction = false;
      if (load<u8>(at) == 46) {
        fraction = true;
        let decimals: u64 = 0;
        at++;
        for (;;) {
          word = load<u64>(at) ^ zeros;
          bits = endOfDigits(word);
          const more = bits >> 3;
          if (more == 0) break;
          if (digits + more > 16) {
            decimals = 0;
            break;
          }
          whole = whole * load<u64>(layout + powers + <usize>(more << 3)) + eightDigits(word << (64 - (more << 3)));
          digits += more;
          decimals += more;
          at += <usize>more;
          if (bits != 64) break;
        }
        if (decimals == 0) {
          problem = -1;
          break;
        }
        value = <f64><i64>whole / <f64>load<i64>(layout + powers + <usize>(decimals << 3));
      } else {
        value = <f64><i64>whole;
      }
      if (whole > maxExact || (negative && whole == 0)) {
        problem = -1;
        break;
      }
      if (negative) value = -value;
      if ((load<u64>(at) & load<u64>(field, 16)) != load<u64>(field, 8)) {
        problem = -1;
        break;
      }
      at += <usize>load<u64>(field, 24);
      if (isInteger<T>()) {
        if (kind == rating) {
          store<f32>(row + 2 * columnBytes, <f32>value);
        } else {
          if (negative || fraction || whole >= (kind == 4 ? 0x100000000 : ids)) {
            problem = -2;
            break;
          }
          store<u32>(row + <usize>(kind - 1) * columnBytes, <u32>whole);
          if (kind == 1) {
            user = whole;
            mark(usersSeen + <usize>whole);
          } else if (kind == 2) {
            item = whole;
            mark(itemsSeen + <usize>whole);
          }
          continue;
        }
      } else {
        store<f64>(row + <usize>(kind - 1) * columnBytes, value);
      }
      if (kind == rating) {
        if (value < lowest) lowest = value;
        if (value > highest) highest = value;
        if (fraction) step |= <i32>(value != nearest(value)) | (<i32>(2 * value != nearest(2 * value)) << 1);
      }
    }
    if (problem != 0) break;
    row += sizeof<T>();
    if (isInteger<T>()) {
      const pair = <i64>((user << 32) | item);
      if (pair <= before) ascends = false;
      before = pair;
      maxUser = max(maxUser, user);
      maxItem = max(maxItem, item);
    }
  }
  store<f64>(out + headRows, problem != 0 ? <f64>problem : <f64>((row - firstRow) / sizeof<T>()));
  store<f64>(out + headMin, lowest);
  store<f64>(out + headMax, highest);
  store<f64>(out + headStep, <f64>step);
  store<f64>(out + headMaxUser, <f64>maxUser);
  store<f64>(out + headMaxItem, <f64>maxItem);
  store<f64>(out + headAscends, <f64>ascends);
}

/** Sets a byte that several threads may set. It is read first: a line of the cache that nobody writes stays in all caches. */
@inline
function mark(at: usize): void {
  if (load<u8>(at) == 0) store<u8>(at, 1);
}
