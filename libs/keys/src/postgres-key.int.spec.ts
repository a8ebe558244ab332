import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { keyStoreContract } from './key-store.contract.js';
import { KeyEvictions } from './key-evictions.js';
import { LocalKeyWrapper } from './local-wrapper.adapter.js';
import { keyLimits, KeysUnavailable } from './port.js';
import { PostgresKeyStore } from './postgres-key.adapter.js';

const master = createSecretKey(randomBytes(32));

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 4 });
  pool.on('error', () => undefined);
  return pool;
}

keyStoreContract('postgres', async () => {
  const database = await createTestDatabase();
  const pool = openPool(database.serviceUrl);
  return {
    keys: new PostgresKeyStore({ pool, wrapper: new LocalKeyWrapper(master) }),
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
});

describe('PostgresKeyStore', () => {
  let database: TestDatabase;
  const pools: pg.Pool[] = [];
  const service = (): pg.Pool => {
    const pool = openPool(database.serviceUrl);
    pools.push(pool);
    return pool;
  };
  const storeOn = (pool: pg.Pool, monotonicMs?: () => number): PostgresKeyStore =>
    new PostgresKeyStore({ pool, wrapper: new LocalKeyWrapper(master), ...(monotonicMs && { monotonicMs }) });
  const person = (): string => `person:${randomUUID()}`;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await database.drop();
  });

  it('makes one key for each subject when several processes ask for the same ones in different order', async () => {
    const subjects = Array.from({ length: 40 }, person);
    const stores = Array.from({ length: 4 }, () => storeOn(service()));
    const answers = await Promise.all(
      stores.flatMap((store, i) => [
        store.ensureKeys(i % 2 === 0 ? subjects : [...subjects].reverse()),
        store.ensureKeys(subjects.slice(i * 10)),
      ]),
    );
    for (const subject of subjects) {
      const ids = answers.flatMap((answer) => answer.get(subject)?.keyId ?? []);
      expect(new Set(ids).size).toBe(1);
    }
  });

  it('a key destroyed in one process is forgotten in every other that listens, and nothing opens with it there', async () => {
    const [here, there] = [storeOn(service()), storeOn(service())];
    const evictions = new KeyEvictions({ databaseUrl: database.serviceUrl, keys: there, log: { warn: () => undefined } });
    await evictions.start();
    try {
      const key = await here.ensureKey(person());
      expect((await there.getKeys([key.keyId])).size).toBe(1);
      const told = new Promise<void>((resolve) => evictions.onEvicted(resolve));
      await here.destroyKeys([key.keyId]);
      await told;
      expect((await there.getKeys([key.keyId])).size).toBe(0);
    } finally {
      await evictions.stop();
    }
  });

  it('has committed a key before it answers', async () => {
    const { keyId } = await storeOn(service()).ensureKey(person());
    const { rows } = await service().query('SELECT id FROM data_key WHERE id = $1', [keyId]);
    expect(rows).toHaveLength(1);
  });

  it('serves many single calls with few statements', async () => {
    const pool = service();
    let statements = 0;
    pool.on('acquire', () => (statements += 1));
    const store = storeOn(pool);
    const keys = await Promise.all(Array.from({ length: 200 }, () => store.ensureKey(person())));
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(200);
    // The first call makes its key alone; the other 199 share a statement.
    expect(statements).toBe(2);
    await Promise.all(keys.map((_, i) => store.ensureKey(`person:${i}`)));
    await store.ensureKeys(Array.from({ length: 200 }, (_, i) => `person:${i}`));
    expect(statements).toBe(5);
  });

  it('never makes anything new with a key that another process destroyed', async () => {
    const [one, other] = [storeOn(service()), storeOn(service())];
    const subject = person();
    const { keyId } = await one.ensureKey(subject);
    await other.destroy(subject);
    expect((await one.ensureKey(subject)).keyId).not.toBe(keyId);
  });

  it('opens nothing with a key destroyed elsewhere once it is evicted, or its time in memory is over', async () => {
    let now = 1;
    const [one, other] = [storeOn(service(), () => now), storeOn(service())];
    const [first, second] = [person(), person()];
    const a = await one.ensureKey(first);
    const b = await one.ensureKey(second);
    await other.destroy(first);
    await other.destroy(second);
    expect((await one.getKeys([a.keyId, b.keyId])).size).toBe(2);
    one.evict([a.keyId]);
    expect([...(await one.getKeys([a.keyId, b.keyId])).keys()]).toEqual([b.keyId]);
    now += keyLimits.cacheTtlMs + 1;
    expect((await one.getKeys([b.keyId])).size).toBe(0);
  });

  it('keeps out of memory a key that was evicted while it was being read', async () => {
    const pool = service();
    const store = storeOn(pool);
    const subject = person();
    const { keyId } = await store.ensureKey(subject);
    store.evict();
    const reading = store.getKeys([keyId]);
    store.evict([keyId]);
    await reading;
    await storeOn(service()).destroy(subject);
    expect((await store.getKeys([keyId])).size).toBe(0);
  });

  it('says at the start whether the master key opens what is stored', async () => {
    const stranger = new PostgresKeyStore({ pool: service(), wrapper: new LocalKeyWrapper(createSecretKey(randomBytes(32))) });
    await storeOn(service()).ensureKey(person());
    expect(await storeOn(service()).check()).toBe('OPENS');
    await expect(stranger.check()).rejects.toThrow('under another master key');
    const empty = await createTestDatabase();
    const pool = openPool(empty.serviceUrl);
    expect(await storeOn(pool).check()).toBe('EMPTY');
    await pool.end();
    await empty.drop();
  });

  it('may neither change a key nor empty the table', async () => {
    const pool = service();
    await storeOn(pool).ensureKey(person());
    await expect(pool.query(`UPDATE data_key SET subject = 'person:x'`)).rejects.toMatchObject({ code: '42501' });
    await expect(pool.query('TRUNCATE data_key')).rejects.toMatchObject({ code: '42501' });
  });

  it('notices a row whose wrapped key was swapped for another', async () => {
    const store = storeOn(service());
    const [a, b] = [await store.ensureKey(person()), await store.ensureKey(person())];
    const owner = openPool(database.ownerUrl);
    await owner.query('UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE id = $1) WHERE id = $2', [a.keyId, b.keyId]);
    await owner.query('DELETE FROM data_key WHERE id = $1', [a.keyId]);
    store.evict();
    await expect(store.getKeys([b.keyId])).rejects.toMatchObject({ name: 'KeyUnwrapFailed', keyId: b.keyId });
    await owner.query('DELETE FROM data_key WHERE id = $1', [b.keyId]);
    await owner.end();
  });

  it('is unavailable, not wrong, while the database is away; every waiting caller hears it', async () => {
    const pool = openPool('postgres://nobody@127.0.0.1:1/none');
    const store = storeOn(pool);
    const answers = await Promise.allSettled([
      store.ensureKey(person()),
      store.ensureKey(person()),
      store.getKeys([randomUUID()]),
      store.destroy(person()),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(KeysUnavailable) });
    await pool.end();
  });

  it('does not call a missing grant unavailable', async () => {
    const owner = openPool(database.ownerUrl);
    const store = storeOn(service());
    await owner.query('REVOKE DELETE ON data_key FROM caseledger_service');
    await expect(store.destroy(person())).rejects.toMatchObject({ code: '42501' });
    await owner.query('GRANT DELETE ON data_key TO caseledger_service');
    await owner.end();
  });
});
