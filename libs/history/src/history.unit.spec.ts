import { describe, expect, it } from '@jest/globals';
import { absentCase, type CaseEvent, evolveCase, foldCase } from '#libs/domain';
import { stored } from '../../../test/support/case-kit.js';
import { randomHistory } from '../../../test/support/random-histories.js';
import { bindingOf, changesBetween, eventsAsOf, happenedAt, stepsOf } from './index.js';

const seeds = Array.from({ length: 60 }, (_, i) => i + 1);
const everything = (): boolean => true;

function historyOf(seed: number): readonly { readonly event: CaseEvent; readonly position: bigint }[] {
  return randomHistory(seed, 120).map((one, revision) => ({ event: stored(one, revision), position: BigInt(revision * 3) }));
}
const fold = (events: readonly { readonly event: CaseEvent }[]) => foldCase(events.map(({ event }) => event));

describe('a case at another time', () => {
  it('is, by revision, position or time of recording, the fold of exactly what was recorded by then', () => {
    for (const seed of seeds) {
      const events = historyOf(seed);
      for (const { event, position } of events) {
        const { revision, recordedAt } = event.meta;
        const upTo = events.slice(0, revision + 1);
        expect(eventsAsOf(events, { recorded: { kind: 'REVISION', revision }, happenedBy: null })).toEqual(upTo);
        expect(eventsAsOf(events, { recorded: { kind: 'POSITION', n: position + 2n }, happenedBy: null })).toEqual(upTo);
        const byTime = eventsAsOf(events, { recorded: { kind: 'TIME', at: recordedAt }, happenedBy: null });
        expect(byTime.every((one) => one.event.meta.recordedAt <= recordedAt)).toBe(true);
        expect(events[byTime.length]?.event.meta.recordedAt ?? '9').not.toBe(recordedAt);
      }
    }
  });

  it('leaves out what had not happened by then, and all that speaks of it; the rest folds as a history of its own', () => {
    let differs = 0;
    for (const seed of seeds.slice(0, 20)) {
      const events = historyOf(seed);
      for (const { event } of events) {
        const by = happenedAt(event);
        const happened = eventsAsOf(events, { recorded: null, happenedBy: by });
        for (const one of happened) expect(happenedAt(one.event) <= by).toBe(true);
        expect(() => fold(happened)).not.toThrow();
        if (happened.length !== events.filter((one) => one.event.meta.recordedAt <= by).length) differs += 1;
      }
    }
    // The two times say different things, or nothing was tried here.
    expect(differs).toBeGreaterThan(30);
  });

  it('never lets anything happen after it was recorded', () => {
    for (const seed of seeds) for (const { event } of historyOf(seed)) expect(happenedAt(event) <= event.meta.recordedAt).toBe(true);
  });
});

describe('the steps of a case', () => {
  it('lead from nothing to the case, each beginning where the one before ended', () => {
    for (const seed of seeds.slice(0, 20)) {
      const events = historyOf(seed);
      const steps = [...stepsOf(events)];
      expect(steps[0]?.before).toBe(absentCase);
      steps.forEach((step, i) => i > 0 && expect(step.before).toBe(steps[i - 1]?.after));
      expect(steps.at(-1)?.after).toEqual(fold(events));
    }
  });

  it('tell by their changes all that changed: the same changes between two distant states as a fold of the steps between', () => {
    for (const seed of seeds.slice(0, 20)) {
      const events = historyOf(seed);
      const told = new Set<string>();
      for (const { before, after } of stepsOf(events)) for (const { thing, id } of changesBetween(before, after, everything)) told.add(`${thing} ${id ?? ''}`);
      for (const { thing, id } of changesBetween(absentCase, fold(events), everything)) expect(told.has(`${thing} ${id ?? ''}`)).toBe(true);
    }
  });

  it('show no word of protected text, and no sealed box', () => {
    for (const seed of seeds.slice(0, 20)) {
      for (const { before, after } of stepsOf(historyOf(seed))) {
        const text = JSON.stringify(changesBetween(before, after, everything));
        expect(text).not.toContain('"box"');
        for (const { fields } of changesBetween(before, after, everything)) for (const field of fields) if (field.protected) expect([field.from, field.to].every((value) => value === null)).toBe(true);
      }
    }
  });

  it('say nothing of a statement behind the wall', () => {
    const compelled = seeds.flatMap((seed) => [...stepsOf(historyOf(seed))]).filter(({ placed: { event } }) => event.type === 'StatementTaken' && event.data.voluntariness === 'COMPELLED');
    expect(compelled.length).toBeGreaterThan(0);
    for (const { before, after } of compelled) {
      const walled = changesBetween(before, after, (statement) => statement.voluntariness === 'VOLUNTARY');
      expect(walled.filter(({ thing }) => thing === 'STATEMENT')).toEqual([]);
      expect(changesBetween(before, after, everything).map(({ thing }) => thing)).toContain('STATEMENT');
    }
  });

  it('change nothing between a state and itself, told by content and not by object', () => {
    const events = historyOf(7);
    expect(changesBetween(fold(events), fold(events), everything)).toEqual([]);
  });

  it('know what an approval binds: the material revision of the state that it found', () => {
    let approvals = 0;
    for (const seed of seeds) {
      for (const { placed, before } of stepsOf(historyOf(seed))) {
        const binds = bindingOf(placed.event);
        if (binds === null || !before.exists) continue;
        approvals += 1;
        expect([before.material.materialRevision, before.materialBeforeLegal.materialRevision]).toContain(binds.materialRevision);
        expect(evolveCase(before, placed.event)).toMatchObject({ material: { materialRevision: before.material.materialRevision } });
      }
    }
    expect(approvals).toBeGreaterThan(10);
  });
});
