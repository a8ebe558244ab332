import { LRUCache } from 'lru-cache';
import type { Adapter, AdapterPayload } from 'oidc-provider';

export const adapterLimits = {
  /** Entries of one kind (sessions, codes, sign-ins under way). The one unused for longest goes first: its owner signs in again. */
  entriesMax: 1_000,
  /** What says of itself no end is forgotten after this, in seconds. */
  secondsMax: 12 * 60 * 60,
} as const;

/** What the provider remembers of one kind, in this process's memory alone: nothing of a demonstration sign-in outlives it. */
export class BoundedAdapter implements Adapter {
  private readonly entries = new LRUCache<string, AdapterPayload>({ max: adapterLimits.entriesMax });

  async upsert(id: string, payload: AdapterPayload, expiresIn: number = adapterLimits.secondsMax): Promise<void> {
    this.entries.set(id, payload, { ttl: Math.min(expiresIn, adapterLimits.secondsMax) * 1_000 });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.entries.get(id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.first((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.first((payload) => payload.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    const payload = this.entries.get(id);
    // Its end stays what it was.
    if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1_000);
  }

  async destroy(id: string): Promise<void> {
    this.entries.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, payload] of [...this.entries.entries()]) if (payload.grantId === grantId) this.entries.delete(id);
  }

  private first(is: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const payload of this.entries.values()) if (is(payload)) return payload;
    return undefined;
  }
}
