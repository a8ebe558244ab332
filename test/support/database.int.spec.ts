import { describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';
import { query } from './sql.js';

describe('a test database', () => {
  it('is migrated, and shares neither rows nor the log id with another', async () => {
    const databases: TestDatabase[] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    const heads = await Promise.all(databases.map((one) => query(one.serviceUrl, 'SELECT log_id, current_user AS role FROM log_head')));
    expect(heads.map((rows) => rows[0]?.['role'])).toEqual(['caseledger_service', 'caseledger_service']);
    expect(heads[0]?.[0]?.['log_id']).not.toBe(heads[1]?.[0]?.['log_id']);
    await Promise.all(databases.map((one) => one.drop()));
  });

  it('is gone after drop, connections and all', async () => {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.serviceUrl });
    const ended = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await database.drop();
    expect(await ended).toMatchObject({ code: '57P01' });
    await expect(query(database.ownerUrl, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  });
});
