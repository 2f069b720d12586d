// png.js - PNG files as pixels, and how far two pictures are apart.
'use strict';
const fs = require('fs'), zlib = require('zlib');

const CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4};

function paeth(a, b, c) {
  const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

// Undo the filter of every row; the first byte of a row says which
function unfilter(data, height, stride, bpp) {
  const out = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y++) {
    const kind = data[y * (stride + 1)], row = y * stride;
    for (let x = 0; x < stride; x++) {
      const left = x >= bpp ? out[row + x - bpp] : 0;
      const up = y ? out[row + x - stride] : 0;
      const corner = y && x >= bpp ? out[row + x - stride - bpp] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind];
      out[row + x] = data[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return out;
}

// {width, height, pixels}: 4 bytes a pixel, for 8 bits, not interlaced
function decode(file) {
  const b = fs.readFileSync(file);
  if (b.length < 33 || b.readUInt32BE(0) !== 0x89504e47) throw new Error(`${file}: not a PNG`);
  const width = b.readUInt32BE(16), height = b.readUInt32BE(20);
  const [depth, colour, , , interlace] = b.subarray(24, 29);
  if (depth !== 8 || interlace || !(colour in CHANNELS))
    throw new Error(`${file}: ${depth} bits, colour type ${colour}, interlace ${interlace}: only 8 bits, not interlaced`);
  const data = [];
  let palette = Buffer.alloc(0), alpha = Buffer.alloc(0);
  for (let at = 8; at + 12 <= b.length;) {
    const length = b.readUInt32BE(at), kind = b.toString('latin1', at + 4, at + 8);
    const body = b.subarray(at + 8, at + 8 + length);
    if (kind === 'IDAT') data.push(body);
    if (kind === 'PLTE') palette = body;
    if (kind === 'tRNS') alpha = body;
    at += length + 12;
  }
  const n = CHANNELS[colour];
  const raw = unfilter(zlib.inflateSync(Buffer.concat(data)), height, width * n, n);
  const pixels = Buffer.alloc(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const p = raw.subarray(i * n, i * n + n);
    const rgba = colour === 6 ? p : colour === 2 ? [p[0], p[1], p[2], 255]
      : colour === 3 ? [...palette.subarray(3 * p[0], 3 * p[0] + 3), alpha[p[0]] ?? 255]
        : [p[0], p[0], p[0], n === 2 ? p[1] : 255];
    pixels.set(rgba, 4 * i);
  }
  return {width, height, pixels};
}

// '' if two files show the same, else what differs: at most one pixel in a
// thousand may be off, and none by more than 2 of 255
function difference(a, b) {
  const p = decode(a), q = decode(b);
  if (p.width !== q.width || p.height !== q.height)
    return `${p.width}x${p.height}, not ${q.width}x${q.height}`;
  let off = 0, worst = 0;
  for (let i = 0; i < p.pixels.length; i += 4) {
    let most = 0;
    for (let k = i; k < i + 4; k++) most = Math.max(most, Math.abs(p.pixels[k] - q.pixels[k]));
    off += most > 0;
    worst = Math.max(worst, most);
  }
  const n = p.width * p.height;
  return worst > 2 || off > n / 1000 ? `${off} of ${n} pixels differ, by up to ${worst}` : '';
}

module.exports = {decode, difference};
if (require.main === module) {
  const said = difference(process.argv[2], process.argv[3]);
  if (said) console.log(said);
  process.exit(said ? 1 : 0);
}
