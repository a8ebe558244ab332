import { describe, expect, it } from '@jest/globals';
import { samplePolicy } from '../../../../test/support/policy.js';
import type { EventId } from '../kernel/ids.js';
import { addSpan } from './calendar.js';
import type { Clock } from './clocks.js';
import { explainDeadline } from './explain.js';
import type { ClockName } from './policy.js';
import { because, dueAfter } from './spans.js';

/** A clock as the fold starts it, of the rule of its name alone. */
function started(clock: Exclude<ClockName, 'FOOTAGE_DELETED' | 'LIMITATION'>, startedAt: string, change: Partial<Clock> = {}): Clock {
  const due = dueAfter(samplePolicy.clocks[clock], samplePolicy)(startedAt);
  const start = { step: 'START', text: `It counts from ${startedAt}, when the city was told.`, citation: null, source: null, verifiedOn: null } as const;
  return {
    ...{ clock, subjectKind: 'CASE', subject: null, startedBy: 'event-1' as EventId, startedAt, dueAt: due.at, warnAt: [], stoppedAt: null, stoppedBy: null },
    ...{ policyVersion: 1, reasons: [start, ...due.reasons] },
    ...change,
  };
}

describe('why this deadline', () => {
  it('names each day between, counted or passed over, with the change of the clocks, the version and the local end', () => {
    const steps = explainDeadline(started('TRIAGE', '2026-03-06T21:00:00.000Z'), samplePolicy);
    expect(steps.map(({ step, date, passedOver, count }) => [step, date, passedOver, count])).toEqual([
      ['START', null, null, null],
      ['POLICY', null, null, null],
      ['RULE', null, null, null],
      ['DAY', '2026-03-07', 'WEEKEND', null],
      ['DAY', '2026-03-08', 'WEEKEND', null],
      ['DAY', '2026-03-09', null, 1],
      ['DAY', '2026-03-10', null, 2],
      ['ZONE', null, null, null],
      ['DUE', null, null, null],
    ]);
    const said = steps.map(({ text }) => text).join('\n');
    for (const words of ['2026-03-06 15:00:00 -06:00', "Version 1 of the policy 'test'", '2 business days', 'from -06:00 to -05:00', '2026-03-10 15:00:00 -05:00', '2026-03-10T20:00:00.000Z']) expect(said).toContain(words);
    expect(steps.find(({ step }) => step === 'RULE')).toMatchObject({ citation: 'local policy', source: 'test', verifiedOn: null });
  });

  it('names a holiday as one, and the days end where the deadline is', () => {
    const clock = started('DELIVERY', '2026-07-02T20:00:00.000Z');
    const days = explainDeadline(clock, samplePolicy).filter(({ step }) => step === 'DAY');
    expect(days.map(({ date, passedOver }) => [date, passedOver])).toEqual([['2026-07-03', 'HOLIDAY'], ['2026-07-04', 'WEEKEND'], ['2026-07-05', 'WEEKEND'], ['2026-07-06', null], ['2026-07-07', null]]);
    expect(clock.dueAt.slice(0, 10)).toBe(days.at(-1)?.date);
  });

  it('names no day where hours are counted, and what the clocks do to them', () => {
    const clock = started('IDENTIFICATION_ATTEMPT', '2026-03-07T21:00:00.000Z');
    const steps = explainDeadline(clock, samplePolicy);
    expect(steps.filter(({ step }) => step === 'DAY')).toEqual([]);
    expect(steps.find(({ step }) => step === 'ZONE')?.text).toContain('hours are elapsed time');
    expect(clock.dueAt).toBe(addSpan('2026-03-07T21:00:00.000Z', { amount: 24, unit: 'HOURS' }, samplePolicy));
  });

  it('says what brought it forward after what it would have been, and that it was stopped in time or too late', () => {
    const sooner = because('SOONER', 'It ends 24 hours before the deletion.', samplePolicy.deletionMargin);
    const usual = started('FIRST_HASH', '2026-03-10T15:00:00.000Z');
    const clock = { ...usual, dueAt: '2026-03-12T15:00:00.000Z', reasons: [...usual.reasons, sooner], stoppedAt: '2026-03-12T15:00:00.001Z' };
    const steps = explainDeadline(clock, samplePolicy);
    expect(steps.map(({ step }) => step)).toEqual(['START', 'POLICY', 'RULE', 'SOONER', 'DUE', 'STOPPED']);
    expect(steps.at(-1)?.text).toContain('too late');
    expect(explainDeadline({ ...clock, stoppedAt: clock.dueAt }, samplePolicy).at(-1)?.text).toContain('in time');
  });
});
