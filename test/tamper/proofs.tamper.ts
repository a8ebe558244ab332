import type { TamperPart } from './part.js';
import { Frontier, growTiles, hashLeaf, hashNode, type LogKey, MemoryTiles, noteSigner, openCheckpoint, signCheckpoint, TreeReader, verifyConsistency, verifyInclusion } from '#libs/ledger';

/** mulberry32: the same seed, the same forgeries. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

const size = 1_500;
const leaves = Array.from({ length: size }, (_, n) => hashLeaf(`invented leaf ${n}`));
/** The same log but for its leaf 700: what a split view shows to somebody else. */
const otherLeaves = leaves.map((leaf, n) => (n === 700 ? hashLeaf('another leaf') : leaf));

function readerOf(of: readonly Uint8Array[]): { reader: TreeReader; roots: Uint8Array[] } {
  const tiles = new MemoryTiles();
  tiles.write(growTiles(0, new Map(), of).tiles);
  const frontier = Frontier.empty();
  const roots = [frontier.root()];
  for (const leaf of of) {
    frontier.append(leaf);
    roots.push(frontier.root());
  }
  return { reader: new TreeReader(tiles), roots };
}

const { reader, roots } = readerOf(leaves);
const { reader: otherReader, roots: otherRoots } = readerOf(otherLeaves);
const at = (all: readonly Uint8Array[], n: number): Uint8Array => {
  const hash = all[n];
  if (hash === undefined) throw new Error(`nothing at ${n}`);
  return hash;
};
const same = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean => Buffer.concat(a).equals(Buffer.concat(b)) && a.length === b.length;

const origin = 'ledger.example/city';
const signer = noteSigner(origin, 'ED25519', new Uint8Array(32).fill(7));
const keys: LogKey[] = [{ key: signer.key, from: 0, until: null }];

/** One attempt that must not be accepted; true where it was. */
type Forge = (random: (below: number) => number) => Promise<boolean>;

const forgeries: readonly (readonly [what: string, forge: Forge])[] = [
  [
    'a wrong size: a proof of another tree size, or a signed checkpoint whose size was changed',
    async (random) => {
      const index = random(size - 1);
      const [mine, theirs] = [index + 1 + random(size - index), index + 1 + random(size - index)];
      const [right, wrong] = await Promise.all([reader.inclusionProof(index, mine), reader.inclusionProof(index, theirs)]);
      // Where both sizes have the very same proof it is no forgery; then the size in the signed checkpoint is changed instead.
      if (!same(right, wrong)) return verifyInclusion({ index, hash: at(leaves, index) }, wrong, { size: mine, root: at(roots, mine) }).kind === 'VERIFIED';
      const changed = signCheckpoint({ origin, size: mine, root: at(roots, mine) }, signer).replace(`\n${mine}\n`, `\n${mine === theirs ? mine + 1 : theirs}\n`);
      return openCheckpoint(changed, { origin, keys }).kind === 'CHECKPOINT';
    },
  ],
  [
    'a split view: proofs out of one view against the other',
    async (random) => {
      const to = 701 + random(size - 700);
      if (random(2) === 0) {
        const from = 701 + random(to - 700);
        const proof = random(2) === 0 ? await reader.consistencyProof(from, to) : await otherReader.consistencyProof(from, to);
        return verifyConsistency({ size: from, root: at(roots, from) }, { size: to, root: at(otherRoots, to) }, proof).kind === 'VERIFIED';
      }
      const index = random(to);
      const proof = await otherReader.inclusionProof(index, to);
      return verifyInclusion({ index, hash: at(otherLeaves, index) }, proof, { size: to, root: at(roots, to) }).kind === 'VERIFIED';
    },
  ],
  [
    'second preimages: another leaf, another place, a changed, missing, further or doubled hash',
    async (random) => {
      const tree = { size: 2 + random(size - 1), root: Buffer.alloc(0) as Uint8Array };
      tree.root = at(roots, tree.size);
      const index = random(tree.size);
      const proof = [...(await reader.inclusionProof(index, tree.size))];
      const leaf = { index, hash: at(leaves, index) };
      const which = random(proof.length);
      const forgeries = [
        () => verifyInclusion({ index, hash: at(leaves, (index + 1 + random(size - 1)) % size) }, proof, tree),
        () => verifyInclusion({ index: (index + 1 + random(tree.size - 1)) % tree.size, hash: leaf.hash }, proof, tree),
        () => {
          const changed = Buffer.from(at(proof, which));
          const byte = random(32);
          changed[byte] = changed.readUInt8(byte) ^ (1 << random(8));
          return verifyInclusion(leaf, proof.with(which, changed), tree);
        },
        () => verifyInclusion(leaf, proof.toSpliced(which, 1), tree),
        () => verifyInclusion(leaf, proof.toSpliced(which, 0, at(leaves, random(size))), tree),
        () => verifyInclusion(leaf, [...proof, tree.root], tree),
        () => verifyInclusion(leaf, [tree.root, ...proof], tree),
        () => verifyInclusion(leaf, proof.toSpliced(which, 0, at(proof, which)), tree),
      ];
      const forge = forgeries[random(forgeries.length)];
      return forge !== undefined && forge().kind === 'VERIFIED';
    },
  ],
  [
    'leaf and node confusion: an inner node shown as a leaf, with the shorter proof that leads from it',
    async (random) => {
      const tree = { size: 4 + random(size - 4), root: Buffer.alloc(0) as Uint8Array };
      tree.root = at(roots, tree.size);
      const pair = random(Math.floor(tree.size / 2));
      const node = hashNode(at(leaves, 2 * pair), at(leaves, 2 * pair + 1));
      const rest = (await reader.inclusionProof(2 * pair, tree.size)).slice(1);
      const entry = Buffer.concat([at(leaves, 2 * pair), at(leaves, 2 * pair + 1)]);
      const halved = { size: Math.ceil(tree.size / 2), root: tree.root };
      const forgeries = [
        // The node in the place of a leaf, in this tree.
        () => verifyInclusion({ index: 2 * pair, hash: node }, rest, tree),
        () => verifyInclusion({ index: pair, hash: node }, rest, tree),
        // An entry whose bytes are two leaf hashes: as a leaf it hashes otherwise, whatever size is claimed.
        () => verifyInclusion({ index: pair, hash: hashLeaf(entry) }, rest, halved),
        // A checkpoint of half the size with this root would make the node a leaf: nobody signed one.
        () => {
          const forged = signCheckpoint({ origin, ...tree }, signer).replace(`\n${tree.size}\n`, `\n${halved.size}\n`);
          return openCheckpoint(forged, { origin, keys }).kind === 'CHECKPOINT' ? verifyInclusion({ index: pair, hash: node }, rest, halved) : ({ kind: 'REFUSED', code: 'MALFORMED' } as const);
        },
      ];
      const forge = forgeries[random(forgeries.length)];
      return forge !== undefined && forge().kind === 'VERIFIED';
    },
  ],
];

