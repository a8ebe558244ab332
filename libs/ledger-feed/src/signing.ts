import type { Pool } from 'pg';
import { EventLogDamaged, type EventStore, ForeignPosition, type StoredEvent } from '#libs/event-store/port';
import { type LogKey, type NoteSigner, openCheckpoint, sameHash, sameKey, signCheckpoint, TileMissing, TreeReader } from '#libs/ledger';
import { foreignLeafHash, headLeaf } from './leaf.js';
import { ensureFirstKey, readLogKeys, signingLock } from './ledger-keys.js';
import { readPins } from './pins.js';
import { type Alarm, type AlarmKind, type LedgerClock, ledgerLimits, type LedgerState, type SignedCheckpoint, type SigningOutcome, type Sql, type StoredLeaf } from './port.js';
import { lastCheckpoint, raiseAlarm, readLeaves, readState, sqlOf, sqlOfOne, tilesOf, writeCheckpoint } from './tables.js';

export interface SigningParts {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly origin: string;
  readonly signer: NoteSigner;
  readonly clock: LedgerClock;
  /** Folder of the pins; null: none are kept. */
  readonly pinsFolder: string | null;
}

/** Thrown inside the checks, caught where they begin. */
class Alarming extends Error {
  constructor(readonly alarm: Alarm) {
    super(alarm.detail);
  }
}
const alarming = (kind: AlarmKind, detail: string, leaf: StoredLeaf | null = null): Alarming =>
  new Alarming({ kind, detail, leafIndex: leaf?.leafIndex ?? null, eventId: leaf?.eventId ?? null });

/** Signs checkpoints, and only those that continue every one that was signed before. */
export class CheckpointSigner {
  /** What this process signed last: it remembers where a database was restored under it. */
  private signed: SignedCheckpoint | null = null;
  private pinsAgree = false;

  constructor(private readonly parts: SigningParts) {}

  get latest(): SignedCheckpoint | null {
    return this.signed;
  }

