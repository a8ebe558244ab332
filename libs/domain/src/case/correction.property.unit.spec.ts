import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Case,
  type CaseCommands,
  caseEvents,
  decideCase,
  findCorrectable,
  foldCase,
  isRefusal,
  type Json,
  type NewCaseEvent,
} from '#libs/domain';
import { accountHistory as history } from '../../../../test/support/account-history.js';
import { at, context, eventIdAt, fold, type Given } from '../../../../test/support/case-kit.js';

type CorrectFact = CaseCommands['correctFact'];

function caseOf(...past: readonly Given[]): Case {
  const state = fold(past);
  if (!state.exists) throw new Error('no case');
  return state;
}
/** Whatever the values of the history hold, at any depth: so that a random value is now and then one that is let through. */
function valuesIn(value: unknown): readonly Json[] {
  // The history is JSON by construction.
  const own = value as Json;
  return typeof value === 'object' && value !== null ? [own, ...Object.values(value).flatMap(valuesIn)] : [own];
}

describe('a correction that is let through', () => {
  const targets = history.flatMap((past, revision) =>
    Object.keys(caseEvents[past.event.type].fields).map((field) => ({ revision, field })),
  );
  const pool = [...valuesIn(history.map((past) => past.event.data)), at(5), at(-600), 0, 42, 'NO', 'YES', 'LOW', 'FACE_MATCH', []];
  const anyJson: fc.Arbitrary<Json> = fc.oneof(
    fc.constantFrom(...pool),
    fc.array(fc.constantFrom(...pool), { maxLength: 3 }),
    fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json),
  );
  const anyCorrection = fc.record({ target: fc.constantFrom(...targets), to: anyJson, protectedTo: fc.option(fc.string(), { nil: null }) });

  /** What the case says, without how it came to say so. */
  const said = ({ facts: _facts, corrections: _corrections, material: _material, materialBeforeLegal: _before, hands, ...rest }: Case) => ({
    ...rest,
    witnessed: hands.witnessed,
    filed: hands.filed,
  });

  it('is never thrown at by the fold, and reads as if it had been recorded so at first', () => {
    const before = caseOf(...history);
    let letThrough = 0;
    fc.assert(
      fc.property(anyCorrection, ({ target, to, protectedTo }) => {
        const past = history[target.revision];
        if (past === undefined) throw new Error('no such event');
        const rule = findCorrectable(past.event.type, target.field);
        const isProtected = rule !== null && typeof rule.kind === 'string';
        const command: CorrectFact = {
          event: eventIdAt(target.revision),
          field: target.field,
          to: isProtected ? null : to,
          protectedTo: isProtected ? protectedTo : null,
          reason: 'Invented.',
        };
        const outcome = decideCase({ type: 'correctFact', data: command }, before, context(past.by));
        if (isRefusal(outcome) || outcome.length === 0) return;
        letThrough += 1;
        const after = caseOf(...history, ...outcome.map((event) => ({ event, by: past.by })));
        const rewritten = {
          ...past,
          event: { ...past.event, data: { ...past.event.data, [target.field]: isProtected ? protectedTo : to } } as NewCaseEvent,
        };
        const atFirst = caseOf(...history.map((each, revision) => (revision === target.revision ? rewritten : each)));
        expect(said(after)).toEqual(said(atFirst));
        expect(foldCase(after.facts)).toEqual(after);
      }),
      { seed: 20260302, numRuns: 4_000 },
    );
    // Without this the property would hold of nothing.
    expect(letThrough).toBeGreaterThan(100);
  });
});
