// Tables of numbers: lines of text, each with the same columns, into columns of numbers.

// The layout of a table, in words of 8 bytes: the number of columns; powers of ten, 10⁰ .. 10¹⁶; then five words for each column:
// what it holds; the bytes that follow it, up to 8; the mask of these bytes; their number; and whether a quote opens it. What closes
// it is the first of the bytes that follow.
const powers: usize = 8;
const fields: usize = 18 * 8;
const fieldSize: usize = 40;

// What a column holds; 0 is nothing that is wanted. The output has the columns in this order.
const user = 1;
const item = 2;
const rating = 3;
const time = 4;
const date = 5; // as 2005-04-02 23:53:03, in the column of times

// The head of a block's output, float64. Instead of rows: −1 where a line holds more than numbers, −2 where one does not fit.
const headRows: usize = 0;
const headLowest: usize = 8;
const headHighest: usize = 16;
const headMaxUser: usize = 24;
const headMaxItem: usize = 32;
const headAscends: usize = 40;
const head: usize = 64;

const zeros: u64 = 0x3030303030303030;
const point: u8 = 46;
const minus: u8 = 45;
const quote: u8 = 34;
const newline: u8 = 10;
const colon: u8 = 58;

/** Whole numbers up to here are exact as doubles, and so, rounded once, are their quotients by a power of ten. */
const maxExact: u64 = 1_000_000_000_000_000;

/** The bits before the first of eight bytes that is no digit; all are less "0". */
@inline
function bitsOfDigits(word: u64): u64 {
  return ctz(((word + 0x7676767676767676) | word) & 0x8080808080808080) & 0x78;
}