  /**
   * One checkpoint over what is committed in log and ledger, if that is more than the last one covers. The checkpoint's row is committed before
   * anybody sees the signature, and waits for the disk: with it, everything that it covers is on disk (one write-ahead log).
   */
  async sign(): Promise<SigningOutcome> {
    const client = await this.parts.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SET LOCAL synchronous_commit = on');
      const { rows } = await client.query<{ got: boolean }>(`SELECT pg_try_advisory_xact_lock(hashtextextended('${signingLock}', 0)) AS got`);
      const outcome: SigningOutcome = rows[0]?.got === true ? await this.signUnderLock(sqlOfOne(client)) : { kind: 'BUSY' };
      await client.query(outcome.kind === 'STOPPED' ? 'ROLLBACK' : 'COMMIT');
      client.release();
      if (outcome.kind === 'SIGNED') this.signed = outcome.checkpoint;
      if (outcome.kind === 'STOPPED') await raiseAlarm(sqlOf(this.parts.pool), outcome.alarm, this.parts.clock);
      return outcome;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  private async signUnderLock(sql: Sql): Promise<SigningOutcome> {
    try {
      const keys = await this.keys(sql);
      // The state first: what comes after it in other transactions only makes the tiles wider.
      const state = await readState(sql);
      const last = await this.checkLast(sql, keys, state);
      await this.checkPins(sql, keys, state);
      if (state.size === 0 || (last !== null && last.size === state.size && last.keyId === this.parts.signer.key.id)) return { kind: 'NOTHING_NEW' };
      await this.checkLog(sql, state.size);
      const { origin, signer, clock } = this.parts;
      const checkpoint = { size: state.size, root: state.root, note: signCheckpoint({ origin, ...state }, signer), keyId: signer.key.id, signedAt: clock.now() };
      await writeCheckpoint(sql, checkpoint);
      return { kind: 'SIGNED', checkpoint };
    } catch (error) {
      if (error instanceof Alarming) return { kind: 'STOPPED', alarm: error.alarm };
      if (error instanceof TileMissing) return { kind: 'STOPPED', alarm: alarming('LEDGER_DIFFERS', error.message).alarm };
      throw error;
    }
  }

  private async keys(sql: Sql): Promise<readonly LogKey[]> {
    const { signer, clock } = this.parts;
    await ensureFirstKey(sql, signer, clock);
    const known = await readLogKeys(sql);
    if (known.kind === 'REFUSED') throw alarming('KEY_UNKNOWN', `The ledger's keys don't lead from one to the next: ${known.message}`);
    const current = known.keys.at(-1)?.key;
    if (current === undefined || !sameKey(current, signer.key)) {
      throw alarming('KEY_UNKNOWN', `The signing key is ${signer.key.id}; the ledger's is ${current?.id}. Rotate the key, or restore it.`);
    }
    return known.keys;
  }

  /** The last signed checkpoint, if what it says still holds of ledger and log. */
  private async checkLast(sql: Sql, keys: readonly LogKey[], state: LedgerState): Promise<SignedCheckpoint | null> {
    const reader = new TreeReader(tilesOf(sql));
    if (!sameHash(await reader.root(state.size), state.root)) throw alarming('LEDGER_DIFFERS', `The tiles don't lead to the root of the tree of ${state.size} leaves.`);
    const last = await lastCheckpoint(sql);
    if (this.signed !== null && (last === null || last.size < this.signed.size)) {
      throw alarming('LEDGER_SHORTER', `The checkpoint of ${this.signed.size} leaves that was signed here is gone; the last one is of ${last?.size ?? 0}.`);
    }
    if (last === null) return null;
    const opened = openCheckpoint(last.note, { origin: this.parts.origin, keys });
    if (opened.kind === 'REFUSED' || opened.checkpoint.size !== last.size || !sameHash(opened.checkpoint.root, last.root)) {
      throw alarming('LEDGER_DIFFERS', `The record of the last checkpoint (${last.size} leaves) is not what was signed.`);
    }
    if (state.size < last.size) throw alarming('LEDGER_SHORTER', `The ledger has ${state.size} leaves, its last signed checkpoint ${last.size}.`);
    if (!sameHash(await reader.root(last.size), last.root)) throw alarming('LEDGER_DIFFERS', `The tiles don't lead to the root signed at ${last.size} leaves.`);
    await this.checkLog(sql, last.size);
    return last;
  }

  /** Does the log still hold the last event of the tree of this size, at its place? */
  private async checkLog(sql: Sql, size: number): Promise<void> {
    const [first, second] = await readLeaves(sql, Math.max(0, size - 2), 2);
    const leaf = size === 1 ? first : second;
    const before = size === 1 ? null : (first ?? null);
    if (leaf === undefined || leaf.leafIndex !== size - 1 || (before !== null && before.leafIndex !== size - 2)) {
      throw alarming('LEDGER_DIFFERS', `The ledger has no row for its leaf ${size - 1} or the one before.`);
    }
    const reader = new TreeReader(tilesOf(sql));
    if (!sameHash(await reader.leafHash(leaf.leafIndex, size), leaf.hash)) throw alarming('LEDGER_DIFFERS', `The row of leaf ${leaf.leafIndex} is not what its tile holds.`, leaf);
    const { store } = this.parts;
    const head = await store.head();
    if (head === null || head.n < leaf.position) throw alarming('LOG_SHORTER', `The log ends before event ${leaf.eventId}, leaf ${leaf.leafIndex}.`, leaf);
    const event = await this.eventAt(leaf, before);
    const same = event !== null && event.id === leaf.eventId && event.position.n === leaf.position && sameHash(leaf.foreign ? foreignLeafHash(event) : headLeaf(event), leaf.hash);
    if (!same) throw alarming('LOG_DIFFERS', `The log no longer holds event ${leaf.eventId}, leaf ${leaf.leafIndex}, as it was signed.`, leaf);
  }

  private async eventAt(leaf: StoredLeaf, before: StoredLeaf | null): Promise<StoredEvent | null> {
    const { store } = this.parts;
    const at = (n: bigint) => ({ logId: store.logId, n });
    let found: StoredEvent | null = null;
    try {
      for await (const page of store.readAll({ to: at(leaf.position), ...(before === null ? {} : { after: at(before.position) }) })) found = page.at(-1) ?? found;
    } catch (error) {
      if (error instanceof EventLogDamaged || error instanceof ForeignPosition) return null;
      throw error;
    }
    return found;
  }

  /** The newest pins against the ledger, once: later checkpoints continue what was compared. */
  private async checkPins(sql: Sql, keys: readonly LogKey[], state: LedgerState): Promise<void> {
    const { pinsFolder, origin } = this.parts;
    if (this.pinsAgree || pinsFolder === null) return;
    const { pins } = await readPins(pinsFolder);
    const reader = new TreeReader(tilesOf(sql));
    for (const pin of pins.slice(-ledgerLimits.pinsAtStartMax).reverse()) {
      const opened = openCheckpoint(pin.note, { origin, keys });
      if (opened.kind === 'REFUSED') throw alarming('PIN_DIFFERS', `The pin of ${pin.pinnedAt} is not a checkpoint of this log: ${opened.message}`);
      const { size, root } = opened.checkpoint;
      if (size > state.size) throw alarming('PIN_DIFFERS', `A checkpoint of ${size} leaves was pinned at ${pin.pinnedAt}; the ledger has ${state.size}: an older state was restored.`);
      if (!sameHash(await reader.root(size), root)) throw alarming('PIN_DIFFERS', `The ledger is not the one that was pinned at ${pin.pinnedAt} with ${size} leaves.`);
    }
    this.pinsAgree = true;
  }
}

