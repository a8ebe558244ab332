import { faulty, type Faulty } from './fault.js';
import type { Item } from './item.js';
import type { Digest, VerifierCrypto } from './ports.js';
import type { Tree } from './signed.js';
import { toBase64url, writeDigest, writeDigestText, writeUtf8 } from './text.js';

/** The hashes of a batch of events: commitments, fields root, leaf, and the way up to the signed root. */

const leafTag = 0x00;
const nodeTag = 0x01;
const commitmentTag = 0x11;
const fieldsTag = 0x12;
const DIGEST_BYTES = 32;
const NODE_BYTES = 1 + 2 * DIGEST_BYTES;
const utf8BytesPerUnitMax = 3;

/** Inputs of hashes, one after the other in one piece of memory that is used again. */
class Inputs {
  private bytes = new Uint8Array(256 * 1024);
  private readonly ends: number[] = [];
  private end = 0;

  clear(): void {
    this.ends.length = 0;
    this.end = 0;
  }

  /** Opens the next input, which may have so many bytes; `write` answers where it ended. */
  add(bytesMax: number, write: (into: Uint8Array, at: number) => number): void {
    if (this.end + bytesMax > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.end + bytesMax));
      larger.set(this.bytes.subarray(0, this.end));
      this.bytes = larger;
    }
    this.end = write(this.bytes, this.end);
    this.ends.push(this.end);
  }

  all(): Uint8Array[] {
    let start = 0;
    return this.ends.map((end) => {
      const input = this.bytes.subarray(start, end);
      start = end;
      return input;
    });
  }
}

/**
 * Where the ways up of one or more items have come to. `node` and `last` are indices at the level that is reached (RFC 9162, section 2.1.3.2). Ways
 * that meet, and whose proofs agree from there on, are one from there on: what the rest of it says of one item it says of all.
 */
interface Climb {
  /** At least one; the first one's proof is followed. */
  readonly items: number[];
  hash: Digest;
  node: number;
  last: number;
  /** Siblings of the first item's proof that are behind it. */
  step: number;
}

export interface CheckedItem {
  readonly leaf: Digest;
  /** The first thing wrong with it; null: nothing. */
  readonly fault: Faulty | null;
}

export interface Place {
  readonly file: string;
  /** Number of the batch's first event. */
  readonly first: number;
}

/** Checks batch after batch. Neighbours in the ledger share most of their ways to the root, and so cost little; memory does not grow. */
export class ProofChecker {
  private readonly inputs = new Inputs();

  constructor(
    private readonly tree: Tree,
    private readonly crypto: VerifierCrypto,
  ) {}

  async check(items: readonly Item[], place: Place): Promise<readonly CheckedItem[]> {
    const commitments = await this.commitments(items);
    const hashes = await this.rootsAndLeaves(items, commitments);
    const faults: (Faulty | null)[] = items.map((item, i) =>
      toBase64url(hashes[2 * i] ?? '') === item.head.fields
        ? null
        : faulty('EVENT_CHANGED', place.file, `event ${place.first + i} was changed: what it shows is not what was recorded`, place.first + i),
    );
    const leaves = items.map((_, i) => hashes[2 * i + 1] ?? '');
    const wrong = await this.climb(items, leaves);
    for (const [i, why] of wrong) faults[i] ??= faulty('EVENT_NOT_IN_LEDGER', place.file, `event ${place.first + i} ${why}`, place.first + i);
    return leaves.map((leaf, i) => ({ leaf, fault: faults[i] ?? null }));
  }

  /** Of every shown field, in order. */
  private async commitments(items: readonly Item[]): Promise<readonly Digest[]> {
    this.inputs.clear();
    for (const { fields } of items) {
      for (const field of fields) {
        if (!('value' in field)) continue;
        const { name, salt, value } = field;
        this.inputs.add(2 + DIGEST_BYTES + name.length + value.length * utf8BytesPerUnitMax, (into, at) => {
          into[at] = commitmentTag;
          const nameEnd = writeUtf8(name, into, writeDigestText(salt, into, at + 1));
          into[nameEnd] = 0;
          return writeUtf8(value, into, nameEnd + 1);
        });
      }
    }
    return this.crypto.digestAll(this.inputs.all());
  }

