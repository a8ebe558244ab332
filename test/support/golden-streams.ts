import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as domain from '#libs/domain';
import type { StreamKind } from '#libs/domain';
import type { Read } from '#libs/reads';
import type { GoldenEvent } from './golden-events.js';

/** Golden events of streams that are no cases, each after the others of its own stream. As {@link goldenFile}: appended to, never rewritten. */
export const goldenStreamsFile = fileURLToPath(new URL('../golden/events/streams.ndjson', import.meta.url));

export interface GoldenStreamEvent extends GoldenEvent {
  readonly revision: number;
}

export function readGoldenStreams(): readonly GoldenStreamEvent[] {
  const lines = readFileSync(goldenStreamsFile, 'utf8').split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as GoldenStreamEvent); // Written by make-golden-events.ts.
}

const isKind = (value: unknown): value is StreamKind => typeof value === 'object' && value !== null && 'category' in value && 'events' in value && 'evolve' in value;

/** Every kind of stream that the domain defines besides cases; a new one is found by itself. */
export const streamKinds: readonly StreamKind[] = (Object.values(domain) as readonly unknown[]).filter(isKind);

export const goldenStreamOf = (category: string): string => `${category}-0190b5a0-0000-8000-8000-00000000901d`;

/** Data of each event type, invented. */
export const streamSamples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  UserDisabled: { issuer: 'https://issuer.example', user: 'golden-user', reason: 'An invented reason: the badge was reported lost.' },
  UserEnabled: { issuer: 'https://issuer.example', user: 'golden-user', reason: 'An invented reason: the badge was found.' },
  WebhookDeliveryRetried: { endpoint: 'golden-endpoint', retry: 1, attempts: 12, lastStatus: 503, reason: 'An invented reason: the receiver is back.' },
};

/** Two reads of one moment; the second was a search, whose words are sealed. */
export const goldenReads: readonly Read[] = [
  {
    by: { actor: 'golden-actor', roles: ['INVESTIGATOR'], unit: 'golden-unit', purpose: 'an invented purpose', address: '192.0.2.7', session: 'golden-session', channel: 'HTTP', correlationId: '0190b5a0-0000-7000-8000-00000000901d' },
    what: { kind: 'CaseViewed', outcome: 'SHOWN', source: 'Query.case', case: '0190b5a0-0000-8000-8000-00000000901d', things: ['footage:0190b5a0-0000-8000-8000-00000000901e'], detail: null, words: null },
  },
  {
    by: { actor: 'golden-actor', roles: ['LEGAL'], unit: null, purpose: null, address: null, session: null, channel: 'WEBSOCKET', correlationId: '0190b5a0-0000-7000-8000-00000000901e' },
    what: { kind: 'SearchRun', outcome: 'ASKED', source: 'Query.cases', case: null, things: [], detail: { first: 20 }, words: 'an invented lantern' },
  },
];
