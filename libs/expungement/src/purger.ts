import type { Pool } from 'pg';
import { purgeDeletedRows, type Purged } from '#infra/postgres';

export interface PurgerOptions {
  readonly pool: Pool;
  readonly maintenanceUrl: string;
  /** Tells when keys were destroyed. */
  readonly evictions: { onEvicted(listener: () => void): void };
  readonly log: { info(message: string): void; warn(message: string): void };
}

/** Pauses before a purge that failed is tried again, in milliseconds. */
const retry = { firstMs: 1_000, longestMs: 60_000 } as const;
/** Held by the process that purges. Any number would do, if nobody else takes it. */
const purgeLock = 40_041;

/**
 * Takes what was expunged off the disk: the tables that held plaintext or keys are written anew, the write-ahead log is removed. Runs where the feeds run;
 * what it did not get to is taken up again at the next start.
 */
export class Purger {
  private running: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private pauseMs: number = retry.firstMs;
  private stopped = false;

  constructor(private readonly options: PurgerOptions) {}

  /** Looks now, and whenever keys were destroyed. */
  start(): void {
    this.options.evictions.onEvicted(this.look);
    this.look();
  }

  /** Looks for expungements that are still on the disk. */
  private readonly look = (): void => {
    if (this.stopped) return;
    this.running = this.running.then(() => this.purge());
  };

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  private async purge(): Promise<void> {
    if (this.stopped) return;
    try {
      await this.purgeNow();
      this.pauseMs = retry.firstMs;
    } catch (error) {
      this.options.log.warn(`what was expunged could not be taken off the disk yet, it is tried again: ${error instanceof Error ? error.message : String(error)}`);
      if (this.timer !== null) clearTimeout(this.timer);
      this.timer = setTimeout(this.look, this.pauseMs);
      this.timer.unref();
      this.pauseMs = Math.min(this.pauseMs * 2, retry.longestMs);
    }
  }

  private async purgeNow(): Promise<void> {
    const { pool, maintenanceUrl, log } = this.options;
    const client = await pool.connect();
    try {
      const locked = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [purgeLock]);
      if (locked.rows[0]?.held !== true) return;
      try {
        const pending = await client.query<{ event_id: string }>('SELECT event_id FROM expungement WHERE purged_at IS NULL');
        if (pending.rows.length === 0) return;
        const tables = await client.query<{ schema: string; table: string }>(
          `SELECT n.nspname AS schema, c.relname AS table FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind = 'r' AND (c.relname = 'search_text' OR (n.nspname = 'public' AND c.relname = 'data_key'))`,
        );
        const done = await purgeDeletedRows(maintenanceUrl, tables.rows.map(({ schema, table }) => [schema, table] as const));
        const ids = pending.rows.map((row) => row.event_id);
        await client.query('UPDATE expungement SET purged_at = now(), left_to_operator = $2 WHERE event_id = ANY($1::uuid[])', [ids, done.refused]);
        log.info(said(ids.length, done));
      } finally {
        await client.query('SELECT pg_advisory_unlock($1)', [purgeLock]);
      }
    } finally {
      client.release();
    }
  }
}

function said(count: number, { refused }: Purged): string {
  const left = refused.length === 0 ? '' : `; left to the operator: ${refused.join(', ')}`;
  return `${count} expungement${count === 1 ? ' is' : 's are'} off the disk${left}`;
}
