import { randomUUID } from 'node:crypto';
import type { EventToAppend } from '../../libs/event-store/src/index.js';

const body = {
  '@seed': 's'.repeat(43),
  '@by': { actor: 'a'.repeat(36), roles: ['INTAKE'], unit: null, purpose: null, authority: null },
  '@command': { hash: 'h'.repeat(43) },
  text: 'An invented sentence. '.repeat(20),
};
const bodyText = JSON.stringify(body);

/** An event of this service's usual size, about 1 KiB; the same bytes go to every contestant. */
export function eventOf(stream: string, revision: number): EventToAppend {
  const id = randomUUID();
  return { id, type: 'Noted', head: JSON.stringify(headOf(stream, revision, id)), body: bodyText };
}

const headOf = (stream: string, revision: number, id: string) => ({
  v: 1,
  id,
  stream,
  revision,
  type: 'Noted',
  typeVersion: 1,
  recordedAt: '2026-11-22T10:15:30.123Z',
  commandId: id,
  prev: 'p'.repeat(43),
  body: 'b'.repeat(43),
  fields: 'f'.repeat(43),
});

/** The same as data and metadata, for stores that print JSON themselves. */
export function dataOf(stream: string, revision: number): { readonly data: typeof body; readonly metadata: ReturnType<typeof headOf> } {
  return { data: body, metadata: headOf(stream, revision, randomUUID()) };
}