  /** For each item its fields root and its leaf hash. */
  private async rootsAndLeaves(items: readonly Item[], commitments: readonly Digest[]): Promise<readonly Digest[]> {
    this.inputs.clear();
    let next = 0;
    for (const { fields, headText } of items) {
      this.inputs.add(1 + fields.length * (2 + 64 + DIGEST_BYTES), (into, at) => {
        into[at] = fieldsTag;
        let end = at + 1;
        for (const field of fields) {
          into[end] = 0;
          into[end + 1] = field.name.length;
          end = writeUtf8(field.name, into, end + 2);
          if ('value' in field) {
            end = writeDigest(commitments[next] ?? '', into, end);
            next += 1;
          } else end = writeDigestText(field.commitment, into, end);
        }
        return end;
      });
      this.inputs.add(1 + headText.length * utf8BytesPerUnitMax, (into, at) => {
        into[at] = leafTag;
        return writeUtf8(headText, into, at + 1);
      });
    }
    return this.crypto.digestAll(this.inputs.all());
  }

  /** The items whose proofs don't lead to the root, with why. All items go up one step at a time, so that a step's hashes are made together. */
  private async climb(items: readonly Item[], leaves: readonly Digest[]): Promise<ReadonlyMap<number, string>> {
    const wrong = new Map<number, string>();
    const notThere = 'is not in the ledger that the checkpoint signs, or not at this place';
    let climbing: Climb[] = [];
    for (const [item, { leafIndex }] of items.entries()) {
      if (leafIndex >= this.tree.size) wrong.set(item, 'has a place beyond the signed ledger');
      else climbing.push({ items: [item], hash: leaves[item] ?? '', node: leafIndex, last: this.tree.size - 1, step: 0 });
    }
    while (climbing.length > 0) {
      const onward: Climb[] = [];
      for (const climb of climbing) {
        const proof = proofOf(climb, items);
        if (climb.step < proof.length && climb.last > 0) joinOrAdd(onward, climb, items);
        else if (climb.step !== proof.length || climb.last !== 0 || climb.hash !== this.tree.root) for (const item of climb.items) wrong.set(item, notThere);
      }
      await this.stepUp(onward, items);
      climbing = onward;
    }
    return wrong;
  }

  private async stepUp(climbs: readonly Climb[], items: readonly Item[]): Promise<void> {
    this.inputs.clear();
    for (const climb of climbs) {
      const sibling = proofOf(climb, items)[climb.step] ?? '';
      const isRight = climb.node % 2 === 1 || climb.node === climb.last;
      this.inputs.add(NODE_BYTES, (into, at) => {
        into[at] = nodeTag;
        return isRight ? writeDigest(climb.hash, into, writeDigestText(sibling, into, at + 1)) : writeDigestText(sibling, into, writeDigest(climb.hash, into, at + 1));
      });
      if (isRight) while (climb.node % 2 === 0 && climb.node !== 0) goUp(climb);
      goUp(climb);
      climb.step += 1;
    }
    const hashes = await this.crypto.digestAll(this.inputs.all());
    for (const [i, climb] of climbs.entries()) climb.hash = hashes[i] ?? '';
  }
}

const proofOf = ({ items: [first] }: Climb, items: readonly Item[]): readonly string[] => items[first ?? -1]?.proof ?? [];

/** Lets a way go on as part of the one before it where both are at the same node, of the same hash, with the same proof from there on. */
function joinOrAdd(climbs: Climb[], climb: Climb, items: readonly Item[]): void {
  const before = climbs.at(-1);
  if (before === undefined || before.node !== climb.node || before.last !== climb.last || before.hash !== climb.hash || !sameRest(proofOf(before, items), before.step, proofOf(climb, items), climb.step)) {
    climbs.push(climb);
    return;
  }
  for (const item of climb.items) before.items.push(item);
}

function sameRest(one: readonly string[], from: number, other: readonly string[], otherFrom: number): boolean {
  if (one.length - from !== other.length - otherFrom) return false;
  for (let i = 0; from + i < one.length; i += 1) if (one[from + i] !== other[otherFrom + i]) return false;
  return true;
}

function goUp(climb: Climb): void {
  climb.node = Math.floor(climb.node / 2);
  climb.last = Math.floor(climb.last / 2);
}
