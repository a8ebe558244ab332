import { type LogKey, openCheckpoint, sameHash, toBase64, type TreeHead } from '#libs/ledger';
import { type CheckpointRef, found } from './audit.report.js';
import { readPins } from './pins.js';
import type { LedgerState, SignedCheckpoint, Sql } from './port.js';
import { readCheckpoints } from './tables.js';

/** Checkpoints read at once. */
const windowRows = 1_000;

interface PinnedTree extends TreeHead {
  readonly pinnedAt: string;
}

interface Log {
  readonly origin: string;
  readonly keys: readonly LogKey[];
}

/** What the recomputed tree has to agree with, in the order of its sizes: retained checkpoints, pins, and the ledger's own state. */
export class Anchors {
  checkpoints = 0;
  compared = 0;
  readonly unreadablePins: number;
  private readonly pins: readonly PinnedTree[];
  private window: SignedCheckpoint[] = [];
  private readBefore: number;
  private pinsLeft: PinnedTree[];
  private readonly pinsAhead: number;

  private constructor(
    private readonly sql: Sql,
    private readonly log: Log,
    private readonly from: number,
    /** The largest checkpoint when the audit began: later ones may be of leaves that it doesn't read. */
    private readonly largest: number,
    private readonly state: LedgerState,
    { pins, unreadable }: { readonly pins: readonly PinnedTree[]; readonly unreadable: number },
  ) {
    this.pins = pins;
    this.unreadablePins = unreadable;
    this.readBefore = from;
    this.pinsLeft = pins.filter(({ size }) => size > from);
    this.pinsAhead = this.pinsLeft.length;
  }

  static async open(sql: Sql, log: Log, from: number, state: LedgerState, pinsFolder: string | null): Promise<Anchors> {
    const [largest] = await readCheckpoints(sql, 'ORDER BY size DESC LIMIT 1');
    const read = pinsFolder === null ? { pins: [], unreadable: [] } : await readPins(pinsFolder);
    const pins = read.pins.map(({ note, pinnedAt }): PinnedTree => {
      const opened = openCheckpoint(note, log);
      if (opened.kind === 'REFUSED') throw found('PIN_NOT_SIGNED', `The pin of ${pinnedAt} is not a checkpoint of this log: ${opened.message}.`);
      return { ...opened.checkpoint, pinnedAt };
    });
    const sorted = pins.toSorted((a, b) => a.size - b.size);
    return new Anchors(sql, log, from, largest?.size ?? 0, state, { pins: sorted, unreadable: read.unreadable.length });
  }

  get pinsCompared(): number {
    return this.pinsAhead - this.pinsLeft.length;
  }

  /** Does anything that was signed cover the leaf? */
  covers(leafIndex: number): boolean {
    return leafIndex < Math.max(this.largest, this.pins.at(-1)?.size ?? 0);
  }

  /** The next size at which something is to be compared; null when nothing is left. */
  async nextSize(): Promise<number | null> {
    await this.fill();
    const sizes = [this.window[0]?.size, this.pinsLeft[0]?.size, this.state.size > this.compared ? this.state.size : undefined].filter((size) => size !== undefined);
    return sizes.length === 0 ? null : Math.min(...sizes);
  }

  /** Compares all that is of this size with the recomputed tree. @throws Found */
  async compare(tree: TreeHead): Promise<void> {
    const since = Math.max(this.from, this.compared);
    const about = { leafIndex: since };
    await this.fill();
    for (let next = this.window[0]; next !== undefined && next.size === tree.size; next = this.window[0]) {
      this.checkRecord(next);
      if (!sameHash(next.root, tree.root)) {
        throw found('CHECKPOINT_DIFFERS', `The tree of ${tree.size} leaves is not the one that was signed: something changed among the leaves ${since} to ${tree.size - 1}.`, about);
      }
      this.window.shift();
      this.checkpoints += 1;
      await this.fill();
    }
    for (let pin = this.pinsLeft[0]; pin !== undefined && pin.size === tree.size; pin = this.pinsLeft[0]) {
      if (!sameHash(pin.root, tree.root)) throw found('PIN_DIFFERS', `The tree of ${tree.size} leaves is not the one that was pinned at ${pin.pinnedAt}.`, about);
      this.pinsLeft.shift();
    }
    if (this.state.size === tree.size && !sameHash(this.state.root, tree.root)) throw found('STATE_DIFFERS', `The ledger's state of ${tree.size} leaves has another root.`, about);
    this.compared = tree.size;
  }

