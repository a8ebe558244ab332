import { describe, expect, it } from '@jest/globals';
import { caseEvents } from '#libs/domain';
import { upcast, type Upcaster, upcasters } from './upcasters.js';

const head = { recordedAt: '2026-03-02T15:00:00.000Z' };

describe('upcasters', () => {
  it('lift step by step, from the stored version to the wanted one, and leave what was stored as it was', () => {
    const table: Record<string, Record<number, Upcaster>> = {
      Noted: { 1: (data) => ({ ...data, second: true }), 2: (data, { recordedAt }) => ({ ...data, at: recordedAt }) },
    };
    const stored = Object.freeze({ first: true });
    expect(upcast({ type: 'Noted', from: 1, to: 3, data: stored, head }, table)).toEqual({ first: true, second: true, at: head.recordedAt });
    expect(upcast({ type: 'Noted', from: 3, to: 3, data: stored, head }, table)).toBe(stored);
    expect(stored).toEqual({ first: true });
  });

  it('read no shape that is newer than this program, and none that nothing lifts', () => {
    expect(() => upcast({ type: 'Noted', from: 2, to: 1, data: {}, head }, {})).toThrow('newer than this program');
    expect(() => upcast({ type: 'Noted', from: 1, to: 2, data: {}, head }, {})).toThrow('no upcaster');
  });

  it('are there for every version before the present one, and for no other', () => {
    for (const [type, { version }] of Object.entries(caseEvents)) {
      const lifted = Object.keys(upcasters[type] ?? {}).map(Number);
      expect({ type, lifted }).toEqual({ type, lifted: Array.from({ length: version - 1 }, (_, i) => i + 1) });
    }
    expect(Object.keys(upcasters).filter((type) => !(type in caseEvents))).toEqual([]);
  });
});
