import { describe, expect, it } from '@jest/globals';
import { decodeCaseEvent } from '#libs/codec';
import { type CaseEvent, type CaseEventType, caseEvents, foldCase } from '#libs/domain';
import { isPlacedSealed, verifyEvent } from '#libs/envelope';
import { unseal } from '#libs/keys';
import { type AnyProjection, caseProjections, foldRows } from '#libs/read-models';
import { type GoldenEvent, goldenKey, presentShapes, readGolden } from '../../support/golden-events.js';

const golden = readGolden();
const decode = (event: GoldenEvent, index: number): CaseEvent => {
  const { id } = JSON.parse(event.head) as { id: string };
  return decodeCaseEvent({ id, stream: event.stream, revision: BigInt(index), type: event.type, head: event.head, body: event.body });
};

describe('stored events of every type', () => {
  it.each(golden.map((event, index) => [`${event.type} v${event.version}`, event, index] as const))('%s verifies, decodes and opens', (_name, event, index) => {
    expect(verifyEvent(event.head, event.body, { leafHash: event.leafHash })).toMatchObject({ kind: 'VERIFIED' });
    const data: Readonly<Record<string, unknown>> = { ...decode(event, index).data };
    for (const [name, plaintext] of Object.entries(event.opened)) {
      const sealed = data[name];
      expect(isPlacedSealed(sealed) && unseal(goldenKey, sealed).value).toEqual(plaintext);
    }
  });

  it('holds one of every type at its present version; a new or changed one gets its golden event first', () => {
    const held = new Set(golden.map((event) => `${event.type} v${event.version}`));
    const missing = presentShapes().map(({ type, version }) => `${type} v${version}`).filter((shape) => !held.has(shape));
    expect(missing).toEqual([]);
  });

  it('stores exactly the fields of the catalogue, in its order: a changed shape needs a new version', () => {
    for (const { type, version, fields } of presentShapes()) {
      const event = golden.find((one) => one.type === type && one.version === version);
      const stored = Object.keys(JSON.parse(event?.body ?? '{}') as object).filter((name) => !name.startsWith('@'));
      expect({ type, stored }).toEqual({ type, stored: fields });
    }
  });

  it('seals exactly the protected fields', () => {
    for (const event of golden) {
      const { fields } = caseEvents[decode(event, 0).type];
      const isProtected = Object.entries(fields).filter(([name, field]) => field.subject !== null && name in event.opened).map(([name]) => name);
      expect(Object.keys(event.opened).sort()).toEqual(isProtected.sort());
    }
  });

  it('shows an event of an older shape in the newest, completed from its own head, while its stored bytes verify as they are', () => {
    const older = golden.filter((event) => event.version < caseEvents[event.type as CaseEventType].version);
    expect(older.map((event) => `${event.type} v${event.version}`)).toEqual(['ComplainantNotified v1']);
    for (const event of older) {
      const shown = decode(event, golden.indexOf(event));
      const newest = decode(golden.find((one) => one.type === event.type && one.version > event.version) ?? event, 0);
      expect(Object.keys(shown.data).sort()).toEqual(Object.keys(newest.data).sort());
      expect(Object.keys(JSON.parse(event.body) as object)).not.toContain('toldAt');
      expect(shown.data).toMatchObject({ toldAt: shown.meta.recordedAt });
    }
  });

  it('fills the read models from old shapes and new alike', () => {
    const first = golden.findIndex((event) => event.type === 'ReportFiled');
    const opening = [golden[first] as GoldenEvent, golden.find((event) => event.type === 'PersonRecorded') as GoldenEvent];
    const told = (version: number): string | null => {
      const notified = golden.find((event) => event.type === 'ComplainantNotified' && event.version === version) as GoldenEvent;
      const events = [...opening, notified].map((event, i) => ({ event: decode(event, i), position: BigInt(i) }));
      const person = caseProjections.find(({ name }) => name === 'person') as AnyProjection;
      return ([...(foldRows(person, events)['person']?.values() ?? [])][0] as { told_at: string | null }).told_at;
    };
    const v1 = golden.find((event) => event.type === 'ComplainantNotified' && event.version === 1) as GoldenEvent;
    expect(told(1)).toBe((JSON.parse(v1.head) as { recordedAt: string }).recordedAt);
    expect(told(2)).toBe('2026-03-02T14:50:00.000Z');
  });

  it('folds without a throw, whatever the order in which the types came', () => {
    const first = golden.findIndex((event) => event.type === 'ReportFiled');
    const events = [...golden.slice(first), ...golden.slice(0, first)].map(decode);
    expect(foldCase(events)).toMatchObject({ exists: true });
  });
});
