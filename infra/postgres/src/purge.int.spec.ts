import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { type DurableCluster, startDurableCluster } from '../../../test/support/database.js';
import { query } from '../../../test/support/sql.js';
import { purgeDeletedRows } from './purge.js';

const mark = 'an invented wexbordine lantern';
let cluster: DurableCluster;
beforeAll(async () => {
  cluster = await startDurableCluster();
}, 60_000);
afterAll(() => cluster.remove(), 60_000);

async function fileHolds(table: string): Promise<boolean> {
  const [row] = await query(cluster.adminUrl, 'CHECKPOINT', `SELECT current_setting('data_directory') AS folder, pg_relation_filepath('${table}') AS file`);
  return (await readFile(join(String(row?.['folder']), String(row?.['file'])))).includes(mark);
}

describe('taking deleted rows off the disk', () => {
  test.each([
    ['a transaction that holds no snapshot, but a number older than the deletion', 'BEGIN', 'SELECT pg_current_xact_id()'],
    ['a transaction that holds a snapshot older than the deletion', 'BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT count(*) FROM pg_class'],
  ])('waits for %s', async (_, begin, first) => {
    await query(cluster.adminUrl, 'DROP TABLE IF EXISTS noted', 'CREATE TABLE noted (text text)', `INSERT INTO noted VALUES ('${mark}')`);
    expect(await fileHolds('noted')).toBe(true);
    const older = new Client({ connectionString: cluster.adminUrl });
    await older.connect();
    try {
      await older.query(begin);
      await older.query(first);
      await query(cluster.adminUrl, 'DELETE FROM noted');
      const purging = purgeDeletedRows(cluster.adminUrl, [['public', 'noted']]);
      // Long enough, counted in its looks, for a purge that doesn't wait to be through with this small table.
      const looks = (async () => {
        for (let look = 0; look < 40; look += 1) await query(cluster.adminUrl, 'SELECT 1');
        return 'it still waits';
      })();
      expect(await Promise.race([purging, looks])).toBe('it still waits');
      await older.query('COMMIT');
      expect(await purging).toEqual({ rewritten: ['public.noted'], refused: [] });
      expect(await fileHolds('noted')).toBe(false);
    } finally {
      await older.end();
    }
  }, 60_000);
});