/** The number that eight digits are, each less "0", the first in the lowest byte. */
@inline
function eightDigits(word: u64): u64 {
  const pairs = word * 10 + (word >> 8);
  return (
    ((pairs & 0x000000ff000000ff) * 0x000f424000000064 + ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >> 32
  );
}

/** The number that the first digits of eight bytes are; bits from 8. */
@inline
function firstDigits(word: u64, bits: u64): u64 {
  return eightDigits(word << (64 - bits));
}

const noDate: i64 = i64.MIN_VALUE;

/** Seconds since 1970 of a date in UTC, such as 2005-04-02 23:53:03, with a blank or a T before the time of day. */
function secondsOfDate(at: usize): i64 {
  let year = twoDigits(at) * 100 + twoDigits(at + 2);
  const month = twoDigits(at + 5), day = twoDigits(at + 8);
  const hour = twoDigits(at + 11), minute = twoDigits(at + 14), second = twoDigits(at + 17);
  const blank = load<u8>(at, 10);
  if (load<u8>(at, 4) != minus || load<u8>(at, 7) != minus || (blank != 32 && blank != 84)) return noDate;
  if (load<u8>(at, 13) != colon || load<u8>(at, 16) != colon) return noDate;
  if (year < 0 || year > 9999 || month < 1 || month > 12 || hour < 0 || hour > 23) return noDate;
  if (minute < 0 || minute > 59 || second < 0 || second > 59) return noDate;
  const leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  const days = month == 2 ? 28 + <i32>leaps : 30 + ((month + (month >> 3)) & 1);
  if (day < 1 || day > days) return noDate;
  // Years that begin in March, so that a leap day is the last of its year; 719,468 days lie between the first and 1970.
  if (month <= 2) year--;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const whole = 365 * year + floorDivide(year, 4) - floorDivide(year, 100) + floorDivide(year, 400) + dayOfYear - 719468;
  return <i64>whole * 86400 + hour * 3600 + minute * 60 + second;
}

/** The number that two digits are; below −1,000 where one is none. */
@inline
function twoDigits(at: usize): i32 {
  const tens = <u32>load<u8>(at) - 48, ones = <u32>load<u8>(at, 1) - 48;
  return tens < 10 && ones < 10 ? <i32>(10 * tens + ones) : -100_000;
}

/** Rounds down for −1 too, as the years before 1 March of the year 0 need. */
@inline
function floorDivide(a: i32, b: i32): i32 {
  return a < 0 ? -1 : a / b;
}

/** Sets a byte that several threads may set. It is read first: what nobody writes stays in the caches of all. */
@inline
function mark(at: usize): void {
  if (load<u8>(at) == 0) store<u8>(at, 1);
}

/**
 * Parses blocks begin .. end of a text of whole lines: the lines that begin in blockBytes bytes from block × blockBytes. 16 bytes
 * beyond the text may be read. The output of each block: its head, then columns of `capacity` users, items, ratings and times. With
 * `wide` all are float64. Else they are uint32, uint32, float32 and uint32; an id is less than `ids`, which is at least 10⁷, and
 * its bytes in usersSeen and itemsSeen are set.
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
    if (block > 0) while (load<u8>(at - 1) != newline) at++;
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
  const lastField = layout + fields + fieldSize * <usize>(load<u64>(layout) - 1);
  const columnBytes = <usize>sizeof<T>() * <usize>capacity;
  let row: usize = out + head;
  let lowest = Infinity, highest = -Infinity;
  let leastTenths: u32 = 100, mostTenths: u32 = 0; // of ratings of at most two digits
  let userId: u64 = 0, itemId: u64 = 0, maxUser: u64 = 0, maxItem: u64 = 0;
  let pairBefore: i64 = -1;
  let ascends = true;
  let problem = 0;
  while (at < to && problem == 0) {
    for (let field = layout + fields; field <= lastField; field += fieldSize) {
      const kind = <i32>load<u64>(field);
      const follows = load<u64>(field, 8);
      const mask = load<u64>(field, 16);
      const followers = <usize>load<u64>(field, 24);
      if (load<u64>(field, 32) != 0) {
        if (load<u8>(at) != quote) {
          problem = -1;
          break;
        }
        at++;
      }

      // Short ids, ratings of one or two digits and times of ten: nearly all that tables hold, in half the time of other numbers.
      if (isInteger<T>() && kind != 0 && kind != date) {
        const word = load<u64>(at) ^ zeros;
        const digit = <u32>(word & 0xff);
        if (kind == rating) {
          let end = at + 1;
          let tenth: u32 = 0;
          if (load<u8>(end) == point) {
            tenth = <u32>load<u8>(at, 2) - 48;
            end = at + 3;
          }
          if (digit < 10 && tenth < 10 && (load<u64>(end) & mask) == follows) {
            const value = 10 * digit + tenth;
            leastTenths = min(leastTenths, value);
            mostTenths = max(mostTenths, value);
            store<f32>(row + 2 * columnBytes, <f32>value / 10);
            at = end + followers;
            continue;
          }
        } else if (kind == time) {
          const next = load<u64>(at, 8) ^ zeros;
          if (bitsOfDigits(word) == 64 && bitsOfDigits(next) == 16 && (load<u64>(at, 10) & mask) == follows && digit != 0) {
            const value = eightDigits(word) * 100 + (next & 15) * 10 + ((next >> 8) & 15);
            if (value < 0x100000000) {
              store<u32>(row + 3 * columnBytes, <u32>value);
              at += 10 + followers;
              continue;
            }
          }
        } else {
          const bits = bitsOfDigits(word);
          const end = at + <usize>(bits >> 3);
          if (bits - 8 < 56 && (load<u64>(end) & mask) == follows && (digit != 0 || bits == 8)) {
            const id = firstDigits(word, bits);
            at = end + followers;
            if (kind == user) {
              userId = id;
              store<u32>(row, <u32>id);
              mark(usersSeen + <usize>id);
            } else {
              itemId = id;
              store<u32>(row + columnBytes, <u32>id);
              mark(itemsSeen + <usize>id);
            }
            continue;
          }
        }
      }

      if (kind == 0) {
        // Anything without a quote, a control character or a letter beyond ASCII.
        while ((load<u64>(at) & mask) != follows) {
          const byte = load<u8>(at);
          if (byte < 32 || byte > 126 || byte == quote || byte == <u8>follows) break;
          at++;
        }
        if ((load<u64>(at) & mask) != follows) {
          problem = -1;
          break;
        }
        at += followers;
        continue;
      }

      if (kind == date) {
        const seconds = secondsOfDate(at);
        at += 19;
        if (seconds == noDate || (load<u64>(at) & mask) != follows) {
          problem = -1;
          break;
        }
        at += followers;
        if (!isInteger<T>()) {
          store<f64>(row + 3 * columnBytes, <f64>seconds);
        } else if (seconds < 0 || seconds >= 0x100000000) {
          problem = -2;
          break;
        } else {
          store<u32>(row + 3 * columnBytes, <u32>seconds);
        }
        continue;
      }

      const negative = load<u8>(at) == minus;
      if (negative) at++;
      const zeroFirst = load<u8>(at) == 48;
      let word = load<u64>(at) ^ zeros;
      let bits = bitsOfDigits(word);
      let digits = bits >> 3;
      let whole: u64 = digits > 0 ? firstDigits(word, bits) : 0;
      if (bits == 64) {
        word = load<u64>(at, 8) ^ zeros;
        bits = bitsOfDigits(word);
        if (bits > 0) whole = whole * load<u64>(layout + powers + <usize>bits) + firstDigits(word, bits);
        digits += bits >> 3;
      }
      at += <usize>digits;
      // 007 may be another id than 7.
      if (digits == 0 || (zeroFirst && digits > 1)) {
        problem = -1;
        break;
      }
      let value = <f64><i64>whole;
      const fraction = load<u8>(at) == point;
      if (fraction) {
        at++;
        let decimals: u64 = 0;
        do {
          word = load<u64>(at) ^ zeros;
          bits = bitsOfDigits(word);
          decimals += bits >> 3;
          if (bits == 0 || digits + decimals > 16) break;
          whole = whole * load<u64>(layout + powers + <usize>bits) + firstDigits(word, bits);
          at += <usize>(bits >> 3);
        } while (bits == 64);
        if (decimals == 0 || digits + decimals > 16) {
          problem = -1;
          break;
        }
        value = <f64><i64>whole / <f64>load<i64>(layout + powers + <usize>(decimals << 3));
      }
      if (whole > maxExact || (negative && whole == 0) || (load<u64>(at) & mask) != follows) {
        problem = -1;
        break;
      }
      at += followers;
      if (negative) value = -value;
      if (kind == rating) {
        if (value < lowest) lowest = value;
        if (value > highest) highest = value;
      }
      if (!isInteger<T>()) {
        store<f64>(row + <usize>(kind - 1) * columnBytes, value);
      } else if (kind == rating) {
        store<f32>(row + 2 * columnBytes, <f32>value);
      } else {
        if (negative || fraction || whole >= (kind == time ? 0x100000000 : ids)) {
          problem = -2;
          break;
        }
        store<u32>(row + <usize>(kind - 1) * columnBytes, <u32>whole);
        if (kind == user) {
          userId = whole;
          mark(usersSeen + <usize>whole);
        } else if (kind == item) {
          itemId = whole;
          mark(itemsSeen + <usize>whole);
        }
      }
    }
    row += sizeof<T>();
    if (isInteger<T>()) {
      const pair = <i64>((userId << 32) | itemId);
      if (pair <= pairBefore) ascends = false;
      pairBefore = pair;
      maxUser = max(maxUser, userId);
      maxItem = max(maxItem, itemId);
    }
  }
  if (leastTenths < 100) {
    lowest = min(lowest, <f64>leastTenths / 10);
    highest = max(highest, <f64>mostTenths / 10);
  }
  store<f64>(out + headRows, problem != 0 ? <f64>problem : <f64>((row - out - head) / sizeof<T>()));
  store<f64>(out + headLowest, lowest);
  store<f64>(out + headHighest, highest);
  store<f64>(out + headMaxUser, <f64>maxUser);
  store<f64>(out + headMaxItem, <f64>maxItem);
  store<f64>(out + headAscends, <f64>ascends);
}
