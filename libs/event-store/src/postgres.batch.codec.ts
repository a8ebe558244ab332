import type { CheckedAppend, CheckedEvent } from './append.check.js';
import { type AppendResult, EventLogDamaged, limits, type StoredEventRef } from './port.js';
import { type BindMessage, oid } from './postgres.bind.js';

/**
 * What an append connection is prepared with: the functions of infra/migrations/0001_event_log.sql. The second is for one append of one event,
 * which is what a batch is while nobody else appends. One plan for an empty log and for one of millions of events: by index.
 */
export const prepareAppends = `
  SET plan_cache_mode = force_generic_plan;
  SET enable_seqscan = off;
  PREPARE append_events (text[], bigint[], int[], int[], int[], bigint[], uuid[], text[], text[], text[]) AS
    SELECT stored_from, first_position, actual, repeat_of FROM append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);
  PREPARE append_event (text, bigint, uuid, text, text, text) AS SELECT append_event($1, $2, $3, $4, $5, $6)`;

/** As PostgreSQL answers it: array literals, or null. */
export type BatchAnswer = readonly [storedFrom: string | null, firstPosition: string | null, actual: string | null, repeatOf: string | null];

// What a call takes besides its texts: names, numbers, lengths.
const callBytesMax = 512;
const appendBytesMax = 32 + limits.streamCharactersMax;
const eventBytesMax = 64 + limits.typeCharactersMax;

/** The call for one append of one event; null for any other batch. */
export function encodeOne(message: BindMessage, [append, ...others]: readonly CheckedAppend[]): Buffer | null {
  if (append === undefined || others.length > 0) return null;
  const [event, ...more] = append.events;
  if (event === undefined || more.length > 0) return null;
  message.begin('append_event', 6, callBytesMax + appendBytesMax + eventBytesMax + append.bytes);
  message.ascii(append.stream);
  message.int64(append.expected);
  message.uuid(event.id);
  message.ascii(event.type);
  message.text(event.head, event.headBytes);
  message.text(event.body, event.bodyBytes);
  return message.end();
}

/**
 * The call for a batch. Its arrays are binary, which the server parses without a scan for quotes.
 * (As array literals the same batch costs a third more on both sides, as every quote of a JSON text is escaped.)
 */
export function encodeBatch(message: BindMessage, appends: readonly CheckedAppend[]): Buffer {
  const events = appends.reduce((sum, append) => sum + append.events.length, 0);
  const texts = appends.reduce((sum, append) => sum + append.bytes, 0);
  const waves = wavesOf(appends);
  const ofAppends = (type: number, put: (append: CheckedAppend, index: number) => void) => {
    message.array(type, appends.length, () => appends.forEach(put));
  };
  const ofEvents = (type: number, put: (event: CheckedEvent, index: number, append: CheckedAppend, which: number) => void) => {
    message.array(type, events, () => {
      appends.forEach((append, which) => append.events.forEach((event, index) => put(event, index, append, which)));
    });
  };
  message.begin('append_events', 10, callBytesMax + appends.length * appendBytesMax + events * eventBytesMax + texts);
  ofAppends(oid.text, ({ stream }) => message.ascii(stream));
  ofAppends(oid.int8, ({ expected }) => message.int64(expected));
  ofAppends(oid.int4, (append) => message.int32(append.events.length));
  ofAppends(oid.int4, (_, index) => message.int32(waves[index] ?? 0));
  ofEvents(oid.int4, (_event, _index, _append, which) => message.int32(which + 1));
  ofEvents(oid.int8, (_, index, { expected }) => message.int64(expected + 1n + BigInt(index)));
  ofEvents(oid.uuid, ({ id }) => message.uuid(id));
  ofEvents(oid.text, ({ type }) => message.ascii(type));
  ofEvents(oid.text, ({ head, headBytes }) => message.text(head, headBytes));
  ofEvents(oid.text, ({ body, bodyBytes }) => message.text(body, bodyBytes));
  return message.end();
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