  /** What is left covers more than there is. @throws Found */
  async finish(size: number): Promise<void> {
    await this.fill();
    const [checkpoint] = this.window;
    const [pin] = this.pinsLeft;
    if (checkpoint !== undefined) {
      this.checkRecord(checkpoint);
      throw found('OLDER_THAN_CHECKPOINT', `A checkpoint of ${checkpoint.size} leaves was signed; log and ledger hold ${size}.`, { leafIndex: size });
    }
    if (pin !== undefined) throw found('OLDER_THAN_PIN', `A checkpoint of ${pin.size} leaves was pinned at ${pin.pinnedAt}; log and ledger hold ${size}: an older state was restored.`, { leafIndex: size });
    if (this.state.size > size) throw found('STATE_DIFFERS', `The ledger's state says ${this.state.size} leaves; there are ${size}.`, { leafIndex: size });
  }

  /** The last checkpoint or pin that does not cover the leaf, and the first that does. */
  async around(leafIndex: number | null): Promise<{ readonly before: CheckpointRef | null; readonly after: CheckpointRef | null }> {
    if (leafIndex === null) return { before: null, after: null };
    const [[older], [newer]] = await Promise.all([
      readCheckpoints(this.sql, 'WHERE size <= $1 ORDER BY size DESC LIMIT 1', [leafIndex]),
      readCheckpoints(this.sql, 'WHERE size > $1 ORDER BY size LIMIT 1', [leafIndex]),
    ]);
    const pinBefore = this.pins.findLast(({ size }) => size <= leafIndex);
    const pinAfter = this.pins.find(({ size }) => size > leafIndex);
    const before = [older && signedRef(older), pinBefore && pinRef(pinBefore)].filter((ref) => ref !== undefined).sort((a, b) => b.size - a.size);
    const after = [newer && signedRef(newer), pinAfter && pinRef(pinAfter)].filter((ref) => ref !== undefined).sort((a, b) => a.size - b.size);
    return { before: before[0] ?? null, after: after[0] ?? null };
  }

  private checkRecord(row: SignedCheckpoint): void {
    const opened = openCheckpoint(row.note, this.log);
    const fault = opened.kind === 'REFUSED' ? opened.message : null;
    const same = opened.kind === 'CHECKPOINT' && opened.checkpoint.size === row.size && sameHash(opened.checkpoint.root, row.root) && opened.signed.some(({ key }) => key.id === row.keyId);
    if (!same) throw found('CHECKPOINT_NOT_SIGNED', `The record of the checkpoint of ${row.size} leaves is not what was signed${fault === null ? '' : `: ${fault}`}.`, { leafIndex: row.size });
  }

  private async fill(): Promise<void> {
    if (this.window.length > 0 || this.readBefore >= this.largest) return;
    const rows = await readCheckpoints(this.sql, `WHERE size > $1 AND size <= $2 ORDER BY size, signed_at LIMIT ${windowRows}`, [this.readBefore, this.largest]);
    // A window may end between two of one size: those of the last size are left to the next one, unless they are all.
    const lastSize = rows.at(-1)?.size ?? this.largest;
    const whole = rows.length < windowRows ? rows : rows.filter(({ size }) => size < lastSize);
    this.window = whole.length > 0 ? whole : rows;
    this.readBefore = this.window.at(-1)?.size ?? this.largest;
  }
}

const signedRef = ({ size, root, signedAt }: SignedCheckpoint): CheckpointRef => ({ size, root: toBase64(root), from: 'LEDGER', at: signedAt.toISOString() });
const pinRef = ({ size, root, pinnedAt }: PinnedTree): CheckpointRef => ({ size, root: toBase64(root), from: 'PIN', at: pinnedAt });
