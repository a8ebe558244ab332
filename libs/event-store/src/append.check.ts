import { EventRejected, type EventToAppend, type ExpectedRevision, limits } from './port.js';

export interface CheckedEvent extends EventToAppend {
  readonly headBytes: number;
  readonly bodyBytes: number;
}

/** An append that fits every limit and whose texts are their own reprint. */
export interface CheckedAppend {
  readonly stream: string;
  /** The last revision that the stream must have; -1: no such stream. */
  readonly expected: bigint;
  readonly events: readonly CheckedEvent[];
  /** Heads and bodies as UTF-8. */
  readonly bytes: number;
}

const streamForm = /^[a-z][a-z0-9]*-[A-Za-z0-9][A-Za-z0-9._-]*$/;
const typeForm = /^[A-Za-z][A-Za-z0-9._-]*$/;
const idForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const revisionMax = 2n ** 63n - 1n - BigInt(limits.appendEventsMax);

/**
 * Every adapter calls this before anything is sent. It also reprints each text (JSON.parse, JSON.stringify: 6 µs for a kilobyte, measured),
 * for every caller alike: one text that is not its own reprint could never be copied to a log that stores JSON.
 * @throws EventRejected
 */
export function checkAppend(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): CheckedAppend {
  if (stream.length > limits.streamCharactersMax || !streamForm.test(stream)) throw new EventRejected(`'${stream.slice(0, 80)}' can't be a stream's name.`);
  if (expected !== 'NO_STREAM' && (expected < 0n || expected > revisionMax)) throw new EventRejected(`${expected} can't be an expected revision.`);
  if (events.length === 0) throw new EventRejected('An append without an event says nothing.');
  if (events.length > limits.appendEventsMax) throw new EventRejected(`${events.length} events in one append; ${limits.appendEventsMax} are allowed.`);
  const last = expected === 'NO_STREAM' ? -1n : expected;
  let bytes = 0;
  const ids = new Set<string>();
  const checked = events.map((event, index) => {
    const fits = checkEvent(stream, last + 1n + BigInt(index), event);
    if (ids.has(event.id)) throw new EventRejected(`The event ${event.id} is given twice.`);
    ids.add(event.id);
    bytes += fits.headBytes + fits.bodyBytes;
    return fits;
  });
  if (bytes > limits.appendBytesMax) throw new EventRejected(`${bytes} bytes in one append; ${limits.appendBytesMax} are allowed.`);
  return { stream, expected: last, events: checked, bytes };
}

function checkEvent(stream: string, revision: bigint, event: EventToAppend): CheckedEvent {
  const { id, type, head, body } = event;
  if (!idForm.test(id)) throw new EventRejected(`'${id.slice(0, 80)}' can't be an event's id.`);
  if (type.length > limits.typeCharactersMax || !typeForm.test(type)) throw new EventRejected(`'${type.slice(0, 80)}' can't be an event's type.`);
  const headBytes = Buffer.byteLength(head);
  const bodyBytes = Buffer.byteLength(body);
  if (headBytes + bodyBytes > limits.eventBytesMax) {
    throw new EventRejected(`The event ${id} has ${headBytes + bodyBytes} bytes; ${limits.eventBytesMax} are allowed.`);
  }
  const says = reprinted(head, `head of ${id}`);
  reprinted(body, `body of ${id}`);
  // The columns are copies of these four: one that disagrees would make the log contradict itself.
  if (says['id'] !== id || says['type'] !== type || says['stream'] !== stream || says['revision'] !== Number(revision)) {
    throw new EventRejected(`The head of ${id} names another id, type, stream or revision than it is appended with.`);
  }
  return { id, type, head, body, headBytes, bodyBytes };
}

/** The object that a text is the exact print of. A lone surrogate or a NUL in the text can't pass: print escapes them. */
function reprinted(text: string, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EventRejected(`The ${what} is not JSON.`, { cause });
  }
  if (!isObject(value)) throw new EventRejected(`The ${what} is not a JSON object.`);
  if (JSON.stringify(value) !== text) throw new EventRejected(`The ${what} is not its own reprint.`);
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
