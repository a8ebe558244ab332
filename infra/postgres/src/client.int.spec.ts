import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { query } from '../../../test/support/sql.js';
import { outliveConnections } from './client.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('a pool that outlives its connections', () => {
  it('lets one break in the hands of who took it: the next statement rejects, and the pool goes on', async () => {
    const pool = outliveConnections(new Pool({ connectionString: database.ownerUrl, max: 1 }), { warn: () => undefined });
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await query(database.ownerUrl, `SELECT pg_terminate_backend(${rows[0]?.pid ?? 0})`);
    await ended;
    await expect(client.query('SELECT 1')).rejects.toThrow();
    client.release(true);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});
