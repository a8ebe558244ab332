import { describe, expect, it } from '@jest/globals';
import { decodeClearEvent } from '#libs/codec';
import { readHead, verifyEvent } from '#libs/envelope';
import type { StoredEvent } from '#libs/event-store';
import { unseal } from '#libs/keys';
import { decodeReads, readsRecorded } from '#libs/reads';
import { goldenKey } from '../../support/golden-events.js';
import { goldenReads, type GoldenStreamEvent, goldenStreamOf, readGoldenStreams, streamKinds, streamSamples } from '../../support/golden-streams.js';

const golden = readGoldenStreams();
const idOf = ({ head }: GoldenStreamEvent): string => (JSON.parse(head) as { id: string }).id;
const ofKind = (category: string): readonly GoldenStreamEvent[] => golden.filter(({ stream }) => stream === goldenStreamOf(category));

describe('stored events of streams that are no cases', () => {
  it.each(golden.map((event) => [`${event.type} v${event.version}`, event] as const))('%s verifies, and follows the event before it in its stream', (_name, event) => {
    expect(verifyEvent(event.head, event.body, { leafHash: event.leafHash, stream: event.stream, type: event.type, revision: event.revision })).toMatchObject({ kind: 'VERIFIED' });
    const before = golden.find(({ stream, revision }) => stream === event.stream && revision === event.revision - 1);
    expect(readHead(event.head).prev).toBe(before?.leafHash ?? null);
  });

  it('there is one of every type at its present version: a new or changed one gets its golden event first', () => {
    const held = new Set(golden.map(({ type, version }) => `${type} v${version}`));
    const present = [readsRecorded, ...streamKinds.flatMap(({ events }) => Object.entries(events).map(([type, { version }]) => ({ type, version })))];
    expect(present.map(({ type }) => type)).toEqual(expect.arrayContaining(['ReadsRecorded', 'UserDisabled', 'UserEnabled']));
    expect(present.map(({ type, version }) => `${type} v${version}`).filter((shape) => !held.has(shape))).toEqual([]);
  });

  it('they decode to what was recorded, hold exactly the fields of their catalogue in its order, and fold', () => {
    for (const kind of streamKinds) {
      let state = kind.initial;
      for (const event of ofKind(kind.category)) {
        const decoded = decodeClearEvent({ id: idOf(event), stream: event.stream, revision: BigInt(event.revision), type: event.type, head: event.head, body: event.body }, kind.events);
        expect(decoded.data).toEqual(streamSamples[event.type]);
        if (event.version === kind.events[event.type]?.version) {
          const stored = Object.keys(JSON.parse(event.body) as object).filter((name) => !name.startsWith('@'));
          expect({ type: event.type, stored }).toEqual({ type: event.type, stored: Object.keys(kind.events[event.type]?.fields ?? {}) });
        }
        state = kind.evolve(state, decoded, decoded.meta);
      }
      expect(state).toBeDefined();
    }
  });
});

describe('a stored record of reads', () => {
  const [event] = golden.filter(({ type, version }) => type === readsRecorded.type && version === 1) as [GoldenStreamEvent];
  const stored = { id: idOf(event), stream: event.stream, revision: 0n, type: event.type, head: event.head, body: event.body } as unknown as StoredEvent; // Decoding needs no position.

  it('gives each read back as it was, each in a field of its own', () => {
    const reads = decodeReads(stored);
    expect(reads.map(({ field }) => field)).toEqual(['read0', 'read1']);
    expect(reads.map(({ read }) => read)).toEqual(
      goldenReads.map(({ by: { correlationId, ...by }, what: { words: _sealed, ...what } }) => ({ ...by, ...what, at: '2026-03-02T15:00:00.000Z', correlation: correlationId })),
    );
  });

  it('holds the words of a search sealed', () => {
    const [, search] = decodeReads(stored);
    expect(event.head + event.body).not.toContain('lantern');
    expect(search?.words && unseal(goldenKey, search.words).value).toBe(event.opened['words1']);
  });
});
