import { hash } from 'node:crypto';

/** Every hash here is SHA-256, in bytes. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** A leaf index or a tree size: a safe integer, never negative. A log of a thousand events a second reaches the end in 285,000 years. */
export const treeSizeMax = Number.MAX_SAFE_INTEGER;

export const isTreeSize = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

export const isHash = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length === HASH_BYTES;

/** A latin1 ('binary') string of the digest costs a third of what crypto.hash's own 'buffer' output does. */
export const sha256 = (bytes: Uint8Array | string): Buffer => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');

/** MTH({}): SHA-256 of nothing. RFC 6962, section 2.1; RFC 9162, section 2.1.1. */
export const emptyRoot = (): Buffer => sha256('');

/** SHA-256(0x00 ‖ data), the hash of a leaf's content. */
export const hashLeaf = (data: Uint8Array | string): Buffer =>
  sha256(Buffer.concat([Buffer.of(LEAF_PREFIX), typeof data === 'string' ? Buffer.from(data, 'utf8') : data]));

/** Reused by every node: nothing here awaits, so no two uses overlap. */
const scratch = Buffer.allocUnsafeSlow(1 + 2 * HASH_BYTES);
scratch[0] = NODE_PREFIX;

/** SHA-256(0x01 ‖ left ‖ right): the other prefix keeps a node from ever passing for a leaf. */
export function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  scratch.set(left, 1);
  scratch.set(right, 1 + HASH_BYTES);
  return sha256(scratch);
}

/** Not for secrets: it ends at the first difference. */
export const sameHash = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0;

/** The tree over an exact number of leaves. The two belong together: a root alone does not say how many leaves it is over. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}
