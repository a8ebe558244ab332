import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { factsOf, mayKnowOf, maySee, type Viewer } from '#libs/access';
import { decodeSharedEvent } from '#libs/codec';
import type { CaseEvent, CaseId, CaseState } from '#libs/domain';
import type { StoredEvent } from '#libs/event-store';
import type { CaseLoader } from '#libs/recorder';
import { CASE_LOADER } from '#libs/service';

export const liveCaseLimits = {
  /** Cases whose state is shared between the readers of one event. */
  casesMax: 1_000,
  /** How long one reading of a case serves, in milliseconds. */
  servesMs: 100,
} as const;

interface Reading {
  readonly revision: bigint;
  readonly at: number;
  readonly state: Promise<CaseState>;
}

/**
 * Judges who may hear of an event, at the event: on the case as its stream has it after that event, and not longer ago than `servesMs`. However many
 * listen, the event is decoded once and its case is read once.
 */
@Injectable()
export class LiveCases {
  private readonly readings = new LRUCache<CaseId, Reading>({ max: liveCaseLimits.casesMax });

  constructor(@Inject(CASE_LOADER) private readonly loader: CaseLoader) {}

  decode(stored: StoredEvent): CaseEvent {
    return decodeSharedEvent(stored);
  }

  async mayHear({ actor }: Viewer, stored: StoredEvent): Promise<boolean> {
    // A codec: streams of this category are named after their cases.
    const state = await this.read(stored.stream.slice('case-'.length) as CaseId, stored.revision);
    return state.exists && maySee(actor, factsOf(state), new Date().toISOString()) && mayKnowOf(actor, this.decode(stored));
  }

  private read(caseId: CaseId, revision: bigint): Promise<CaseState> {
    const now = performance.now();
    const known = this.readings.get(caseId);
    if (known !== undefined && known.revision >= revision && now - known.at <= liveCaseLimits.servesMs) return known.state;
    const state = this.loader.load(caseId).then((loaded) => loaded.state);
    this.readings.set(caseId, { revision, at: now, state });
    // The next one tries again.
    state.catch(() => this.readings.delete(caseId));
    return state;
  }
}
