/** Small PNG files: of at most 256 colours, the commonest ones, packed as well as Node can. */
import { crc32, deflateSync, inflateSync } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Makes an indexed PNG of one with 8 bits in each of three or four channels, none of them interlaced, as browsers write them. */
export function smallPng(png: Buffer): Buffer {
  const { width, height, pixels, channels } = readPixels(png);
  const { palette, indices } = reduceColours(pixels, channels);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("PLTE", palette),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function readPixels(png: Buffer) {
  const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] === 6 ? 4 : 3];
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x >= channels ? pixels[y * stride + x - channels] : 0;
      const up = y > 0 ? pixels[(y - 1) * stride + x] : 0;
      const corner = x >= channels && y > 0 ? pixels[(y - 1) * stride + x - channels] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[y * stride + x] = raw[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return { width, height, pixels, channels };
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((each) => Math.abs(guess - each));
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** The commonest colours, of 5 bits a channel and each the mean of what it stands for; every pixel gets the nearest. */
function reduceColours(pixels: Buffer, channels: number) {
  const [counts, sums] = [new Float64Array(1 << 15), new Float64Array(3 << 15)];
  const keyAt = (at: number) => ((pixels[at] >> 3) << 10) | ((pixels[at + 1] >> 3) << 5) | (pixels[at + 2] >> 3);
  for (let at = 0; at < pixels.length; at += channels) {
    const key = keyAt(at);
    counts[key]++;
    for (let n = 0; n < 3; n++) sums[3 * key + n] += pixels[at + n];
  }
  const used = Array.from(counts.keys()).filter((key) => counts[key] > 0);
  const meanOf = (key: number) => [0, 1, 2].map((n) => sums[3 * key + n] / counts[key]);
  const chosen = used
    .sort((a, b) => counts[b] - counts[a])
    .slice(0, 256)
    .map(meanOf);
  const nearest = new Uint8Array(1 << 15);
  for (const key of used) {
    const colour = meanOf(key);
    const distance = (other: readonly number[]) => other.reduce((sum, value, n) => sum + (value - colour[n]) ** 2, 0);
    let least = Infinity;
    chosen.forEach((other, index) => {
      const far = distance(other);
      if (far < least) [least, nearest[key]] = [far, index];
    });
  }
  const indices = new Uint8Array(pixels.length / channels);
  for (let n = 0; n < indices.length; n++) indices[n] = nearest[keyAt(n * channels)];
  return { palette: Buffer.from(chosen.flat().map(Math.round)), indices };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
