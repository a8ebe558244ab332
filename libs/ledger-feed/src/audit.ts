import type { Pool } from 'pg';
import { EventLogDamaged, type EventStore, ForeignPosition, type Position, type StoredEvent } from '#libs/event-store/port';
import { Frontier, growTiles, HASH_BYTES, type NoteKey, type RightEdge, sameHash, sameKey, TILE_WIDTH, TileMissing, TreeReader, type TreeHead, type WrittenTile } from '#libs/ledger';
import { Anchors } from './audit.anchors.js';
import { checkEnvelope, compareWithLeaf, missing, type TreeView } from './audit.event.js';
import { type AuditCounts, type AuditResult, found, Found } from './audit.report.js';
import { LastOfStreams } from './audit.streams.js';
import { readLogKeys } from './ledger-keys.js';
import type { Sql, StoredLeaf } from './port.js';
import { findLeaf, readCheckpoints, readEdge, readLeaves, readState, sqlOf, tilesOf } from './tables.js';

export interface AuditOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly origin: string;
  /** The log's first key as it is known from elsewhere: without it, the database's own word is taken for it. */
  readonly firstKey?: NoteKey;
  readonly pinsFolder: string | null;
  /** The end of an earlier, sound audit: only what came after is read. Null: everything. */
  readonly from?: TreeHead | null;
  /** Told after each page. */
  readonly onProgress?: (counts: AuditCounts) => void;
  readonly streamsKept?: number;
}

/** Rows of leaves read at once, and events whose tiles are compared at once. */
const windowLeaves = 1_000;

/**
 * Recomputes every leaf from the event log's stored texts, and compares with the ledger's rows, tiles, retained checkpoints and pins; checks each
 * event's envelope, its link to the event before in its stream, and its index copies. Ends at the first difference. Memory stays flat.
 * @throws EventStoreUnavailable
 */
export async function auditLog(options: AuditOptions): Promise<AuditResult> {
  const audit = new Audit(options);
  try {
    return { kind: 'SOUND', from: options.from?.size ?? 0, tree: await audit.run(), counts: audit.counts() };
  } catch (error) {
    if (!(error instanceof Found)) throw error;
    return { kind: 'DIFFERENT', difference: { ...error.finding, ...(await audit.around(error.finding.leafIndex)) }, counts: audit.counts() };
  }
}

class Audit implements TreeView {
  private readonly sql: Sql;
  private readonly reader: TreeReader;
  private readonly streams: LastOfStreams;
  private anchors: Anchors | null = null;
  private frontier = Frontier.empty();
  private edge: RightEdge = new Map();
  private edgeSize = 0;
  private grown: Uint8Array[] = [];
  private leaves: StoredLeaf[] = [];
  private nextAnchor: number | null = null;
  private last: Position | null = null;
  private readonly tally = { events: 0, leaves: 0, pending: 0, foreign: 0, tiles: 0 };

  constructor(private readonly options: AuditOptions) {
    this.sql = sqlOf(options.pool);
    this.reader = new TreeReader(tilesOf(this.sql));
    this.streams = new LastOfStreams(options.store, options.streamsKept);
  }

  counts(): AuditCounts {
    const { anchors } = this;
    return { ...this.tally, checkpoints: anchors?.checkpoints ?? 0, pins: anchors?.pinsCompared ?? 0, unreadablePins: anchors?.unreadablePins ?? 0 };
  }

  around(leafIndex: number | null): ReturnType<Anchors['around']> {
    return this.anchors === null ? Promise.resolve({ before: null, after: null }) : this.anchors.around(leafIndex);
  }

