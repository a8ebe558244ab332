import type { By } from './event.js';
import type { Uuid } from './ids.js';
import { EnvelopeRefused } from './refusal.js';

/**
 * What folding needs of an event's texts, in half the time of parsing them whole. Every append was checked to be its own reprint and `formEvent`
 * prints keys in one order, so a part is found by the key before it: no quotation mark inside a JSON text's string stands without a backslash.
 * What is found is still parsed, not cut out, for a piece of a string keeps the whole of it in memory.
 */
export interface HeadGist {
  readonly typeVersion: number;
  readonly recordedAt: string;
  readonly commandId: Uuid;
}

/** @throws EnvelopeRefused, SyntaxError where the text is not a head as `formEvent` prints it */
export function readHeadGist(head: string): HeadGist {
  const start = find(head, '"typeVersion":', 0, 'head');
  const end = find(head, ',"$correlationId":', start, 'head');
  return JSON.parse(`{${head.slice(start, end)}}`) as HeadGist; // A codec.
}

export interface BodyGist {
  readonly by: By;
  /** The data fields in body order; the caller's own. */
  readonly fields: Record<string, unknown>;
}

const byKey = '"@by":';
const commandKey = ',"@command":';

/** @throws EnvelopeRefused, SyntaxError where the text is not a body as `formEvent` prints it */
export function readBodyGist(body: string): BodyGist {
  const by = find(body, byKey, 0, 'body') + byKey.length;
  const byEnd = find(body, commandKey, by, 'body');
  const command = byEnd + commandKey.length;
  // `null`, or an object that holds a hash in base64url, so no other brace.
  const end = body.startsWith('null', command) ? command + 'null'.length : find(body, '}', command, 'body') + 1;
  // A codec: after a comma come the fields, and without one the body's own end.
  const fields = (body[end] === ',' ? JSON.parse(`{${body.slice(end + 1)}`) : {}) as Record<string, unknown>;
  return { by: actors.read(body.slice(by, byEnd)), fields };
}

function find(text: string, part: string, from: number, where: string): number {
  const at = text.indexOf(part, from);
  if (at === -1) throw new EnvelopeRefused('WRONG_KEYS', where, `does not hold ${part} where it belongs`);
  return at;
}

/** Whoever acts, acts often: the same text is parsed once and its events share one object, which nobody alters. */
class Actors {
  private static readonly keptMax = 500;
  private readonly known = new Map<string, By>();

  read(text: string): By {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    if (this.known.size >= Actors.keptMax) this.known.clear();
    const by = JSON.parse(text) as By; // A codec.
    this.known.set(text, by);
    return by;
  }
}

const actors = new Actors();
