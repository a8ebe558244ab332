import type { CaseEvent, Instant } from '#libs/domain';
import { happenedAt } from './happened.js';

/** Up to where the record is read. */
export type RecordedBy =
  | { readonly kind: 'REVISION'; readonly revision: number }
  /** In the order of the whole log. */
  | { readonly kind: 'POSITION'; readonly n: bigint }
  /** Inclusive, by the service's own clock. */
  | { readonly kind: 'TIME'; readonly at: Instant };

/** The two times of a record, kept apart. Null: not bounded. */
export interface AsOf {
  readonly recorded: RecordedBy | null;
  /** What had not happened by then is left out, though it may be recorded. */
  readonly happenedBy: Instant | null;
}

export const unboundedAsOf: AsOf = { recorded: null, happenedBy: null };

interface Placed {
  readonly event: CaseEvent;
  readonly position: bigint;
}

/** The events of a case, in order, as they stood then. */
export function eventsAsOf<P extends Placed>(events: readonly P[], { recorded, happenedBy }: AsOf): readonly P[] {
  const known = recorded === null ? events : events.slice(0, countRecorded(events, recorded));
  return happenedBy === null ? known : happenedOf(known, happenedBy);
}

/** Times of recording never decrease within a stream, so the first event behind the bound ends it. */
function countRecorded(events: readonly Placed[], by: RecordedBy): number {
  const end = events.findIndex(({ event, position }) => {
    if (by.kind === 'REVISION') return event.meta.revision > by.revision;
    return by.kind === 'POSITION' ? position > by.n : event.meta.recordedAt > by.at;
  });
  return end === -1 ? events.length : end;
}

/**
 * What had happened by then. An event that speaks of something that first came up in one left out is left out as well: nothing can be done with
 * what is not there yet. Before the report that opens a case, there is no case. So the rest folds as a history of its own.
 */
function happenedOf<P extends Placed>(events: readonly P[], by: Instant): readonly P[] {
  const [opening] = events;
  if (opening === undefined || happenedAt(opening.event) > by) return [];
  const known = new Set<string>();
  const unknown = new Set<string>();
  return events.filter(({ event }) => {
    const ids = [event.meta.id as string, ...idsIn(event.data)];
    const happened = happenedAt(event) <= by && !ids.some((id) => unknown.has(id));
    for (const id of ids) if (happened) known.add(id);
    else if (!known.has(id)) unknown.add(id);
    return happened;
  });
}

const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every id that stands anywhere in a value. */
function idsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return idForm.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  // A sealed value's key belongs to a person or a case, not to what happened.
  return '@sealed' in value ? [] : Object.values(value).flatMap(idsIn);
}
