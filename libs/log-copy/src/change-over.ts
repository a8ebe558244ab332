import { Client } from 'pg';
import type { EventStore } from '#libs/event-store';
import { copyEvents, type CopyOptions } from './copy.js';
import { gatherPairs, remapPositions } from './position-map.js';
import { type CopiedEvent, CopyRefused } from './port.js';
import { comparedPositions } from './verify.js';

export interface ChangeOverOptions extends CopyOptions {
  /** As the role that owns the tables. */
  readonly ownerUrl: string;
  /** The target's events as bytes, from its start. */
  readonly readTarget: () => AsyncIterable<CopiedEvent>;
}

export interface ChangeOver {
  readonly events: number;
  /** Rows whose position was remapped, by column. */
  readonly remapped: ReadonlyMap<string, number>;
}

/**
 * Copies the rest, compares both logs byte for byte, remaps every position and makes the target this database's log: all of it, or nothing. The old
 * log takes no more events from the moment on at which the rest is copied; leaf indices, tiles and checkpoints of the ledger stay as they are.
 * @throws CopyRefused, EventStoreUnavailable
 */
export async function changeOver(options: ChangeOverOptions): Promise<ChangeOver> {
  const { ownerUrl, source, target, readTarget } = options;
  const client = new Client({ connectionString: ownerUrl, application_name: 'caseledger-copy-log' });
  await client.connect();
  try {
    await client.query('BEGIN');
    await assertInUse(client, source);
    await assertAlone(client);
    // From here on an append waits for this transaction, and is refused when it has committed.
    await client.query('CREATE TRIGGER log_was_copied BEFORE UPDATE ON log_head FOR EACH ROW EXECUTE FUNCTION refuse_append_to_copied_log()');
    await client.query('ALTER TABLE log_head ENABLE ALWAYS TRIGGER log_was_copied');
    await copyEvents(options);
    const events = await gatherPairs(client, comparedPositions(source, readTarget()));
    const remapped = await remapPositions(client, { source: source.logId, target: target.logId });
    await client.query(`INSERT INTO event_log_in_use (number, kind, log_id) SELECT max(number) + 1, 'EVENTSTOREDB', $1 FROM event_log_in_use`, [target.logId]);
    await client.query('COMMIT');
    return { events, remapped };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}

/** A process that runs on would hold positions of the old log in memory, and the ledger's signer would raise an alarm about them. */
async function assertAlone(client: Client): Promise<void> {
  const { rows } = await client.query<{ application_name: string }>(
    `SELECT DISTINCT application_name FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name ~ '^caseledger( notifications$|-feed|-query|-rebuild)' ORDER BY 1`,
  );
  if (rows.length > 0) throw new CopyRefused(`The service still runs on this database (${rows.map((row) => row.application_name).join(', ')}): stop it for the change-over.`);
}

async function assertInUse(client: Client, source: EventStore): Promise<void> {
  const { rows } = await client.query<{ kind: string; log_id: string }>('SELECT kind, log_id FROM event_log_in_use ORDER BY number DESC LIMIT 1 FOR UPDATE');
  const [used] = rows;
  if (used === undefined) throw new CopyRefused('This database has no log in use yet: set EVENTSTORE_URL and start, there is nothing to copy.');
  if (used.log_id !== source.logId) throw new CopyRefused(`This database belongs to the event log ${used.log_id} already, not to that of PostgreSQL.`);
}
