import type { CheckedAppend } from './append.check.js';
import { type AppendResult, EventLogDamaged, type StoredEventRef } from './port.js';

/** The function of infra/migrations/0001_event_log.sql. */
export const appendStatement = {
  name: 'append_events',
  text:
    'SELECT stored_from, first_position, actual, repeat_of FROM append_events($1::text[], $2::bigint[], $3::int[], $4::int[], ' +
    '$5::int[], $6::bigint[], $7::uuid[], $8::text[], $9::text[], $10::text[])',
} as const;

/** The same for one append of one event, which is what a batch is while nobody else appends. */
export const appendOneStatement = { name: 'append_event', text: 'SELECT append_event($1, $2, $3, $4, $5, $6)' } as const;

/** The parameters of {@link appendOneStatement}; null for any other batch. */
export function encodeOne([append, ...others]: readonly CheckedAppend[]): unknown[] | null {
  if (append === undefined || others.length > 0) return null;
  const [event, ...more] = append.events;
  return event === undefined || more.length > 0 ? null : [append.stream, append.expected, event.id, event.type, event.head, event.body];
}

/** As PostgreSQL answers it: array literals, or null. */
export type BatchAnswer = [storedFrom: string | null, firstPosition: string | null, actual: string | null, repeatOf: string | null];

// pg_type.oid, fixed for built-in types.
const oid = { int8: 20, int4: 23, text: 25, uuid: 2950 } as const;

/**
 * The parameters of one call, each a PostgreSQL array in its binary form: built once, parsed by the server without a scan for quotes.
 * (As array literals the same batch costs a third more on both sides, as every quote of a JSON text is escaped.)
 */
export function encodeBatch(appends: readonly CheckedAppend[]): Buffer[] {
  const events = appends.flatMap((append) => append.events);
  const appendOf = appends.flatMap((append, index) => append.events.map(() => index + 1));
  const revisions = appends.flatMap((append) => append.events.map((_, index) => append.expected + 1n + BigInt(index)));
  const heads = events.reduce((sum, event) => sum + event.headBytes, 0);
  const bodies = events.reduce((sum, event) => sum + event.bodyBytes, 0);
  return [
    asciiArray(appends.map((append) => append.stream)),
    bigintArray(appends.map((append) => append.expected)),
    intArray(appends.map((append) => append.events.length)),
    intArray(wavesOf(appends)),
    intArray(appendOf),
    bigintArray(revisions),
    uuidArray(events.map((event) => event.id)),
    asciiArray(events.map((event) => event.type)),
    utf8Array(events.map((event) => event.head), heads),
    utf8Array(events.map((event) => event.body), bodies),
  ];
}

/** 0, or one more than the last earlier append of the batch that touches the same stream or brings the same event. */
export function wavesOf(appends: readonly CheckedAppend[]): number[] {
  const nextWave = new Map<string, number>();
  return appends.map((append) => {
    const touched = [`s${append.stream}`, ...append.events.map((event) => event.id)];
    const wave = touched.reduce((most, key) => Math.max(most, nextWave.get(key) ?? 0), 0);
    for (const key of touched) nextWave.set(key, wave + 1);
    return wave;
  });
}

/** One result for each append of the batch. */
export function decodeBatch(logId: string, appends: readonly CheckedAppend[], [storedFrom, first, actual, repeats]: BatchAnswer): AppendResult[] {
  if (storedFrom !== null) {
    let next = BigInt(storedFrom);
    return appends.map((append) => ({ kind: 'APPENDED', repeated: false, events: refs(logId, append, () => next++) }));
  }
  const [firsts, actuals, repeated] = [items(first), items(actual), items(repeats)];
  if (firsts.length !== appends.length) throw new EventLogDamaged(`append_events answered ${firsts.length} of ${appends.length} appends.`);
  return appends.map((append, index): AppendResult => {
    const stored = firsts[index];
    if (stored !== null && stored !== undefined) {
      const n = BigInt(stored);
      return { kind: 'APPENDED', repeated: false, events: refs(logId, append, (i) => n + BigInt(i)) };
    }
    const before = repeated[index];
    if (before !== null && before !== undefined) {
      const positions = before.split(',');
      return { kind: 'APPENDED', repeated: true, events: refs(logId, append, (i) => BigInt(positions[i] ?? '')) };
    }
    const last = actuals[index];
    return { kind: 'CONFLICT', actual: last === null || last === undefined ? null : BigInt(last) };
  });
}

function refs(logId: string, append: CheckedAppend, positionOf: (index: number) => bigint): StoredEventRef[] {
  return append.events.map(({ id }, index) => ({ id, revision: append.expected + 1n + BigInt(index), position: { logId, n: positionOf(index) } }));
}

/** The items of an array literal of numbers, or of lists of numbers: `{1,NULL,"2,3"}`. */
function items(literal: string | null): (string | null)[] {
  return literal === null
    ? []
    : [...literal.matchAll(/"([0-9,]*)"|NULL|-?[0-9]+/g)].map((match) => match[1] ?? (match[0] === 'NULL' ? null : match[0]));
}

const headerBytes = 20;

/** One dimension, no nulls, lower bound 1: `array_recv` of PostgreSQL's arrayfuncs.c. */
function arrayBuffer(elementOid: number, length: number, elementBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(headerBytes + length * 4 + elementBytes);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(0, 4);
  buffer.writeInt32BE(elementOid, 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}

function intArray(values: readonly number[]): Buffer {
  const buffer = arrayBuffer(oid.int4, values.length, values.length * 4);
  values.forEach((value, index) => {
    buffer.writeInt32BE(4, headerBytes + index * 8);
    buffer.writeInt32BE(value, headerBytes + index * 8 + 4);
  });
  return buffer;
}

function bigintArray(values: readonly bigint[]): Buffer {
  const buffer = arrayBuffer(oid.int8, values.length, values.length * 8);
  values.forEach((value, index) => {
    buffer.writeInt32BE(8, headerBytes + index * 12);
    buffer.writeBigInt64BE(value, headerBytes + index * 12 + 4);
  });
  return buffer;
}

function uuidArray(values: readonly string[]): Buffer {
  const buffer = arrayBuffer(oid.uuid, values.length, values.length * 16);
  values.forEach((value, index) => {
    buffer.writeInt32BE(16, headerBytes + index * 20);
    buffer.write(value.replaceAll('-', ''), headerBytes + index * 20 + 4, 'hex');
  });
  return buffer;
}

/** Names of streams and types: their forms allow ASCII alone. */
function asciiArray(values: readonly string[]): Buffer {
  return utf8Array(values, values.reduce((sum, value) => sum + value.length, 0));
}

function utf8Array(values: readonly string[], bytes: number): Buffer {
  const buffer = arrayBuffer(oid.text, values.length, bytes);
  let offset = headerBytes;
  for (const value of values) {
    const written = buffer.write(value, offset + 4, 'utf8');
    buffer.writeInt32BE(written, offset);
    offset += 4 + written;
  }
  return buffer;
}
