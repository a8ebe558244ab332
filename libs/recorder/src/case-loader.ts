import { LRUCache } from 'lru-cache';
import { type CaseEvent, type CaseId, caseStream } from '#libs/domain';
import { decodeCaseEvent } from '#libs/codec';
import type { EventStore, StoredEvent } from '#libs/event-store';
import { emptyCase, extend, type LoadedCase } from './loaded-case.js';

export const loaderLimits = {
  /** Events that the cached cases hold together; a case of n events counts n and a constant for its empty parts. */
  cachedEventsMax: 40_000,
  emptyCaseWeight: 15,
  /** Events decoded before they are folded in one go. */
  foldedTogetherMax: 100,
} as const;

/** Folded cases, kept warm: a case that was used lately costs only the tail of its stream. Process-local; the log decides who is right. */
export class CaseLoader {
  private readonly cache = new LRUCache<CaseId, LoadedCase>({
    maxSize: loaderLimits.cachedEventsMax,
    maxEntrySize: loaderLimits.cachedEventsMax / 2,
    sizeCalculation: ({ revision }) => revision + 1 + loaderLimits.emptyCaseWeight,
  });

  constructor(private readonly store: EventStore) {}

  /** The case as this process last saw it: perhaps behind the log. */
  recall(id: CaseId): LoadedCase | undefined {
    return this.cache.get(id);
  }

  /** The case as the log has it now. @throws EventStoreUnavailable, UnreadableEvent */
  async load(id: CaseId): Promise<LoadedCase> {
    const known = this.cache.get(id) ?? emptyCase();
    const loaded = await follow(known, this.store.readStream(caseStream(id), { from: BigInt(known.revision + 1) }));
    this.remember(id, loaded);
    return loaded;
  }

  /** The case as it stood after `revision`; `state.exists` is false where that is before its beginning. */
  async loadAt(id: CaseId, revision: number): Promise<LoadedCase> {
    return revision < 0 ? emptyCase() : follow(emptyCase(), this.store.readStream(caseStream(id), { to: BigInt(revision) }));
  }

  remember(id: CaseId, loaded: LoadedCase): void {
    const known = this.cache.get(id);
    // A slower reader must not put an older version back.
    if (loaded.revision >= 0 && (known === undefined || known.revision <= loaded.revision)) this.cache.set(id, loaded);
  }

  forget(id: CaseId): void {
    this.cache.delete(id);
  }
}

async function follow(from: LoadedCase, stream: AsyncIterable<StoredEvent>): Promise<LoadedCase> {
  let loaded = from;
  let decoded: CaseEvent[] = [];
  for await (const stored of stream) {
    decoded.push(decodeCaseEvent(stored));
    if (decoded.length < loaderLimits.foldedTogetherMax) continue;
    loaded = extend(loaded, decoded);
    decoded = [];
  }
  return extend(loaded, decoded);
}
