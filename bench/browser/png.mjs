// A picture of a page in few bytes: its colours in a palette of 256 at most, packed as well as zlib can.
import { deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

// The pixels of an RGB or RGBA picture of 8 bits, not interlaced, as Chromium writes them.
function decode(png) {
  const parts = [];
  let header;
  for (let at = 8; at < png.length; ) {
    const size = png.readUInt32BE(at);
    const kind = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + size);
    if (kind === 'IHDR') header = { width: data.readUInt32BE(0), height: data.readUInt32BE(4), bytes: data[9] === 6 ? 4 : 3 };
    if (kind === 'IDAT') parts.push(data);
    at += size + 12;
  }
  const { width, height, bytes } = header;
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * bytes;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; ++y) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; ++x) {
      const left = x >= bytes ? pixels[y * stride + x - bytes] : 0;
      const above = y > 0 ? pixels[(y - 1) * stride + x] : 0;
      const corner = x >= bytes && y > 0 ? pixels[(y - 1) * stride + x - bytes] : 0;
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter];
      pixels[y * stride + x] = raw[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return { width, height, bytes, pixels };
}

function paeth(left, above, corner) {
  const guess = left + above - corner;
  const [a, b, c] = [left, above, corner].map((value) => Math.abs(guess - value));
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

// The commonest colours stay as they are; others become the nearest of them.
function palette(pixels, bytes) {
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += bytes) {
    const colour = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);
  const places = new Map(kept.map((colour, place) => [colour, place]));
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const tones = kept.map(parts);
  const nearest = (colour) => {
    const [r, g, b] = parts(colour);
    let best = 0, least = Infinity;
    for (const [place, [R, G, B]] of tones.entries()) {
      const far = (R - r) ** 2 + (G - g) ** 2 + (B - b) ** 2;
      if (far < least) [best, least] = [place, far];
    }
    return best;
  };
  return { tones, place: (colour) => places.get(colour) ?? (places.set(colour, nearest(colour)), places.get(colour)) };
}

const crcs = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; ++bit) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});
const crc32 = (bytes) => (bytes.reduce((crc, byte) => crcs[(crc ^ byte) & 255] ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

export function small(png) {
  const { width, height, bytes, pixels } = decode(png);
  const { tones, place } = palette(pixels, bytes);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      const at = (y * width + x) * bytes;
      rows[y * (width + 1) + 1 + x] = place((pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2]);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(tones.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
