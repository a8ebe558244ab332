import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DurableCluster, startDurableCluster } from '../../../test/support/database.js';
import { query } from '../../../test/support/sql.js';
import { DatabaseTooOld, DatabaseUnreachable, MigrationRefused } from './errors.js';
import { silentLog } from './log.js';
import { asServiceRole, refuseOldVersion, resolveDatabase } from './resolve-database.js';

const base = { dataFolder: '/dev/null/never-used', log: silentLog };

describe('DATABASE_URL', () => {
  let server: DurableCluster;
  let made = 0;

  /** An empty database of a login of its own, as a person would prepare one on a server that is already there. */
  async function prepare(attributes: string): Promise<string> {
    const name = `outside_${(made += 1)}`;
    await query(server.adminUrl, `CREATE ROLE ${name} LOGIN PASSWORD 'invented' ${attributes}`, `CREATE DATABASE ${name} OWNER ${name}`);
    return urlOf(name, name);
  }

  function urlOf(role: string, database: string): string {
    const url = new URL(server.ownerUrl);
    url.username = role;
    url.password = 'invented';
    url.pathname = `/${database}`;
    return url.href;
  }

  beforeAll(async () => {
    server = await startDurableCluster();
  });
  afterAll(() => server.remove());

  it('is migrated with its own role, and the service works in its narrower one', async () => {
    const databaseUrl = await prepare('CREATEROLE');
    // The role of this cluster was made by another; where CREATEROLE made it, the grant below is the creator's own.
    await query(server.adminUrl, `GRANT caseledger_service TO ${new URL(databaseUrl).username} WITH ADMIN OPTION`);
    const database = await resolveDatabase({ ...base, databaseUrl });
    expect(database).toMatchObject({
      kind: 'EXTERNAL',
      ownerUrl: databaseUrl,
      applied: expect.arrayContaining(['0001_event_log']),
      version: server.version,
    });
    expect(await query(database.serviceUrl, 'SELECT current_user AS role')).toEqual([{ role: 'caseledger_service' }]);
    await expect(query(database.serviceUrl, 'DELETE FROM event')).rejects.toMatchObject({ code: '42501' });
    expect((await resolveDatabase({ ...base, databaseUrl })).applied).toEqual([]);
  });

  it("says what an administrator has to run when its role may not become the service's", async () => {
    const databaseUrl = await prepare('');
    await expect(resolveDatabase({ ...base, databaseUrl })).rejects.toThrow(/administrator run: GRANT caseledger_service TO "outside_\d+"/);
  });

  it('is used as it is when it names the service itself, and the owner by its own URL migrates', async () => {
    const databaseOwnerUrl = await prepare('');
    const databaseUrl = server.serviceUrl.replace('/caseledger?', `${new URL(databaseOwnerUrl).pathname}?`);
    const database = await resolveDatabase({ ...base, databaseUrl, databaseOwnerUrl });
    expect(database).toMatchObject({ ownerUrl: databaseOwnerUrl, serviceUrl: databaseUrl });
    expect(await query(database.serviceUrl, 'SELECT count(*)::int AS n FROM event')).toEqual([{ n: 0 }]);
  });

  it('is refused when it does not answer, without its password in the message', async () => {
    const refusal: unknown = await resolveDatabase({ ...base, databaseUrl: 'postgresql://who:secret@127.0.0.1:1/none' }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(DatabaseUnreachable);
    expect(String(refusal)).toMatch(/DATABASE_URL .*ECONNREFUSED/);
    expect(String(refusal)).not.toMatch('secret');
  });

  it('is refused when it is not a URL at all', async () => {
    await expect(resolveDatabase({ ...base, databaseUrl: 'postgresql://[oops' })).rejects.toBeInstanceOf(DatabaseUnreachable);
  });

  it('is refused below version 15', () => {
    expect(() => refuseOldVersion(140_012, '14.12')).toThrow(DatabaseTooOld);
    expect(() => refuseOldVersion(150_000, '15.0')).not.toThrow();
  });

  it('keeps the options that it has', () => {
    const url = asServiceRole('postgresql://a:b@host/db?options=-c%20jit%3Doff&sslmode=require');
    expect(new URL(url).searchParams.get('options')).toBe('-c jit=off -c role=caseledger_service');
    expect(url).not.toMatch(/\+/);
  });

  it('is refused by name when a migration is', async () => {
    const databaseUrl = await prepare('');
    await query(databaseUrl, 'CREATE TABLE event (unrelated int)');
    await expect(resolveDatabase({ ...base, databaseUrl })).rejects.toBeInstanceOf(MigrationRefused);
  });
});

describe('without DATABASE_URL', () => {
  it('the embedded database is started, migrated and stopped', async () => {
    const { mkdtemp, chmod, rm } = await import('node:fs/promises');
    const folder = await mkdtemp('/tmp/caseledger-resolve-');
    await chmod(folder, 0o711);
    const database = await resolveDatabase({ ...base, dataFolder: folder });
    expect(database).toMatchObject({ kind: 'EMBEDDED', applied: expect.arrayContaining(['0001_event_log']) });
    expect(await query(database.serviceUrl, 'SELECT current_user AS role')).toEqual([{ role: 'caseledger_service' }]);
    await database.close();
    await expect(query(database.serviceUrl, 'SELECT 1')).rejects.toMatchObject({ code: 'ENOENT' });
    await rm(folder, { recursive: true });
  });
});
