import type { CaseEvent } from './events.js';
import type { Case } from './state.js';

type FactCorrected = Extract<CaseEvent, { readonly type: 'FactCorrected' }>;

/**
 * A correction changes what the case says without changing what was recorded: the case is folded again from its first event, each with its
 * corrections laid over it. Stage, approvals and holds can't be corrected, so they come out as they were.
 */
export function applyCorrection(state: Case, event: FactCorrected, replay: (events: Iterable<CaseEvent>) => Case | null): Case {
  const { field, to, protectedTo } = event.data;
  const corrected = { ...state.corrections.get(event.data.event), [field]: protectedTo ?? to };
  const corrections = new Map(state.corrections).set(event.data.event, corrected);
  const again = replay(withCorrections(state.facts, corrections));
  // The facts that approvals bind and that trails show stay the recorded ones.
  return { ...(again ?? state), facts: state.facts, corrections };
}

function* withCorrections(facts: Iterable<CaseEvent>, corrections: Case['corrections']): Iterable<CaseEvent> {
  for (const fact of facts) {
    const corrected = corrections.get(fact.meta.id);
    // The decider lets pass only fields of this event's own type, with values of the field's kind.
    yield corrected === undefined ? fact : ({ ...fact, data: { ...fact.data, ...corrected } } as CaseEvent);
  }
}
