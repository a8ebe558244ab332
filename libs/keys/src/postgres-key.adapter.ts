import { createSecretKey, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import pg, { type Pool } from 'pg';
import { systemRandom } from '#libs/envelope';
import {
  checkCount,
  checkSubjects,
  keyEvictionChannel,
  keyLimits,
  KeysUnavailable,
  type DataKey,
  type KeyStore,
  type KeyToWrap,
  type KeyWrapper,
} from './port.js';

const DEK_BYTES = 32;

/** SQLSTATE classes that pass by themselves: connection, read-only after a failover, rollback, resources, locks, shutdown, system. */
const passingClasses: ReadonlySet<string> = new Set(['08', '25', '40', '53', '55', '57', '58']);

const readKeys = 'select id, subject, wrapped from data_key where subject = any($1::text[])';

/** Both parts see the table as it was before the statement: a key is found by the one or made by the other. */
const makeKeys = `with made as (
    insert into data_key (id, subject, wrapped)
    select id, subject, wrapped from unnest($2::uuid[], $3::text[], $4::bytea[]) as wanted (id, subject, wrapped)
    on conflict (subject) do nothing
    returning id, subject, wrapped)
  select id, subject, wrapped from made
  union all ${readKeys}`;

interface KeyRow {
  readonly id: string;
  readonly subject: string;
  readonly wrapped: Buffer;
}

interface Waiting {
  readonly subject: string;
  readonly resolve: (key: DataKey) => void;
  readonly reject: (error: unknown) => void;
}

export interface PostgresKeyStoreOptions {
  /** The service's role: SELECT, INSERT and DELETE on `data_key`. Owned, and ended, by the caller. */
  readonly pool: Pool;
  readonly wrapper: KeyWrapper;
  /** Milliseconds that never go back, for the cache's age. Default: the process's own. */
  readonly monotonicMs?: () => number;
  readonly random?: (bytes: number) => Uint8Array;
}

/** The table `data_key` (infra/migrations/0002_keys.sql), and unwrapped keys in a bounded memory. */
export class PostgresKeyStore implements KeyStore {
  readonly #pool: Pool;
  readonly #wrapper: KeyWrapper;
  readonly #random: (bytes: number) => Uint8Array;
  readonly #cache: LRUCache<string, DataKey>;
  /** Grows with each eviction: a key read before one must not enter the memory after it. */
  #evictions = 0;
  /** Subjects that had a key once: most likely they still have it, and none is made for nothing. It decides nothing else. */
  readonly #met = new LRUCache<string, true>({ max: keyLimits.cachedKeysMax });
  #waiting: Waiting[] = [];
  #flushing = false;

  constructor({ pool, wrapper, monotonicMs = () => performance.now(), random = systemRandom }: PostgresKeyStoreOptions) {
    this.#pool = pool;
    this.#wrapper = wrapper;
    this.#random = random;
    this.#cache = new LRUCache({
      max: keyLimits.cachedKeysMax,
      ttl: keyLimits.cacheTtlMs,
      ttlResolution: 0,
      perf: { now: monotonicMs },
    });
  }

  async ensureKeys(subjects: readonly string[]): Promise<ReadonlyMap<string, DataKey>> {
    checkSubjects(subjects);
    const keys = new Map<string, DataKey>();
    // One order in every process: two that insert the same subjects wait for each other, never in a circle.
    const ordered = [...new Set(subjects)].sort();
    for (const page of pages(ordered)) {
      for (const [subject, key] of await this.#ensurePage(page)) keys.set(subject, key);
    }
    return keys;
  }

  ensureKey(subject: string): Promise<DataKey> {
    return new Promise((resolve, reject) => {
      checkSubjects([subject]);
      if (this.#waiting.length >= keyLimits.ensureQueueMax) throw new KeysUnavailable('Too many commands wait for their keys.');
      this.#waiting.push({ subject, resolve, reject });
      if (!this.#flushing) void this.#flush();
    });
  }

  async getKeys(keyIds: readonly string[]): Promise<ReadonlyMap<string, DataKey>> {
    checkCount(keyIds.length);
    const keys = new Map<string, DataKey>();
    const missing = new Set<string>();
    for (const id of keyIds) {
      const key = this.#cache.get(id);
      if (key === undefined) missing.add(id);
      else keys.set(id, key);
    }
    for (const page of pages([...missing])) {
      const evictions = this.#evictions;
      const rows = await this.#query('select id, subject, wrapped from data_key where id = any($1::uuid[])', [page]);
      for (const key of await this.#unwrap(rows, evictions)) keys.set(key.keyId, key);
    }
    return keys;
  }

  async destroy(subject: string): Promise<string | null> {
    checkSubjects([subject]);
    const gone = await this.#destroy('subject = $1', subject);
    return gone[0] ?? null;
  }

  async destroyKeys(keyIds: readonly string[]): Promise<readonly string[]> {
    checkCount(keyIds.length);
    const gone: string[] = [];
    for (const page of pages(keyIds, keyLimits.keysPerNoticeMax)) {
      gone.push(...(await this.#destroy('id = any($1::uuid[])', page)));
      this.evict(page);
    }
    return gone;
  }

  /** Other processes are told in the same transaction: they forget the keys as soon as these are gone. */
  async #destroy(which: string, value: unknown): Promise<readonly string[]> {
    const rows = await this.#query(
      `with gone as (delete from data_key where ${which} returning id, subject, wrapped), told as (select pg_notify('${keyEvictionChannel}', string_agg(id::text, ',')) from gone having count(*) > 0)
       select id, subject, wrapped from gone, told`,
      [value],
    );
    const ids = rows.map(({ id }) => id);
    this.evict(ids);
    return ids;
  }

  evict(keyIds?: readonly string[]): void {
    this.#evictions += 1;
    if (keyIds === undefined) this.#cache.clear();
    else for (const id of keyIds) this.#cache.delete(id);
  }

  /**
   * Does the wrapper open what is stored? For the start: a wrong master key should stop it, not the first read of a protected field.
   * @throws KeysUnavailable, KeyUnwrapFailed
   */
  async check(): Promise<'EMPTY' | 'OPENS'> {
    const rows = await this.#query('select id, subject, wrapped from data_key order by created_at limit 1', []);
    await this.#wrapper.unwrap(rows.map(({ id, wrapped }) => ({ keyId: id, wrapped })));
    return rows.length === 0 ? 'EMPTY' : 'OPENS';
  }

  /** Serves all that wait, statement by statement, until none does: one commit for many commands. */
  async #flush(): Promise<void> {
    this.#flushing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, keyLimits.keysPerStatementMax);
      try {
        const keys = await this.ensureKeys(batch.map(({ subject }) => subject));
        for (const { subject, resolve, reject } of batch) {
          const key = keys.get(subject);
          if (key === undefined) reject(new KeysUnavailable(`No key was made for ${subject}.`));
          else resolve(key);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#flushing = false;
  }

  /** One statement in the usual case: keys are made for subjects never met here, in the same breath as the others' are read. */
  async #ensurePage(subjects: readonly string[]): Promise<ReadonlyMap<string, DataKey>> {
    const bySubject = new Map<string, DataKey>();
    let missing = subjects;
    let toMake: readonly string[] = subjects.filter((subject) => !this.#met.has(subject));
    for (let round = 0; round < keyLimits.ensureRoundsMax; round += 1) {
      for (const [subject, key] of await this.#ensureOnce(missing, toMake)) {
        this.#met.set(subject, true);
        bySubject.set(subject, key);
      }
      // Made by another process in between, which the next statement sees; or destroyed, though it was met: then it is made anew.
      missing = subjects.filter((subject) => !bySubject.has(subject));
      if (missing.length === 0) return bySubject;
      toMake = missing;
    }
    throw new KeysUnavailable('Keys of these subjects are made and destroyed at the same time.');
  }

  /** The keys of these subjects, those `toMake` made where there is none. A statement by itself is a transaction: its answer comes after the commit. */
  async #ensureOnce(subjects: readonly string[], toMake: readonly string[]): Promise<ReadonlyMap<string, DataKey>> {
    const made = new Map<string, KeyToWrap>();
    for (let i = 0; i < toMake.length; i += 1) {
      const keyId = randomUUID();
      made.set(keyId, { keyId, dek: createSecretKey(Buffer.from(this.#random(DEK_BYTES))) });
    }
    const evictions = this.#evictions;
    const wrapped = toMake.length === 0 ? [] : await this.#wrapper.wrap([...made.values()]);
    const rows =
      toMake.length === 0
        ? await this.#query(readKeys, [subjects])
        : await this.#query(makeKeys, [subjects, wrapped.map(({ keyId }) => keyId), toMake, wrapped.map((key) => Buffer.from(key.wrapped))]);
    const keys = new Map<string, DataKey>();
    const stored: KeyRow[] = [];
    for (const row of rows) {
      const key = made.get(row.id);
      if (key === undefined) stored.push(row);
      else {
        keys.set(row.subject, key);
        this.#remember(key, evictions);
      }
    }
    const opened = new Map((await this.#unwrap(stored, evictions)).map((key) => [key.keyId, key]));
    for (const { id, subject } of stored) {
      const key = opened.get(id);
      if (key !== undefined) keys.set(subject, key);
    }
    return keys;
  }

  async #unwrap(rows: readonly KeyRow[], evictions: number): Promise<readonly DataKey[]> {
    const keys: DataKey[] = [];
    const closed: KeyRow[] = [];
    for (const row of rows) {
      const key = this.#cache.get(row.id);
      if (key === undefined) closed.push(row);
      else keys.push(key);
    }
    if (closed.length === 0) return keys;
    for (const key of await this.#wrapper.unwrap(closed.map(({ id, wrapped }) => ({ keyId: id, wrapped })))) {
      this.#remember(key, evictions);
      keys.push(key);
    }
    return keys;
  }

  #remember(key: DataKey, evictions: number): void {
    if (evictions === this.#evictions) this.#cache.set(key.keyId, key);
  }

  async #query(sql: string, values: unknown[]): Promise<readonly KeyRow[]> {
    try {
      return (await this.#pool.query<KeyRow>(sql, values)).rows;
    } catch (cause) {
      // Any other answer of the database is a mistake in a statement or a grant: a bug, which no retry mends.
      if (cause instanceof pg.DatabaseError && !passingClasses.has(cause.code?.slice(0, 2) ?? '')) throw cause;
      throw new KeysUnavailable("The table of data keys can't be reached.", { cause });
    }
  }
}

function* pages(items: readonly string[], size: number = keyLimits.keysPerStatementMax): Generator<readonly string[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
