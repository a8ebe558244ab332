import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStore } from '#libs/event-store';
import { auditLog } from '#libs/ledger-feed';
import { EVENT_STORE } from '#libs/service';
import { query } from '../support/sql.js';
import { kept, keptMark, marks, ShreddingTrial } from './trial.js';

let trial: ShreddingTrial;
let destroyed: readonly Record<string, unknown>[];

beforeAll(async () => {
  trial = await ShreddingTrial.open();
}, 60_000);
afterAll(async () => trial.close(), 60_000);

const foundInTables = async (): Promise<readonly string[]> => (await trial.tablesWith(marks)).found;
const foundInFiles = async (words: readonly string[]): Promise<readonly string[]> => (await trial.filesWith(words)).found;

describe('shredding, on a service with its own database, as it is started by npm start', () => {
  it('what is to be expunged is found by search, in tables and in files of the data folder: the search for it works', async () => {
    await trial.record();
    expect(await foundInTables()).toEqual(expect.arrayContaining(['search_text_v1.search_text', 'pg_catalog.pg_statistic']));
    const files = await foundInFiles(marks);
    expect(files.some((file) => file.includes('/pg_wal/'))).toBe(true);
    expect(files.some((file) => file.includes('/base/'))).toBe(true);
    // Sealed in the log: the events themselves never hold it.
    expect(await foundInTables()).not.toContain('public.event');
  }, 60_000);

  it('is refused to who asked for it, and confirmed by a second person; the person can no longer be read or found', async () => {
    const request = await trial.requestShredding();
    destroyed = await query(trial.adminUrl, `SELECT * FROM data_key WHERE subject = 'person:${trial.person}'`);
    expect(destroyed).toHaveLength(1);
    expect(await trial.confirmShredding('RECORDS', request)).toMatchObject({ __typename: 'Refused', code: 'ONESELF' });
    const confirmed = await trial.confirmShredding('LEGAL', request);
    expect(confirmed).toMatchObject({ __typename: 'Recorded' });
    // At once: before anything else was done.
    expect((await trial.look('RECORDS')).persons[0]?.name).toEqual({ text: null, expunged: true });
    expect((await trial.look('RECORDS')).reports[0]?.narrative.text).toBe(kept);
    expect(await query(trial.adminUrl, `SELECT FROM data_key WHERE subject = 'person:${trial.person}'`)).toEqual([]);
    await trial.until('it is no longer found', async () => (await trial.found('wexbordine', confirmed.position)) === 0);
    expect(await trial.found(keptMark, confirmed.position)).toBe(1);
  }, 60_000);

  it('leaves no word of it in any table, log or file of the data folder', async () => {
    await trial.purged();
    const receipt = await trial.pool.query('SELECT person, confirmed_by, search_rows, left_to_operator FROM expungement');
    expect(receipt.rows).toEqual([{ person: trial.person, confirmed_by: 'legal-1', search_rows: 1, left_to_operator: [] }]);
    expect(await foundInTables()).toEqual([]);
    await query(trial.adminUrl, 'CHECKPOINT');
    expect(await foundInFiles(marks)).toEqual([]);
    // What was not expunged is still there: the search still finds things.
    expect((await foundInFiles([keptMark])).length).toBeGreaterThan(0);
  }, 60_000);

  it('every proof still verifies', async () => {
    const store = trial.service.app.get<EventStore>(EVENT_STORE);
    await trial.until('the ledger is through', async () => {
      const { rows } = await trial.pool.query<{ last: string }>('SELECT last_position AS last FROM ledger_state');
      return BigInt(rows[0]?.last ?? 0) >= ((await store.head())?.n ?? 0n);
    });
    expect(await auditLog({ store, pool: trial.pool, origin: 'development.caseledger.invalid', pinsFolder: null })).toMatchObject({ kind: 'SOUND', counts: { foreign: 0 } });
  }, 60_000);

  it('the command that had recorded it is answered REPEATED_AFTER_EXPUNGEMENT', async () => {
    expect(await trial.recordPerson()).toMatchObject({ __typename: 'Refused', code: 'REPEATED_AFTER_EXPUNGEMENT' });
  });

  it('a key that comes back with a restored table is destroyed before the service serves', async () => {
    const [key] = destroyed as readonly { id: string; subject: string; wrapped: Buffer }[];
    if (key === undefined) throw new Error('the key was not kept by this test');
    await trial.pool.query('INSERT INTO data_key (id, subject, wrapped) VALUES ($1, $2, $3)', [key.id, key.subject, key.wrapped]);
    await trial.restart();
    expect((await trial.pool.query('SELECT FROM data_key WHERE id = $1', [key.id])).rowCount).toBe(0);
    expect((await trial.look('RECORDS')).persons[0]?.name).toEqual({ text: null, expunged: true });
    expect(await foundInFiles(marks)).toEqual([]);
  }, 60_000);
});
