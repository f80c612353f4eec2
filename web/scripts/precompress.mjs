// Writes FILE.gz and FILE.br beside every file of the built pages that gets smaller by it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2] ?? "dist";
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
const first_visit = /\.(js|css)$/;
let total = 0;

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || /\.(gz|br)$/.test(entry.name)) continue;
  const bytes = readFileSync(path);
  const packed = { gz: gzipSync(bytes, { level: 9 }), br: brotliCompressSync(bytes, brotli) };
  for (const [ending, small] of Object.entries(packed)) {
    if (small.length < bytes.length) writeFileSync(`${path}.${ending}`, small);
  }
  if (first_visit.test(entry.name)) total += packed.gz.length;
}
console.log(`scripts and styles: ${(total / 1024).toFixed(1)} KB with gzip`);
