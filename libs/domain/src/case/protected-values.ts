import type { Field, Sealed } from '../kernel/event-schema.js';
import type { PersonId } from '../kernel/ids.js';
import { caseEvents } from './events.js';
import type { Case } from './state.js';

export interface SealedValues {
  /** Ids of the data keys, each once, in the order of their first use. */
  readonly keys: readonly string[];
  readonly values: number;
}

/** Everything on the case that is sealed for one person, or for the case itself (null): read off its events, corrections included. */
export function sealedOf(state: Case, person: PersonId | null): SealedValues {
  const keys = new Set<string>();
  let values = 0;
  for (const { type, data } of state.facts) {
    const schema: Readonly<Record<string, Field>> = caseEvents[type].fields;
    const stored: Readonly<Record<string, unknown>> = data;
    for (const [name, { subject }] of Object.entries(schema)) {
      const value = stored[name];
      if (subject === null || value === null || value === undefined) continue;
      const of = subject.of === 'CASE' ? null : (stored[subject.field] ?? null);
      if (of !== person) continue;
      values += 1;
      // A codec: a protected field that is not null is sealed. Only the key's name is looked at.
      keys.add((value as Sealed<unknown>)['@sealed'].key);
    }
  }
  return { keys: [...keys], values };
}
