import { createSecretKey, randomUUID } from 'node:crypto';
import { systemRandom } from '#libs/envelope';
import { checkCount, checkSubjects, type DataKey, type KeyStore } from './port.js';

/** Keys in this process alone, for tests: everything sealed is lost with it. */
export class MemoryKeyStore implements KeyStore {
  readonly #bySubject = new Map<string, DataKey>();
  readonly #byId = new Map<string, DataKey>();

  async ensureKeys(subjects: readonly string[]): Promise<ReadonlyMap<string, DataKey>> {
    checkSubjects(subjects);
    return new Map(subjects.map((subject) => [subject, this.#ensure(subject)]));
  }

  async ensureKey(subject: string): Promise<DataKey> {
    checkSubjects([subject]);
    return this.#ensure(subject);
  }

  async getKeys(keyIds: readonly string[]): Promise<ReadonlyMap<string, DataKey>> {
    checkCount(keyIds.length);
    const found = new Map<string, DataKey>();
    for (const id of keyIds) {
      const key = this.#byId.get(id);
      if (key !== undefined) found.set(id, key);
    }
    return found;
  }

  async destroy(subject: string): Promise<string | null> {
    checkSubjects([subject]);
    const key = this.#bySubject.get(subject);
    if (key === undefined) return null;
    this.#bySubject.delete(subject);
    this.#byId.delete(key.keyId);
    return key.keyId;
  }

  async destroyKeys(keyIds: readonly string[]): Promise<readonly string[]> {
    checkCount(keyIds.length);
    return keyIds.filter((id) => {
      for (const [subject, key] of this.#bySubject) if (key.keyId === id) this.#bySubject.delete(subject);
      return this.#byId.delete(id);
    });
  }

  /** Memory is all there is: nothing to forget. */
  evict(): void {}

  #ensure(subject: string): DataKey {
    const known = this.#bySubject.get(subject);
    if (known !== undefined) return known;
    const key = { keyId: randomUUID(), dek: createSecretKey(systemRandom(32)) };
    this.#bySubject.set(subject, key);
    this.#byId.set(key.keyId, key);
    return key;
  }
}
