import { createHash, createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CaseEventType, caseEvents, type NewCaseEvent } from '#libs/domain';
import type { DataKey } from '#libs/keys/port';

/**
 * Stored events as they were written, one of every type and version, with invented data and a key that is no secret. They are never
 * rewritten: a program that can't read them can't read somebody's log.
 */
export interface GoldenEvent {
  readonly type: string;
  readonly version: number;
  readonly stream: string;
  readonly head: string;
  readonly body: string;
  readonly leafHash: string;
  /** The protected fields in the clear. */
  readonly opened: Readonly<Record<string, unknown>>;
}

export const goldenFile = fileURLToPath(new URL('../golden/events/events.ndjson', import.meta.url));
export const goldenCase = '0190b5a0-0000-8000-8000-00000000901d';

/** The one key of the golden events. */
export const goldenKey: DataKey = {
  keyId: '0190b5a0-0000-4000-8000-00000000901d',
  dek: createSecretKey(createHash('sha256').update('golden events of caseledger: no secret').digest()),
};

export function readGolden(): readonly GoldenEvent[] {
  const lines = readFileSync(goldenFile, 'utf8').split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as GoldenEvent); // Written by make-golden-events.ts.
}

/** What is in the catalogue now: every type at its present version. */
export const presentShapes = (): readonly { readonly type: CaseEventType; readonly version: number; readonly fields: readonly string[] }[] =>
  Object.entries(caseEvents).map(([type, definition]) => ({
    // The catalogue's own keys.
    type: type as CaseEventType,
    version: definition.version,
    fields: Object.keys(definition.fields),
  }));

export type Samples = { readonly [T in CaseEventType]: Extract<NewCaseEvent, { readonly type: T }>['data'] };
