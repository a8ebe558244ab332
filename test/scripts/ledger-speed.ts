/**
 * Measures the ledger's tree: leaves a second, time and size of proofs, as the tree grows.
 * `node --import ./test/support/source-hooks.js test/scripts/ledger-speed.ts [LARGEST=10000000]`
 *
 * Leaves are invented hashes, tiles are in memory. Proofs of inclusion: `cold`, a new reader for each, no tile opened before; `first`, one reader
 * that keeps all tiles, leaves all over the tree, so that at the largest size most bottom tiles are met for the first or second time; `cached`,
 * a reader that keeps 4,096 tiles, and
 * the same 1,000 leaves again and again.
 */
import { growTiles, hashLeaf, MemoryTiles, type RightEdge, TreeReader, verifyConsistency, verifyInclusion } from '#libs/ledger';

const largest = Number(process.argv[2] ?? 10_000_000);
const sizes = [10_000, 100_000, 1_000_000, 10_000_000].filter((size) => size <= largest);
const batch = 25_000;
const coldProofs = 200;
const warmProofs = 20_000;
const cachedLeaves = 1_000;
/** Those of the cached leaves and a few more. */
const cachedTiles = 4_096;
/** Keeps every tile of the largest tree: about 40,000. */
const tilesMax = 50_000;

let state = 1;
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

const counter = Buffer.alloc(8);
function leafOf(n: number): Buffer {
  counter.writeBigUInt64BE(BigInt(n));
  return hashLeaf(counter);
}

const tiles = new MemoryTiles();
let edge: RightEdge = new Map();
let size = 0;

/** Milliseconds in growing alone: making the invented leaves is not counted. */
function growTo(target: number): number {
  let ms = 0;
  while (size < target) {
    const leaves = Array.from({ length: Math.min(batch, target - size) }, (_, n) => leafOf(size + n));
    const began = performance.now();
    const growth = growTiles(size, edge, leaves);
    ms += performance.now() - began;
    tiles.write(growth.tiles);
    ({ size, edge } = growth);
  }
  return ms;
}

/** Median and 99th percentile in microseconds. */
async function timed(count: number, prove: () => Promise<unknown>): Promise<{ median: number; p99: number }> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const began = performance.now();
    await prove();
    times.push((performance.now() - began) * 1_000);
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(count / 2)] ?? 0, p99: times[Math.floor(count * 0.99)] ?? 0 };
}

const us = ({ median, p99 }: { median: number; p99: number }): string => `${median.toFixed(1)} (p99 ${p99.toFixed(1)})`;

process.stdout.write('leaves | leaves/s | proof bytes | cold, µs | first, µs | cached, µs | consistency, µs | verify inclusion, µs\n');
for (const target of sizes) {
  const before = size;
  const ms = growTo(target);
  const cold = await timed(coldProofs, () => new TreeReader(tiles).inclusionProof(random(target), target));
  const reader = new TreeReader(tiles, { tilesMax: cachedTiles });
  const root = await reader.root(target);
  const whole = new TreeReader(tiles, { tilesMax });
  const first = await timed(warmProofs, () => whole.inclusionProof(random(target), target));
  const again = Array.from({ length: cachedLeaves }, () => random(target));
  for (const index of again) await reader.inclusionProof(index, target);
  let turn = 0;
  const cached = await timed(warmProofs, () => reader.inclusionProof(again[(turn += 1) % cachedLeaves] ?? 0, target));
  const consistency = await timed(warmProofs / 10, () => reader.consistencyProof(1 + random(target - 1), target));
  const index = random(target);
  const proof = await reader.inclusionProof(index, target);
  const verify = await timed(warmProofs, async () => {
    if (verifyInclusion({ index, hash: leafOf(index) }, proof, { size: target, root }).kind !== 'VERIFIED') throw new Error('a true proof was refused');
  });
  const from = 1 + random(target - 1);
  const grown = verifyConsistency({ size: from, root: await reader.root(from) }, { size: target, root }, await reader.consistencyProof(from, target));
  if (grown.kind !== 'VERIFIED') throw new Error('a true consistency proof was refused');
  process.stdout.write(`${target} | ${Math.round(((target - before) / ms) * 1_000)} | ${proof.length * 32} | ${us(cold)} | ${us(first)} | ${us(cached)} | ${us(consistency)} | ${us(verify)}\n`);
}
