import { emptyRoot, hashNode, isHash, isTreeSize, sameHash, type TreeHead } from './hashing.js';

/** Hashes in any proof: one for each level of the largest tree. */
export const proofHashesMax = 64;

export type ProofFault =
  /** A size, index or hash is not of its form. */
  | 'MALFORMED'
  /** The leaf is not in a tree of this size, or the old tree is larger than the new one. */
  | 'OUT_OF_RANGE'
  /** The proof has more or fewer hashes than a proof of these numbers has. */
  | 'WRONG_LENGTH'
  /** The hashes don't lead to the root; for consistency: not to the old one. */
  | 'ROOT_DIFFERS'
  /** The hashes don't lead to the new root. */
  | 'NEW_ROOT_DIFFERS';

export type ProofVerification = { readonly kind: 'VERIFIED' } | { readonly kind: 'REFUSED'; readonly code: ProofFault };

const verified: ProofVerification = { kind: 'VERIFIED' };
const refused = (code: ProofFault): ProofVerification => ({ kind: 'REFUSED', code });
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);
const isHead = ({ size, root }: TreeHead): boolean => isTreeSize(size) && isHash(root);
const isProof = (proof: readonly Uint8Array[]): boolean => proof.length <= proofHashesMax && proof.every(isHash);

/**
 * Is the leaf the one of number `index` (from 0) in the tree? RFC 9162, section 2.1.3.2. The size must come with the root out of a signed
 * checkpoint, never with the proof: a root alone fits several sizes.
 */
export function verifyInclusion(leaf: { readonly index: number; readonly hash: Uint8Array }, proof: readonly Uint8Array[], tree: TreeHead): ProofVerification {
  if (!isTreeSize(leaf.index) || !isHash(leaf.hash) || !isHead(tree) || !isProof(proof)) return refused('MALFORMED');
  if (leaf.index >= tree.size) return refused('OUT_OF_RANGE');
  let node = leaf.index;
  let last = tree.size - 1;
  let hash = leaf.hash;
  for (const sibling of proof) {
    if (last === 0) return refused('WRONG_LENGTH');
    if (isOdd(node) || node === last) {
      hash = hashNode(sibling, hash);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      hash = hashNode(hash, sibling);
    }
    node = half(node);
    last = half(last);
  }
  if (last !== 0) return refused('WRONG_LENGTH');
  return sameHash(hash, tree.root) ? verified : refused('ROOT_DIFFERS');
}

/** Does the new tree begin with the very leaves of the old one? RFC 9162, section 2.1.4.2; the empty tree begins every tree. */
export function verifyConsistency(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): ProofVerification {
  if (!isHead(older) || !isHead(newer) || !isProof(proof)) return refused('MALFORMED');
  if (older.size > newer.size) return refused('OUT_OF_RANGE');
  if (older.size === 0 && !sameHash(older.root, emptyRoot())) return refused('ROOT_DIFFERS');
  if (newer.size === 0 && !sameHash(newer.root, emptyRoot())) return refused('NEW_ROOT_DIFFERS');
  if (older.size === 0) return proof.length === 0 ? verified : refused('WRONG_LENGTH');
  if (older.size === newer.size) {
    if (proof.length !== 0) return refused('WRONG_LENGTH');
    return sameHash(older.root, newer.root) ? verified : refused('NEW_ROOT_DIFFERS');
  }
  return verifyGrowth(older, newer, proof);
}

/** 0 < older.size < newer.size. */
function verifyGrowth(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): ProofVerification {
  let node = older.size - 1;
  let last = newer.size - 1;
  while (isOdd(node)) {
    node = half(node);
    last = half(last);
  }
  // An old tree that is one perfect subtree is known by its root: the proof leaves it out.
  const [first, ...rest] = node === 0 ? [older.root, ...proof] : proof;
  if (first === undefined) return refused('WRONG_LENGTH');
  let oldRoot = first;
  let newRoot = first;
  for (const hash of rest) {
    if (last === 0) return refused('WRONG_LENGTH');
    if (isOdd(node) || node === last) {
      oldRoot = hashNode(hash, oldRoot);
      newRoot = hashNode(hash, newRoot);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      newRoot = hashNode(newRoot, hash);
    }
    node = half(node);
    last = half(last);
  }
  if (last !== 0) return refused('WRONG_LENGTH');
  if (!sameHash(oldRoot, older.root)) return refused('ROOT_DIFFERS');
  return sameHash(newRoot, newer.root) ? verified : refused('NEW_ROOT_DIFFERS');
}
