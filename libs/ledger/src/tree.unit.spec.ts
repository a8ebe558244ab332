import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emptyRoot, Frontier, growTiles, hashLeaf, hashNode, MemoryTiles, type RightEdge, TileMissing, TreeReader, verifyConsistency, verifyInclusion } from './index.js';

const seed = 1_128;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const base64 = (text: string | null): Buffer => Buffer.from(text ?? '', 'base64');

/** The eight leaves of Certificate Transparency's own tests, with their hashes: transparency-dev/merkle, testonly/constants.go (Apache-2.0). */
const published = {
  leaves: ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'],
  leafHashes: [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7',
    '07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    '4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658',
    'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
    '46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1',
  ],
  roots: [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ],
};

interface ProofVectors {
  readonly inclusion: readonly { leafIdx: number; treeSize: number; root: string | null; leafHash: string | null; proof: string[] | null; desc: string; wantErr: boolean }[];
  readonly consistency: readonly {
    size1: number;
    size2: number;
    root1: string | null;
    root2: string | null;
    proof: string[] | null;
    desc: string;
    wantErr: boolean;
  }[];
}
const vectors = JSON.parse(readFileSync(new URL('../../../test/golden/ledger/merkle-proofs.json', import.meta.url), 'utf8')) as ProofVectors;

/** The definitions of RFC 6962, section 2.1, word for word: slow, and nothing in common with what is tested. */
function referenceRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return emptyRoot();
  if (leaves.length === 1) return only;
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return hashNode(referenceRoot(leaves.slice(0, k)), referenceRoot(leaves.slice(k)));
}

function referencePath(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return m < k
    ? [...referencePath(m, leaves.slice(0, k)), referenceRoot(leaves.slice(k))]
    : [...referencePath(m - k, leaves.slice(k)), referenceRoot(leaves.slice(0, k))];
}

function referenceSubproof(m: number, leaves: readonly Uint8Array[], known: boolean): Uint8Array[] {
  if (m === leaves.length) return known ? [] : [referenceRoot(leaves)];
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return m <= k
    ? [...referenceSubproof(m, leaves.slice(0, k), known), referenceRoot(leaves.slice(k))]
    : [...referenceSubproof(m - k, leaves.slice(k), false), referenceRoot(leaves.slice(0, k))];
}

const leafOf = (n: number): Buffer => hashLeaf(`invented leaf ${n}`);
const leavesOf = (count: number): Buffer[] => Array.from({ length: count }, (_, n) => leafOf(n));
const asHex = (hashes: readonly Uint8Array[]): string[] => hashes.map((hash) => Buffer.from(hash).toString('hex'));

/** A tree grown in batches, with the reader of its tiles. */
function grown(leaves: readonly Uint8Array[], batches: readonly number[] = [leaves.length]): { reader: TreeReader; tiles: MemoryTiles; edge: RightEdge } {
  const tiles = new MemoryTiles();
  let edge: RightEdge = new Map();
  let size = 0;
  for (const batch of [...batches, leaves.length]) {
    const growth = growTiles(size, edge, leaves.slice(size, Math.min(size + batch, leaves.length)));
    tiles.write(growth.tiles);
    ({ size, edge } = growth);
  }
  return { reader: new TreeReader(tiles), tiles, edge };
}

describe('the published tree of eight leaves', () => {
  it('has the published leaf hashes and the published roots at every size', () => {
    const frontier = Frontier.empty();
    expect(asHex([frontier.root()])).toEqual([published.roots[0]]);
    for (const [n, leaf] of published.leaves.entries()) {
      expect(hashLeaf(hex(leaf)).toString('hex')).toBe(published.leafHashes[n]);
      frontier.append(hashLeaf(hex(leaf)));
      expect(asHex([frontier.root()])).toEqual([published.roots[n + 1]]);
    }
  });

  it('hashes leaves and nodes apart, as RFC 6962 has it', () => {
    // transparency-dev/merkle, rfc6962/rfc6962_test.go (Apache-2.0).
    expect(hashLeaf('L123456').toString('hex')).toBe('395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56');
    expect(hashLeaf(Buffer.concat([leafOf(0), leafOf(1)])).equals(hashNode(leafOf(0), leafOf(1)))).toBe(false);
  });
});

