import type { KeyObject } from 'node:crypto';

/** A data key: AES-256, one for each subject. A `KeyObject`, so that no log or message prints it. */
export interface DataKey {
  /** A random UUID; says nothing about the subject. */
  readonly keyId: string;
  readonly dek: KeyObject;
}

/** The keys or their wrapper can't be reached. Retryable. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** A stored key does not open with the service's own: another master key, or a changed row. Not retryable. */
export class KeyUnwrapFailed extends Error {
  override readonly name = 'KeyUnwrapFailed';
  constructor(
    readonly keyId: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`Data key ${keyId}: ${detail}`, options);
  }
}

/** The channel of the database on which processes tell each other which keys to forget: ids, by commas. */
export const keyEvictionChannel = 'caseledger_key_evictions';

export const KEY_STORE = Symbol('KeyStore');

/**
 * The data keys, by subject: `person:<uuid>`, or `case:<uuid>` for narratives. What a key sealed is gone when the key is.
 * One contract suite (`key-store.contract.ts`) holds every adapter to the same behaviour.
 */
export interface KeyStore {
  /**
   * The key of each subject, made where there is none, durably committed before the answer: an event may then be appended that needs it.
   * Asks the database each time, so that nothing new is sealed with a key that another process destroyed. Any number of processes may ask
   * for one subject at once: they get one key.
   * @throws KeysUnavailable, KeyUnwrapFailed; RangeError over `keyLimits`
   */
  ensureKeys(subjects: readonly string[]): Promise<ReadonlyMap<string, DataKey>>;
  /** {@link ensureKeys} of one. Calls made while another is under way share a statement. */
  ensureKey(subject: string): Promise<DataKey>;
  /**
   * The keys that exist, by id. An id that is missing from the answer was destroyed. May answer from memory: a key destroyed by another
   * process stays known for `keyLimits.cacheTtlMs` at most.
   * @throws KeysUnavailable, KeyUnwrapFailed; RangeError over `keyLimits`
   */
  getKeys(keyIds: readonly string[]): Promise<ReadonlyMap<string, DataKey>>;
  /**
   * Destroys the subject's key for good, here at once. Answers its id, for the record; null where there is none. A later `ensureKeys`
   * makes a new key, which opens nothing of before.
   * @throws KeysUnavailable
   */
  destroy(subject: string): Promise<string | null>;
  /**
   * Destroys these keys for good, whatever their subjects, here at once and in every process that listens. Answers those that were there.
   * @throws KeysUnavailable
   */
  destroyKeys(keyIds: readonly string[]): Promise<readonly string[]>;
  /** Forgets unwrapped keys held in memory: these ids, or all. The next use asks the database. */
  evict(keyIds?: readonly string[]): void;
}

export interface KeyToWrap {
  readonly keyId: string;
  readonly dek: KeyObject;
}

export interface WrappedKey {
  readonly keyId: string;
  readonly wrapped: Uint8Array;
}

/** Encrypts data keys under a master key that never lies beside them: a local one, or a key-management service. Bound to the key's id. */
export interface KeyWrapper {
  /** @throws KeysUnavailable */
  wrap(keys: readonly KeyToWrap[]): Promise<readonly WrappedKey[]>;
  /** @throws KeysUnavailable, KeyUnwrapFailed */
  unwrap(keys: readonly WrappedKey[]): Promise<readonly DataKey[]>;
}

export const keyLimits = {
  /** Subjects or ids in one call. */
  keysPerCallMax: 10_000,
  /** Subjects or ids in one SQL statement. */
  keysPerStatementMax: 1_000,
  /** Keys destroyed by one statement: their ids fit into one notice between processes (8,000 bytes). */
  keysPerNoticeMax: 200,
  /** UTF-16 units in a subject. */
  subjectCharsMax: 200,
  /** Unwrapped keys held in memory. */
  cachedKeysMax: 10_000,
  /** How long an unwrapped key may be held, in milliseconds: the longest that a key destroyed elsewhere can still open anything here. */
  cacheTtlMs: 30_000,
  /** Rounds of "insert what is missing, read the rest", for the case that another process makes and destroys the key in between. */
  ensureRoundsMax: 5,
  /** Single subjects waiting to share the next statement. */
  ensureQueueMax: 10_000,
} as const;

const subjectForm = /^[a-z][a-z-]*:[A-Za-z0-9._-]+$/;

/** @throws RangeError where a call is over the limits, or a subject is not `kind:name` */
export function checkSubjects(subjects: readonly string[]): void {
  checkCount(subjects.length);
  for (const subject of subjects) {
    if (subject.length > keyLimits.subjectCharsMax || !subjectForm.test(subject)) {
      throw new RangeError('A subject is a kind, a colon and an id, such as case:<uuid>.');
    }
  }
}

/** @throws RangeError */
export function checkCount(count: number): void {
  if (count > keyLimits.keysPerCallMax) throw new RangeError(`${count} keys in one call, ${keyLimits.keysPerCallMax} at most.`);
}
