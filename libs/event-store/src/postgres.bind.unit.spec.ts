import { expect, jest, test } from '@jest/globals';
import { checkAppend } from './append.check.js';
import { event, events } from './contract.kit.js';
import { limits } from './port.js';
import { encodeBatch, encodeOne } from './postgres.batch.codec.js';
import { BindMessage } from './postgres.bind.js';
import { postgresLimits } from './postgres.limits.js';

const append = (nth: number, text: string) => checkAppend(`case-${nth}`, 'NO_STREAM', [event(`case-${nth}`, 0, { data: { text } })]);

test('a message says the same, whatever its memory held before', () => {
  const used = new BindMessage();
  encodeBatch(used, Array.from({ length: 50 }, (_, nth) => append(nth, '🚔'.repeat(200))));
  const [one, two] = [append(1, 'ü'), append(2, 'x')];
  const batch = [one, two];
  expect(Buffer.from(encodeBatch(used, batch))).toEqual(Buffer.from(encodeBatch(new BindMessage(), batch)));
  expect(encodeOne(used, [one])).toEqual(encodeOne(new BindMessage(), [one]));
});

test('the length that a message gives is its own, and Execute and Sync follow', () => {
  const bytes = encodeOne(new BindMessage(), [append(1, 'naïve 漢字')]) ?? Buffer.alloc(0);
  expect(bytes.toString('latin1', 0, 1)).toBe('B');
  const rest = bytes.subarray(1 + bytes.readInt32BE(1)).toString('latin1');
  expect(rest).toBe('E\0\0\0\t\0\0\0\0\0S\0\0\0\x04');
});

test('a message has room for the longest names, the most events and any letters', () => {
  const { appendEventsMax, streamCharactersMax, typeCharactersMax } = limits;
  const longest = (nth: number, count: number) => {
    const stream = `case-${nth}-`.padEnd(streamCharactersMax, 's');
    return checkAppend(stream, 'NO_STREAM', events(stream, 0, count, { type: 'T'.repeat(typeCharactersMax), data: { text: '漢🚔ü'.repeat(100) } }));
  };
  const batch = Array.from({ length: postgresLimits.batchAppendsMax }, (_, nth) => longest(nth, nth === 0 ? appendEventsMax : 1));
  const message = new BindMessage();
  const begun = jest.spyOn(message, 'begin');
  const room = () => begun.mock.lastCall?.[2];
  expect(encodeBatch(message, batch).length).toBeLessThanOrEqual(room() ?? 0);
  expect(encodeOne(message, [longest(1, 1)])?.length).toBeLessThanOrEqual(room() ?? 0);
});
