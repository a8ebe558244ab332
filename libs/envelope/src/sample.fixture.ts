import type { EventInput, FieldInput } from './event.js';
import { eventId } from './ids.js';

/** An invented event, for tests. */
export const sampleStream = 'case-0199a000-0000-7000-8000-00000000000a';
export const sampleCommand = '0199a000-0000-7000-8000-000000000001';

export function sampleInput(fields: readonly FieldInput[], changes: Partial<EventInput> = {}): EventInput {
  return {
    id: eventId(sampleStream, sampleCommand, 0),
    stream: sampleStream,
    revision: 0,
    type: 'ReportFiled',
    typeVersion: 1,
    recordedAt: '2026-11-22T10:15:30.123Z',
    commandId: sampleCommand,
    correlationId: sampleCommand,
    causationId: null,
    prev: null,
    by: { actor: 'officer-1', roles: ['OFFICER'], unit: 'UNIT-7', purpose: null, authority: null },
    commandHash: null,
    seed: new Uint8Array(32).fill(7),
    fields,
    ...changes,
  };
}

export const sealedSample = {
  '@sealed': {
    key: '11111111-2222-4333-8444-555555555555',
    nonce: 'AAAAAAAAAAAAAAAA',
    box: 'A'.repeat(80),
    commitment: `${'A'.repeat(42)}A`,
  },
} as const;