  async run(): Promise<TreeHead> {
    const { from = null, origin, pinsFolder, firstKey } = this.options;
    const known = await readLogKeys(this.sql);
    if (known.kind === 'REFUSED') throw found('KEYS_DIFFER', `The log's keys don't lead from one to the next: ${known.message}.`);
    const first = known.keys[0]?.key;
    if (firstKey !== undefined && first !== undefined && !sameKey(firstKey, first)) throw found('KEYS_DIFFER', `The log's first key is ${first.id}; it should be ${firstKey.id}.`);
    const state = await readState(this.sql);
    // A key that is known from elsewhere reads pins and checkpoints even where the database has lost its keys.
    const keys = known.keys.length > 0 || firstKey === undefined ? known.keys : [{ key: firstKey, from: 0, until: null }];
    this.anchors = await Anchors.open(this.sql, { origin, keys }, from?.size ?? 0, state, pinsFolder);
    if (from !== null && from.size > 0) await this.resume(from);
    this.nextAnchor = await this.anchors.nextSize();
    await this.readLog();
    const [left] = await this.nextLeaves();
    if (left !== undefined) throw missing(left);
    await this.compareTiles();
    await this.anchors.finish(this.frontier.size);
    return this.frontier.head();
  }

  async leafInTiles(index: number): Promise<Uint8Array | null> {
    return this.reader.leafHash(index, index + 1).catch(orNull);
  }

  async tilesAreSigned(index: number): Promise<boolean> {
    const [after] = await readCheckpoints(this.sql, 'WHERE size > $1 ORDER BY size LIMIT 1', [index]);
    if (after === undefined) return false;
    const root = await this.reader.root(after.size).catch(orNull);
    return root !== null && sameHash(root, after.root);
  }

  async indexOf(eventId: string): Promise<number | null> {
    return (await findLeaf(this.sql, { eventId }))?.leafIndex ?? null;
  }

  private async resume({ size, root }: TreeHead): Promise<void> {
    const inTiles = await this.reader.root(size).catch(orNull);
    if (inTiles === null || !sameHash(inTiles, root)) throw found('TILE_CHANGED', `The tree of ${size} leaves is not the one that was audited before.`, { leafIndex: size - 1 });
    this.frontier = Frontier.restore(size, await this.reader.edge(size));
    this.edge = new Map([...(await readEdge(this.sql, size))].map(([level, bytes]) => [level, bytes.subarray(0, (Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH) * HASH_BYTES)]));
    this.edgeSize = size;
    const [leaf] = await readLeaves(this.sql, size - 1, 1);
    const inTree = await this.leafInTiles(size - 1);
    if (leaf === undefined || leaf.leafIndex !== size - 1 || inTree === null || !sameHash(leaf.hash, inTree)) {
      throw found('LEAF_ROW_CHANGED', `The ledger's row of leaf ${size - 1}, the last one audited before, is not what the tree has.`, { leafIndex: size - 1 });
    }
    this.last = { logId: this.options.store.logId, n: leaf.position };
  }

  private async readLog(): Promise<void> {
    const { store, onProgress } = this.options;
    try {
      for await (const page of store.readAll(this.last === null ? {} : { after: this.last })) {
        for (const event of page) await this.take(event);
        onProgress?.(this.counts());
      }
    } catch (error) {
      if (!(error instanceof EventLogDamaged) && !(error instanceof ForeignPosition)) throw error;
      await this.readAroundGap(error);
    }
  }

  /** A page with a gap can't be read: one leaf after the other, until the one whose event is gone. */
  private async readAroundGap(gap: Error): Promise<void> {
    const { store } = this.options;
    for (let [leaf] = await this.nextLeaves(); leaf !== undefined; [leaf] = await this.nextLeaves()) {
      let event: StoredEvent | null = null;
      try {
        const to = { logId: store.logId, n: leaf.position };
        for await (const page of store.readAll(this.last === null ? { to } : { after: this.last, to })) event ??= page[0] ?? null;
      } catch (error) {
        if (!(error instanceof EventLogDamaged) && !(error instanceof ForeignPosition)) throw error;
      }
      if (event === null) throw missing(leaf);
      await this.take(event);
    }
    throw found('EVENT_MISSING', `${gap.message} The ledger has not numbered it yet.`, { leafIndex: this.frontier.size });
  }

