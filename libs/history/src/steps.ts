import { absentCase, type Binding, type CaseEvent, type CaseState, evolveCase } from '#libs/domain';

/** One event of a case with what it found and what it left. */
export interface Step<P> {
  readonly placed: P;
  readonly before: CaseState;
  readonly after: CaseState;
}

/** Folded once, from the first event; a reader may stop anywhere. */
export function* stepsOf<P extends { readonly event: CaseEvent }>(events: Iterable<P>): Generator<Step<P>, void, void> {
  let before: CaseState = absentCase;
  for (const placed of events) {
    const after = evolveCase(before, placed.event);
    yield { placed, before, after };
    before = after;
  }
}

/** What a submission, an approval or a delivery binds; null for events that bind nothing. */
export const bindingOf = ({ data }: CaseEvent): Binding | null => ('binds' in data ? data.binds : null);