describe("the published proofs of Certificate Transparency's tests", () => {
  it('are all there', () => {
    expect([vectors.inclusion.length, vectors.consistency.length]).toEqual([98, 98]);
    expect([vectors.inclusion, vectors.consistency].map((all) => all.filter(({ wantErr }) => !wantErr).length)).toEqual([6, 6]);
  });

  it.each(vectors.inclusion.map((one, n) => [n, one.desc, one] as const))('inclusion %i: %s', (_, __, { leafIdx, treeSize, root, leafHash, proof, wantErr }) => {
    const check = verifyInclusion({ index: leafIdx, hash: base64(leafHash) }, (proof ?? []).map(base64), { size: treeSize, root: base64(root) });
    expect(check.kind).toBe(wantErr ? 'REFUSED' : 'VERIFIED');
  });

  it.each(vectors.consistency.map((one, n) => [n, one.desc, one] as const))('consistency %i: %s', (_, __, { size1, size2, root1, root2, proof, wantErr }) => {
    // One of them calls twelve bytes a root, which a verifier of bytes alone lets pass; here a root has 32.
    const hasRoots = [root1, root2].every((root) => base64(root).length === 32);
    const check = verifyConsistency({ size: size1, root: base64(root1) }, { size: size2, root: base64(root2) }, (proof ?? []).map(base64));
    expect(check.kind).toBe(wantErr || !hasRoots ? 'REFUSED' : 'VERIFIED');
  });
});