export interface Forged {
  readonly what: string;
  readonly tried: number;
  readonly accepted: number;
}

/** Forged proofs of every kind, so many of each; the same in every run. */
export async function forgeProofs(each: number): Promise<readonly Forged[]> {
  const counts: Forged[] = [];
  for (const [kind, [what, forge]] of forgeries.entries()) {
    const random = seeded(kind + 1);
    let accepted = 0;
    for (let n = 0; n < each; n += 1) if (await forge(random)) accepted += 1;
    counts.push({ what, tried: each, accepted });
  }
  return counts;
}

/** How many true proofs, of so many, are accepted: a verifier that refuses everything shows nothing. */
export async function trueProofs(tried: number): Promise<number> {
  const random = seeded(forgeries.length + 1);
  let accepted = 0;
  for (let n = 0; n < tried; n += 1) {
    const to = 1 + random(size);
    const [index, from] = [random(to), random(to + 1)];
    const tree = { size: to, root: at(roots, to) };
    const included = verifyInclusion({ index, hash: at(leaves, index) }, await reader.inclusionProof(index, to), tree);
    const consistent = verifyConsistency({ size: from, root: at(roots, from) }, tree, await reader.consistencyProof(from, to));
    if (included.kind === 'VERIFIED' && consistent.kind === 'VERIFIED') accepted += 1;
  }
  return accepted;
}

const forgeriesEach = 2_500;
const trueOnes = 500;

/** 10,000 forged proofs: none accepted, while every true one is. */
export const proofsPart: TamperPart = {
  name: 'proofs',
  async run({ print }) {
    print(`proofs: ${await trueProofs(trueOnes)} of ${trueOnes} true proofs accepted`);
    return (await forgeProofs(forgeriesEach)).map(({ what, tried, accepted }) => ({
      what: `forged: ${what}`,
      tried,
      found: tried - accepted,
      missed: accepted === 0 ? [] : [`${accepted} accepted`],
    }));
  },
};
