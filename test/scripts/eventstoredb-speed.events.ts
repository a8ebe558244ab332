import type { EventToAppend } from '#libs/event-store/port';
import { event } from '../../libs/event-store/src/contract.kit.js';

/** About what an envelope with a narrative takes. */
const data = { '@seed': 'x'.repeat(43), '@by': { actor: 'invented', roles: ['INTAKE'], unit: null, purpose: null, authority: null }, text: 'An invented account. '.repeat(30) };
export const bodyBytes = Buffer.byteLength(JSON.stringify(data));

/** The one event of a stream: it follows from the stream's name, so that whoever reads it back knows what was given. */
export function accountOf(stream: string): { readonly stream: string; readonly event: EventToAppend } {
  return { stream, event: event(stream, 0, { data }) };
}
