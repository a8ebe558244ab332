import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { eventId, formEvent } from '#libs/envelope';
import { createPostgresEventStore } from '#libs/event-store/module';
import type { EventStore, EventToAppend } from '#libs/event-store/port';
import { type FeedHandle, FeedProgress, startFeed } from '#libs/feeds';
import { noteSigner } from '#libs/ledger';
import { auditLog, type AuditResult, type LedgerClock, ledgerFeed, ledgerFeedId, type LedgerParts, LedgerService } from '#libs/ledger-feed';
import { createTestDatabase, type TestDatabase } from './database.js';
import { query, type Row } from './sql.js';

export const ledgerOrigin = 'ledger.example/invented-city';
export const ledgerSigner = noteSigner(ledgerOrigin, 'ED25519', new Uint8Array(32).fill(11));
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const patienceMs = 20_000;
const fast = { standbyPollMs: 20, heartbeatMs: 50, backoffFirstMs: 5, backoffLongestMs: 40 };

/** A clock that moves a second at each look. */
export class StepClock implements LedgerClock {
  private ms = Date.parse('2026-11-22T10:15:30.123Z');

  now(): Date {
    this.ms += 1_000;
    return new Date(this.ms);
  }
}

/** A log with its ledger, in a database of its own. All events are invented. */
export class LedgerKit {
  private readonly streams = new Map<string, { revision: number; leafHash: string }>();
  private feed: FeedHandle | null = null;
  readonly store: EventStore;
  readonly service: LedgerService;
  private appended = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly pool: Pool,
    readonly pinsFolder: string,
    readonly clock: StepClock,
    private readonly parts: LedgerParts,
  ) {
    this.store = parts.store;
    this.service = new LedgerService(parts);
  }

  static async open(change: Partial<LedgerParts> = {}): Promise<LedgerKit> {
    const database = await createTestDatabase();
    const pool = new Pool({ connectionString: database.serviceUrl, max: 4 });
    pool.on('error', () => undefined);
    const store = await createPostgresEventStore({ url: database.serviceUrl, log: silent });
    const pinsFolder = await mkdtemp(join(tmpdir(), 'caseledger-pins-'));
    const clock = new StepClock();
    const parts: LedgerParts = {
      pool,
      store,
      databaseUrl: database.serviceUrl,
      origin: ledgerOrigin,
      signer: ledgerSigner,
      witnesses: [],
      clock,
      log: silent,
      pinsFolder,
      feedLimits: fast,
      ...change,
    };
    return new LedgerKit(database, pool, pinsFolder, clock, parts);
  }

  /** Another process of the same service. */
  another(change: Partial<LedgerParts> = {}): LedgerService {
    return new LedgerService({ ...this.parts, ...change });
  }

  /** The next event of a stream, formed but not appended. */
  form(stream: string, data: object = {}): EventToAppend & { readonly leafHash: string } {
    const before = this.streams.get(stream);
    const revision = before === undefined ? 0 : before.revision + 1;
    const commandId = `0199a000-0000-7000-8000-${String(this.appended).padStart(12, '0')}`;
    const id = eventId(stream, commandId, 0);
    const formed = formEvent({
      id,
      stream,
      revision,
      type: 'InventedFactNoted',
      typeVersion: 1,
      recordedAt: new Date(Date.parse('2026-11-22T10:00:00.000Z') + this.appended * 1_000).toISOString(),
      commandId,
      correlationId: commandId,
      causationId: null,
      prev: before?.leafHash ?? null,
      by: { actor: 'officer-1', roles: ['OFFICER'], unit: 'UNIT-7', purpose: null, authority: null },
      commandHash: null,
      seed: new Uint8Array(32).fill(this.appended % 251),
      fields: Object.entries({ note: `invented ${this.appended}`, ...data }).map(([name, clear]) => ({ name, clear })),
    });
    return { id, type: 'InventedFactNoted', ...formed };
  }

  /** Appends so many events, spread over so many streams. */
  async append(count: number, streams = 5): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const stream = `${['case', 'user', 'policy'][this.appended % 3]}-${this.appended % streams}`;
      const { leafHash, ...event } = this.form(stream);
      const before = this.streams.get(stream);
      const result = await this.store.append(stream, before === undefined ? 'NO_STREAM' : BigInt(before.revision), [event]);
      if (result.kind !== 'APPENDED') throw new Error('a test append conflicted');
      this.streams.set(stream, { revision: (before?.revision ?? -1) + 1, leafHash });
      this.appended += 1;
    }
  }

  /** Past the port, as only the owner can: an event whose head is no head. */
  async insertForeign(): Promise<void> {
    await query(
      this.database.ownerUrl,
      `WITH head AS (UPDATE log_head SET next_position = next_position + 1 RETURNING next_position - 1 AS position)
       INSERT INTO event SELECT position, 'foreign-1', 0, '00000000-0000-4000-8000-00000000f0f0', 'Foreign', 'no head', 'no body' FROM head`,
    );
  }

  /** Lets the ledger's feed come to the log's end, and stops it again. */
  async number(): Promise<void> {
    const position = await this.store.head();
    if (position === null) return;
    const progress = new FeedProgress(this.pool);
    this.feed = startFeed({ definition: ledgerFeed(this.clock), store: this.store, databaseUrl: this.database.serviceUrl, limits: fast, onProgress: progress.advanced });
    try {
      await progress.waitFor(ledgerFeedId, position, patienceMs);
    } finally {
      await this.feed.stop();
    }
  }

  audit(change: Partial<Parameters<typeof auditLog>[0]> = {}): Promise<AuditResult> {
    return auditLog({ store: this.store, pool: this.pool, origin: ledgerOrigin, firstKey: ledgerSigner.key, pinsFolder: this.pinsFolder, ...change });
  }

  /** As the owner, past every trigger. */
  async tamper(...statements: readonly string[]): Promise<readonly Row[]> {
    const off = guarded.map((table) => `ALTER TABLE ${table} DISABLE TRIGGER USER`);
    return query(this.database.ownerUrl, ...off, ...statements);
  }

  /** Keeps all of log and ledger as it is now, under a name. */
  async backUp(name: string): Promise<void> {
    await query(this.database.ownerUrl, `CREATE SCHEMA ${name}`, ...kept.map((table) => `CREATE TABLE ${name}.${table} AS TABLE public.${table}`));
  }

  /** Puts back what was kept, as a restored backup would. */
  async restore(name: string): Promise<void> {
    await this.tamper('BEGIN', ...kept.flatMap((table) => [`DELETE FROM ${table}`, `INSERT INTO ${table} SELECT * FROM ${name}.${table}`]), 'COMMIT');
  }

  async close(): Promise<void> {
    await this.service.stop();
    await this.store.close();
    await this.pool.end();
    await this.database.drop();
    await rm(this.pinsFolder, { recursive: true, force: true });
  }
}

const guarded = ['event', 'ledger_leaf', 'ledger_tile', 'ledger_key', 'ledger_checkpoint', 'ledger_cosignature'] as const;
const kept = ['event', 'log_head', 'feed_checkpoint', 'ledger_leaf', 'ledger_tile', 'ledger_state', 'ledger_key', 'ledger_checkpoint', 'ledger_cosignature', 'ledger_alarm'] as const;