  private async take(event: StoredEvent): Promise<void> {
    const index = this.frontier.size;
    const [leaf] = await this.nextLeaves();
    this.last = event.position;
    this.tally.events += 1;
    if (leaf === undefined) {
      if (this.anchors?.covers(index) === true) throw found('LEAF_ROW_MISSING', `The ledger has no row for its leaf ${index}, which was signed.`, { leafIndex: index, eventId: event.id });
      this.tally.pending += 1;
      await checkEnvelope(event, null, this.streams);
      this.streams.note(event);
      return;
    }
    if (leaf.leafIndex !== index) throw found('LEAF_ROW_MISSING', `The ledger has no row for its leaf ${index}.`, { leafIndex: index, eventId: event.id });
    await compareWithLeaf(event, leaf, this);
    await checkEnvelope(event, leaf, this.streams);
    this.streams.note(event);
    this.leaves.shift();
    await this.grow(leaf);
  }

  private async grow(leaf: StoredLeaf): Promise<void> {
    this.frontier.append(leaf.hash);
    this.grown.push(leaf.hash);
    this.tally.leaves += 1;
    if (leaf.foreign) this.tally.foreign += 1;
    if (this.grown.length >= windowLeaves) await this.compareTiles();
    if (this.anchors !== null && this.frontier.size === this.nextAnchor) {
      await this.anchors.compare(this.frontier.head());
      this.nextAnchor = await this.anchors.nextSize();
    }
  }

  private async nextLeaves(): Promise<StoredLeaf[]> {
    if (this.leaves.length === 0) this.leaves = await readLeaves(this.sql, this.frontier.size, windowLeaves);
    return this.leaves;
  }

  /** What was taken in since the last time, as tiles, against the stored ones. @throws Found */
  private async compareTiles(): Promise<void> {
    const growth = growTiles(this.edgeSize, this.edge, this.grown);
    const { rows } = await this.sql.query<{ level: number; tile_index: string; hashes: Buffer; middle: Buffer | null }>({
      text: 'SELECT level, tile_index, hashes, middle FROM ledger_tile JOIN unnest($1::smallint[], $2::bigint[]) AS w(level, tile_index) USING (level, tile_index)',
      values: [growth.tiles.map(({ id }) => id.level), growth.tiles.map(({ id }) => id.index)],
    });
    const stored = new Map(rows.map((row) => [`${row.level}/${row.tile_index}`, row]));
    for (const tile of growth.tiles) compareTile(tile, stored.get(`${tile.id.level}/${tile.id.index}`));
    this.tally.tiles += growth.tiles.length;
    this.edge = growth.edge;
    this.edgeSize = growth.size;
    this.grown = [];
  }
}

function compareTile({ id, bytes, middle }: WrittenTile, stored: { readonly hashes: Buffer; readonly middle: Buffer | null } | undefined): void {
  const widest = stored?.hashes.subarray(0, bytes.length);
  const same = widest !== undefined && sameHash(widest, bytes);
  const about = { leafIndex: id.index * TILE_WIDTH * TILE_WIDTH ** id.level };
  if (same && middle !== null && !sameHash(middle, stored?.middle ?? Buffer.alloc(0))) throw found('TILE_CHANGED', `The middle of the tile ${id.level}/${id.index} is not what its hashes make.`, about);
  if (same) return;
  const at = widest === undefined ? 0 : firstDifferent(widest, bytes, id.width);
  throw found('TILE_CHANGED', `The tile ${id.level}/${id.index} is not what the leaves make, from its hash ${at} on.`, { leafIndex: (id.index * TILE_WIDTH + at) * TILE_WIDTH ** id.level });
}

/** The number of the first hash that differs. */
function firstDifferent(stored: Uint8Array, made: Uint8Array, width: number): number {
  const hashAt = (bytes: Uint8Array, n: number): Uint8Array => bytes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES);
  let at = 0;
  while (at < width - 1 && sameHash(hashAt(stored, at), hashAt(made, at))) at += 1;
  return at;
}

function orNull(error: unknown): null {
  if (error instanceof TileMissing || error instanceof RangeError) return null;
  throw error;
}
