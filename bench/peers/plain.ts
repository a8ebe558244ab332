import { Pool } from 'pg';
import type { EventToAppend } from '../../libs/event-store/src/index.js';
import { query } from '../../test/support/sql.js';

/** The cluster's connections are few; a larger pool was not faster. */
const poolMax = 32;

/** What one writes without a library: one INSERT an event, into a table with the same columns and the same unique keys. */
export class PlainTable {
  private constructor(private readonly pool: Pool) {}

  static async open(url: string, writers: number): Promise<PlainTable> {
    await query(
      url,
      `CREATE TABLE IF NOT EXISTS plain_event (
        position bigserial PRIMARY KEY, stream text COLLATE "C" NOT NULL, revision bigint NOT NULL, id uuid NOT NULL UNIQUE,
        type text COLLATE "C" NOT NULL, head text COLLATE "C" NOT NULL, body text COLLATE "C" NOT NULL, UNIQUE (stream, revision))`,
    );
    const pool = new Pool({ connectionString: url, max: Math.min(writers, poolMax) });
    pool.on('error', () => undefined);
    return new PlainTable(pool);
  }

  async append(stream: string, revision: number, { id, type, head, body }: EventToAppend): Promise<void> {
    await this.pool.query({
      name: 'plain',
      text: 'INSERT INTO plain_event (stream, revision, id, type, head, body) VALUES ($1, $2, $3, $4, $5, $6)',
      values: [stream, revision, id, type, head, body],
    });
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
