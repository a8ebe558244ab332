import type { Pool } from 'pg';
import type { EventStore } from '#libs/event-store/port';
import { type FeedDefinition, type FeedHandle, type FeedLimits, type FeedStatus, startFeed } from '#libs/feeds';
import { HASH_BYTES, isTreeSize, type NoteKey, type NoteSigner, parseTilePath, TileMissing, type TileSource, toBase64, TreeReader } from '#libs/ledger';
import { addCosignatures, seenBy, withCosignatures } from './cosignatures.js';
import { ledgerFeed } from './ledger.feed.js';
import { readLogKeys } from './ledger-keys.js';
import { writePin } from './pins.js';
import {
  type ConsistencyAnswer,
  type CosignatureAnswer,
  type EventProof,
  type InclusionAnswer,
  type LedgerClock,
  ledgerLimits,
  type LedgerLimits,
  type LedgerLog,
  type LedgerState,
  type RaisedAlarm,
  type SignedCheckpoint,
  type SigningOutcome,
  type Sql,
  type TimeStamper,
  type WitnessSeen,
} from './port.js';
import { CheckpointSigner } from './signing.js';
import { findLeaf, findLeaves, lastCheckpoint, listAlarms, proofTilesOf, raiseAlarm, readCheckpoints, readKeys, readState, readTimeStamps, sqlOf, tilesOf } from './tables.js';

export interface LedgerParts {
  /** As the service's role. */
  readonly pool: Pool;
  readonly store: EventStore;
  /** For the feed's own session. */
  readonly databaseUrl: string;
  /** The log's name, also that of its keys: `ledger.example.org/city`. */
  readonly origin: string;
  readonly signer: NoteSigner;
  readonly witnesses: readonly NoteKey[];
  readonly clock: LedgerClock;
  readonly log: LedgerLog;
  /** Folder outside the database (`CASELEDGER_PINS`); null: no pins. */
  readonly pinsFolder: string | null;
  readonly timeStamper?: TimeStamper;
  readonly limits?: Partial<LedgerLimits>;
  readonly feedLimits?: Partial<FeedLimits>;
  readonly onProgress?: Parameters<typeof startFeed>[0]['onProgress'];
  /** Wraps the feed, to watch it. */
  readonly observe?: (definition: FeedDefinition) => FeedDefinition;
}

/** The ledger of one process: answers everywhere, and where it was started, also the feed and the signing. */
export class LedgerService {
  private readonly sql: Sql;
  private readonly tiles: TileSource;
  private readonly reader: TreeReader;
  private readonly signer: CheckpointSigner;
  private readonly limits: LedgerLimits;
  private feed: FeedHandle | null = null;
  private timer: NodeJS.Timeout | null = null;
  private signing: Promise<void> = Promise.resolve();
  private attemptedAt = -Infinity;
  private pinned: { readonly size: number; readonly at: number } | null = null;
  private stopped = true;

  constructor(private readonly parts: LedgerParts) {
    this.sql = sqlOf(parts.pool);
    this.tiles = tilesOf(this.sql);
    this.reader = new TreeReader(proofTilesOf(this.sql));
    this.signer = new CheckpointSigner(parts);
    this.limits = { ...ledgerLimits, ...parts.limits };
  }

  /** Starts the feed; a checkpoint follows new leaves within `signEveryMs`. */
  start(): void {
    if (this.feed !== null) return;
    this.stopped = false;
    const { store, databaseUrl, clock, feedLimits, observe = (definition) => definition } = this.parts;
    this.feed = startFeed({
      definition: observe(ledgerFeed(clock)),
      store,
      databaseUrl,
      onProgress: (feed, position) => {
        this.schedule();
        this.parts.onProgress?.(feed, position);
      },
      onStatus: (status) => this.noteStatus(status),
      ...(feedLimits === undefined ? {} : { limits: feedLimits }),
    });
  }

  /** Ends feed and signing; signs what is left and pins it. */
  async stop(): Promise<void> {
    if (this.feed === null) return;
    await this.feed.stop();
    this.feed = null;
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    await this.signing;
    const outcome = await this.sign();
    if (outcome.kind !== 'STOPPED') await this.pin(true);
  }

  /** The current key, for statements about what the ledger holds. */
  get noteSigner(): NoteSigner {
    return this.parts.signer;
  }

  status(): FeedStatus | null {
    return this.feed?.status() ?? null;
  }

  state(): Promise<LedgerState> {
    return readState(this.sql);
  }

