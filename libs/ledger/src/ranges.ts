import { hashNode } from './hashing.js';

/** Leaves from `start` (inclusive) to `end` (exclusive). */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** The root of a perfect subtree: leaves [index · 2^level, (index + 1) · 2^level). Level 0 is the leaves. */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

/** The largest power of two below `n`, for n > 1: where RFC 6962 splits a list of n leaves. */
export function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

/** The perfect subtrees that a range falls into, from left to right, as RFC 6962 would split it. */
export function nodesOf({ start, end }: LeafRange): NodeId[] {
  const nodes: NodeId[] = [];
  for (let at = start; at < end; ) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      width *= 2;
      level += 1;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** The hash of a range that begins where a subtree of the tree begins and ends where it does, from its perfect parts. */
export function foldNodes(hashes: readonly Uint8Array[]): Uint8Array {
  let folded: Uint8Array | null = null;
  for (const hash of hashes.toReversed()) folded = folded === null ? hash : hashNode(hash, folded);
  if (folded === null) throw new RangeError('No subtree has no leaves.');
  return folded;
}

/** A hash that inclusion proofs name, and whose: those of the `first` to the `last` of the leaves that are asked about. */
export interface SharedRange extends LeafRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What the inclusion proofs of these leaves name, each range once, in the order in which each proof names its own, from the leaf's sibling up: PATH(m, D[n]) of
 * RFC 6962, section 2.1.1. `indexes` ascend and are below `size`.
 */
export function inclusionRanges(indexes: readonly number[], size: number): SharedRange[] {
  const ranges: SharedRange[] = [];
  const descend = (start: number, end: number, first: number, last: number): void => {
    if (end - start < 2 || first > last) return;
    const middle = start + splitOf(end - start);
    let right = first;
    while (right <= last && (indexes[right] ?? end) < middle) right += 1;
    descend(start, middle, first, right - 1);
    descend(middle, end, right, last);
    if (right > first) ranges.push({ start: middle, end, first, last: right - 1 });
    if (right <= last) ranges.push({ start, end: middle, first: right, last });
  };
  descend(0, size, 0, indexes.length - 1);
  return ranges;
}

/** What a consistency proof names: PROOF(m, D[n]) of RFC 6962, section 2.1.2. 0 < `from` <= `to`. */
export function consistencyRanges(from: number, to: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = to;
  // Whether the subtree that ends the old tree is one that whoever holds the old root knows.
  let known = true;
  while (end !== from) {
    const middle = start + splitOf(end - start);
    if (from <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
      known = false;
    }
  }
  if (!known) ranges.push({ start, end });
  return ranges.reverse();
}
