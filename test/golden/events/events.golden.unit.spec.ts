import { describe, expect, it } from '@jest/globals';
import { decodeCaseEvent } from '#libs/codec';
import { type CaseEvent, caseEvents, foldCase } from '#libs/domain';
import { isPlacedSealed, verifyEvent } from '#libs/envelope';
import { unseal } from '#libs/keys';
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

  it('folds without a throw, whatever the order in which the types came', () => {
    const first = golden.findIndex((event) => event.type === 'ReportFiled');
    const events = [...golden.slice(first), ...golden.slice(0, first)].map(decode);
    expect(foldCase(events)).toMatchObject({ exists: true });
  });
});