  /** Signs now, if there is anything new and nothing is wrong. */
  async sign(): Promise<SigningOutcome> {
    const outcome = await this.signer.sign();
    if (outcome.kind === 'SIGNED') await this.pin(false);
    if (outcome.kind === 'STOPPED') this.parts.log.error(`ledger: signing has stopped: ${outcome.alarm.kind}: ${outcome.alarm.detail}`);
    return outcome;
  }

  /** The last signed checkpoint, with its cosignatures; null before the first. */
  async latestCheckpoint(): Promise<SignedCheckpoint | null> {
    const last = await lastCheckpoint(this.sql);
    return last === null ? null : withCosignatures(this.sql, last);
  }

  /** Checkpoints over trees larger than this size, the smallest first, one a size, each with its cosignatures. */
  async checkpointsAfter(size: number, limit: number): Promise<readonly SignedCheckpoint[]> {
    const where = 'WHERE (size, signed_at) IN (SELECT size, max(signed_at) FROM ledger_checkpoint WHERE size > $1 GROUP BY size ORDER BY size LIMIT $2) ORDER BY size';
    const found = await readCheckpoints(this.sql, where, [size, limit]);
    return Promise.all(found.map((checkpoint) => withCosignatures(this.sql, checkpoint)));
  }

  /** The largest checkpoint that a known witness cosigned. */
  async latestCosignedCheckpoint(): Promise<SignedCheckpoint | null> {
    const where = 'WHERE size = (SELECT max(size) FROM ledger_cosignature WHERE (witness, key_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))) ORDER BY signed_at DESC LIMIT 1';
    const { witnesses } = this.parts;
    const [found] = await readCheckpoints(this.sql, where, [witnesses.map(({ name }) => name), witnesses.map(({ id }) => id)]);
    return found === undefined ? null : withCosignatures(this.sql, found);
  }

  /** @param treeSize default: the last signed checkpoint's */
  async inclusionProof(which: { readonly eventId: string } | { readonly leafIndex: number }, treeSize?: number): Promise<InclusionAnswer> {
    const leaf = await findLeaf(this.sql, which);
    if (leaf === null) return { kind: 'NOT_IN_LEDGER' };
    const [checkpoint = null] = treeSize === undefined ? [await this.latestCheckpoint()] : await readCheckpoints(this.sql, 'WHERE size = $1 ORDER BY signed_at DESC LIMIT 1', [treeSize]);
    const size = treeSize ?? checkpoint?.size ?? 0;
    if (!isTreeSize(size) || leaf.leafIndex >= size) return { kind: 'NOT_COVERED', leafIndex: leaf.leafIndex, treeSize: size };
    try {
      const [root, proof] = await Promise.all([this.reader.root(size), this.reader.inclusionProof(leaf.leafIndex, size)]);
      return { kind: 'PROOF', leaf, checkpoint, tree: { size, root }, proof: proof.map(toBase64) };
    } catch (error) {
      if (error instanceof TileMissing) return { kind: 'NOT_COVERED', leafIndex: leaf.leafIndex, treeSize: size };
      throw error;
    }
  }

  /**
   * The proofs of many events against the signed tree of one size, with one look at the leaves and each tile read once: for a case's whole trail. An
   * event that this tree does not hold is absent. @throws RangeError for more than `proofsAtOnceMax`
   */
  async inclusionProofs(eventIds: readonly string[], treeSize: number): Promise<ReadonlyMap<string, EventProof>> {
    if (eventIds.length > this.limits.proofsAtOnceMax) throw new RangeError(`${eventIds.length} proofs at once; ${this.limits.proofsAtOnceMax} are answered.`);
    const leaves = await findLeaves(this.sql, eventIds);
    const held = [...leaves].filter(([, leafIndex]) => leafIndex < treeSize);
    try {
      const byLeaf = await this.reader.inclusionProofs(held.map(([, leafIndex]) => leafIndex), treeSize);
      return new Map(held.map(([eventId, leafIndex]) => [eventId, { leafIndex, proof: byLeaf.get(leafIndex) ?? [] }]));
    } catch (error) {
      if (!(error instanceof TileMissing)) throw error;
      return new Map();
    }
  }

  /** What a receipt is exchanged for: the proof against the last checkpoint, cosigned where one that covers the event is. */
  async proofForReceipt(eventId: string): Promise<InclusionAnswer> {
    const cosigned = await this.latestCosignedCheckpoint();
    if (cosigned !== null) {
      const answer = await this.inclusionProof({ eventId }, cosigned.size);
      if (answer.kind === 'PROOF') return { ...answer, checkpoint: cosigned };
    }
    return this.inclusionProof({ eventId });
  }