describe('a tree read from its tiles', () => {
  const most = 70;
  const leaves = leavesOf(most);
  const { reader } = grown(leaves, [1, 2, 5, 30]);

  it('has the root and makes the proofs of RFC 6962 at every size up to 70', async () => {
    for (let size = 0; size <= most; size += 1) {
      const of = leaves.slice(0, size);
      expect(asHex([await reader.root(size)])).toEqual(asHex([referenceRoot(of)]));
      for (let index = 0; index < size; index += 1) expect(asHex(await reader.inclusionProof(index, size))).toEqual(asHex(referencePath(index, of)));
      for (let from = 1; from <= size; from += 1) expect(asHex(await reader.consistencyProof(from, size))).toEqual(asHex(referenceSubproof(from, of, true)));
    }
  });

  it('proves across three levels of tiles, whatever the batches in which it grew', async () => {
    const size = 66_000;
    const many = leavesOf(size);
    const frontier = Frontier.empty();
    for (const leaf of many) frontier.append(leaf);
    const { reader: large } = grown(many, [255, 1, 1, 256, 512, 700, 64_000]);
    expect(asHex([await large.root(size)])).toEqual(asHex([frontier.root()]));
    expect(asHex(await large.edge(size))).toEqual(asHex(frontier.hashes));
    const tree = { size, root: frontier.root() };
    const sizes = fc.integer({ min: 1, max: size });
    await fc.assert(
      fc.asyncProperty(sizes, sizes, async (a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const [older, newer] = [{ size: from, root: await large.root(from) }, { size: to, root: await large.root(to) }];
        expect(verifyConsistency(older, newer, await large.consistencyProof(from, to)).kind).toBe('VERIFIED');
        expect(verifyConsistency(newer, tree, await large.consistencyProof(to, size)).kind).toBe('VERIFIED');
        const leaf = { index: from - 1, hash: leafOf(from - 1) };
        expect(verifyInclusion(leaf, await large.inclusionProof(leaf.index, to), newer).kind).toBe('VERIFIED');
        expect(asHex([await large.leafHash(leaf.index, to)])).toEqual(asHex([leaf.hash]));
      }),
      { seed, numRuns: 300 },
    );
  });

  it('makes many proofs at once as it makes each alone, in whatever order and however often they are asked for', async () => {
    const { reader: large } = grown(leavesOf(3_000));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3_000 }), fc.array(fc.nat(2_999), { maxLength: 450 }), async (size, drawn) => {
        const indexes = drawn.filter((index) => index < size);
        const together = await large.inclusionProofs(indexes, size);
        expect([...together.keys()].sort((a, b) => a - b)).toEqual([...new Set(indexes)].sort((a, b) => a - b));
        for (const [index, proof] of together) expect(asHex(proof)).toEqual(asHex(await large.inclusionProof(index, size)));
      }),
      { seed, numRuns: 40 },
    );
    await expect(large.inclusionProofs([0, 7], 7)).rejects.toThrow(RangeError);
  });

  it('grows to the same tiles, whatever the batches', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 12 }), async (batches) => {
        const size = batches.reduce((sum, batch) => sum + batch, 0);
        const many = leavesOf(size);
        const [atOnce, inParts] = [grown(many), grown(many, batches)];
        expect([...inParts.edge].map(([level, bytes]) => [level, ...asHex([bytes])])).toEqual([...atOnce.edge].map(([level, bytes]) => [level, ...asHex([bytes])]));
        expect(asHex([await inParts.reader.root(size)])).toEqual(asHex([referenceRoot(many)]));
      }),
      { seed, numRuns: 30 },
    );
  });

  it('refuses a right edge that is not that of the tree', () => {
    const { edge } = grown(leavesOf(300));
    expect(() => growTiles(300, edge, [leafOf(300)])).not.toThrow();
    expect(() => growTiles(299, edge, [leafOf(300)])).toThrow(RangeError);
    expect(() => growTiles(300, new Map(), [leafOf(300)])).toThrow(RangeError);
    expect(() => growTiles(300, edge, [Buffer.alloc(31)])).toThrow(RangeError);
  });

  it('says which tile is missing', async () => {
    await expect(new TreeReader(new MemoryTiles()).root(1)).rejects.toThrow(TileMissing);
    await expect(reader.root(most + 1)).rejects.toThrow(TileMissing);
    await expect(reader.inclusionProof(5, 5)).rejects.toThrow(RangeError);
    await expect(reader.consistencyProof(6, 5)).rejects.toThrow(RangeError);
  });

  it('keeps no more tiles than it may', async () => {
    let reads = 0;
    const { tiles } = grown(leavesOf(2_000));
    const counting = new TreeReader({ readTile: (tile) => ((reads += 1), tiles.readTile(tile)) }, { tilesMax: 2 });
    await counting.inclusionProof(0, 2_000);
    const first = reads;
    await counting.inclusionProof(0, 2_000);
    expect(reads).toBeGreaterThan(first);
    const roomy = new TreeReader({ readTile: (tile) => ((reads += 1), tiles.readTile(tile)) });
    reads = 0;
    for (let n = 0; n < 5; n += 1) await roomy.inclusionProof(0, 2_000);
    expect(reads).toBe(3);
  });
});

describe('a frontier', () => {
  it('goes on where it was stored', () => {
    const leaves = leavesOf(100);
    for (const at of [0, 1, 3, 64, 99]) {
      const first = Frontier.empty();
      for (const leaf of leaves.slice(0, at)) first.append(leaf);
      const second = Frontier.restore(first.size, first.hashes);
      for (const leaf of leaves.slice(at)) second.append(leaf);
      expect(asHex([second.root()])).toEqual(asHex([referenceRoot(leaves)]));
    }
  });

  it('refuses a size that its hashes are not the edge of', () => {
    expect(() => Frontier.restore(3, [leafOf(0)])).toThrow(RangeError);
    expect(() => Frontier.restore(2, [leafOf(0), leafOf(1)])).toThrow(RangeError);
    expect(() => Frontier.restore(1, [Buffer.alloc(33)])).toThrow(RangeError);
  });
});
