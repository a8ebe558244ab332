import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { query } from '../../../test/support/sql.js';
import { MigrationRefused } from './errors.js';
import { silentLog } from './log.js';
import { migrate } from './migrate.js';

describe('migrations', () => {
  let database: TestDatabase;
  let folder = '';
  const run = () => migrate(database.ownerUrl, { log: silentLog, folder });

  beforeEach(async () => {
    database = await createTestDatabase();
    // A database without a history: the template's is put away.
    await query(database.ownerUrl, 'DROP TABLE kysely_migration, kysely_migration_lock, migration_checksum');
    folder = await mkdtemp('/tmp/caseledger-migrations-');
    await writeFile(join(folder, '0001_first.sql'), 'CREATE TABLE first (n int); INSERT INTO first VALUES (1);\n');
  });
  afterEach(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it('are applied in order, once', async () => {
    await writeFile(join(folder, '0002_second.sql'), 'INSERT INTO first VALUES (2);');
    expect(await run()).toEqual({ applied: ['0001_first', '0002_second'] });
    expect(await run()).toEqual({ applied: [] });
    await writeFile(join(folder, '0003_third.sql'), 'INSERT INTO first VALUES (3);');
    expect(await run()).toEqual({ applied: ['0003_third'] });
    expect(await query(database.ownerUrl, 'SELECT n FROM first ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('are applied once by four processes that start together', async () => {
    const outcomes = await Promise.all([run(), run(), run(), run()]);
    expect(outcomes.flatMap((outcome) => outcome.applied)).toEqual(['0001_first']);
  });

  it('are refused when one was edited after it had been applied', async () => {
    await run();
    await writeFile(join(folder, '0001_first.sql'), 'CREATE TABLE first (n bigint);');
    await expect(run()).rejects.toThrow(new MigrationRefused(expectedEditMessage));
  });

  it('do not mind another line end', async () => {
    await run();
    await writeFile(join(folder, '0001_first.sql'), 'CREATE TABLE first (n int); INSERT INTO first VALUES (1);\r\n');
    expect(await run()).toEqual({ applied: [] });
  });

  it('leave the database as it was when one fails, the earlier ones of the same run included', async () => {
    await writeFile(join(folder, '0002_wrong.sql'), 'CREATE TABLE second (n int); SELECT 1 / 0;');
    await expect(run()).rejects.toThrow(/0002_wrong\.sql can't be applied: division by zero/);
    expect(await query(database.ownerUrl, "SELECT to_regclass('first') AS first, to_regclass('second') AS second")).toEqual([
      { first: null, second: null },
    ]);
  });

  it.each([
    ['two of one number', '0001_again.sql', /number 0001/],
    ['a name without a number', 'again.sql', /again\.sql is not named/],
  ])('are refused for %s', async (_, name, message) => {
    await writeFile(join(folder, name), 'SELECT 1;');
    await expect(run()).rejects.toThrow(message);
  });

  it('are refused when an applied one is missing, or a new one stands before it', async () => {
    await run();
    await rm(join(folder, '0001_first.sql'));
    await writeFile(join(folder, '0000_late.sql'), 'SELECT 1;');
    await expect(run()).rejects.toBeInstanceOf(MigrationRefused);
  });
});

const expectedEditMessage =
  'infra/migrations/0001_first.sql was changed after it had been applied to this database. Restore it, and put the change into a new migration.';

describe('the event log in the database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await query(
      database.ownerUrl,
      `INSERT INTO event (position, stream, revision, id, type, head, body)
       VALUES (0, 'case-1', 0, '00000000-0000-8000-8000-000000000001', 'Invented', '{}', '{}')`,
    );
  });
  afterAll(() => database.drop());

  const changes = ['UPDATE event SET body = \'{"changed":true}\'', 'DELETE FROM event', 'TRUNCATE event'];

  it.each([
    ...changes,
    'ALTER TABLE event ADD COLUMN extra text',
    'ALTER TABLE event DISABLE TRIGGER ALL',
    'ALTER TABLE event DISABLE TRIGGER event_is_immutable',
    'DROP TRIGGER event_is_immutable ON event',
    'DROP TABLE event',
    'DROP TABLE event CASCADE',
    'UPDATE log_head SET log_id = gen_random_uuid()',
    'DELETE FROM log_head',
    'SET session_replication_role = replica',
    'SET ROLE caseledger_owner',
    'CREATE TABLE mine (n int)',
    'CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
  ])("refuses to the service's role: %s", async (statement) => {
    await expect(query(database.serviceUrl, statement)).rejects.toMatchObject({ code: '42501' });
  });

  it.each(changes)('refuses even to the owner: %s', async (statement) => {
    await expect(query(database.ownerUrl, statement)).rejects.toMatchObject({
      code: '23001',
      message: expect.stringContaining('immutable'),
    });
  });

  it('still holds the event as it was inserted', async () => {
    expect(await query(database.serviceUrl, 'SELECT head, body FROM event')).toEqual([{ head: '{}', body: '{}' }]);
  });
});