  async consistencyProof(from: number, to: number): Promise<ConsistencyAnswer> {
    if (!isTreeSize(from) || !isTreeSize(to) || from > to) return { kind: 'OUT_OF_RANGE', size: from };
    try {
      const [older, newer, proof] = await Promise.all([this.reader.root(from), this.reader.root(to), this.reader.consistencyProof(from, to)]);
      return { kind: 'PROOF', from: { size: from, root: older }, to: { size: to, root: newer }, proof: proof.map(toBase64) };
    } catch (error) {
      if (error instanceof TileMissing) return { kind: 'OUT_OF_RANGE', size: to };
      throw error;
    }
  }

  /** The bytes of `tile/<L>/<N>[.p/<W>]`, or null where there is no such tile or path. */
  async readTile(path: string): Promise<Uint8Array | null> {
    const tile = parseTilePath(path);
    if (tile === null) return null;
    const bytes = await this.tiles.readTile(tile);
    return bytes === null ? null : bytes.subarray(0, tile.width * HASH_BYTES);
  }

  /** @param note one of our checkpoints with the lines of witnesses */
  async addCosignature(note: string): Promise<CosignatureAnswer> {
    const known = await readLogKeys(this.sql);
    if (known.kind === 'REFUSED') return { kind: 'REFUSED', code: 'NOT_OUR_CHECKPOINT', message: known.message };
    const { origin, witnesses, clock } = this.parts;
    return addCosignatures(this.sql, note, { origin, keys: known.keys, witnesses, clock });
  }

  witnesses(): Promise<WitnessSeen[]> {
    return seenBy(this.sql, this.parts.witnesses);
  }

  /** For the well-known address: the log's name, its keys from the first on, and the notes by which each handed over to the next. */
  async wellKnown(): Promise<{ readonly origin: string; readonly keys: readonly string[]; readonly handOvers: readonly string[] }> {
    const keys = await readKeys(this.sql);
    return { origin: this.parts.origin, keys: keys.map(({ verifierKey }) => verifierKey), handOvers: keys.flatMap(({ handOver }) => (handOver === null ? [] : [handOver])) };
  }

  alarms(): Promise<RaisedAlarm[]> {
    return listAlarms(this.sql);
  }

  private noteStatus(status: FeedStatus): void {
    if (status.state !== 'REFUSED') return;
    const detail = status.lastError ?? 'the feed was refused';
    this.parts.log.error(`ledger: the feed has stopped: ${detail}`);
    raiseAlarm(this.sql, { kind: 'FEED_REFUSED', detail, leafIndex: null, eventId: null }, this.parts.clock).catch((error: unknown) =>
      this.parts.log.error(`ledger: an alarm could not be recorded: ${String(error)}`),
    );
  }

  /** The time stamps of the checkpoint of that many leaves, each with the note that was stamped. */
  timeStampsOf(treeSize: number): Promise<readonly { readonly note: string; readonly token: Uint8Array }[]> {
    return readTimeStamps(this.sql, treeSize);
  }

  private schedule(): void {
    if (this.timer !== null || this.stopped) return;
    const wait = Math.max(0, this.attemptedAt + this.limits.signEveryMs - performance.now());
    this.timer = setTimeout(() => {
      this.attemptedAt = performance.now();
      this.timer = null;
      this.signing = this.signing.then(() => this.attempt());
    }, wait);
  }

  private async attempt(): Promise<void> {
    try {
      const { kind } = await this.sign();
      if (kind === 'BUSY') this.schedule();
    } catch (error) {
      this.parts.log.warn(`ledger: no checkpoint could be signed, it will be tried again: ${String(error)}`);
      this.schedule();
    }
  }

  /** Pins the last checkpoint if the last pin is old enough, or in any case; and has it stamped. */
  private async pin(always: boolean): Promise<void> {
    const { pinsFolder, clock, log, timeStamper } = this.parts;
    const last = this.signer.latest;
    const now = clock.now();
    if (last === null || this.pinned?.size === last.size) return;
    if (!always && this.pinned !== null && now.getTime() - this.pinned.at < this.limits.pinEveryMs) return;
    try {
      if (pinsFolder !== null) await writePin(pinsFolder, { note: last.note, pinnedAt: now.toISOString() });
      this.pinned = { size: last.size, at: now.getTime() };
      if (timeStamper !== undefined) await this.stamp(last, timeStamper);
    } catch (error) {
      log.error(`ledger: the checkpoint of ${last.size} leaves could not be pinned or stamped: ${String(error)}`);
    }
  }

  private async stamp({ size, note }: SignedCheckpoint, stamper: TimeStamper): Promise<void> {
    const { token, at } = await stamper.stamp(note);
    await this.sql.query({
      text: 'INSERT INTO ledger_time_stamp (size, authority, token, stamped_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      values: [size, stamper.authority, Buffer.from(token), at],
    });
  }
}
