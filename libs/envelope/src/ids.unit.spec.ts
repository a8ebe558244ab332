import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { derivedId, eventId, isUuid, parseUuid, timeOfUuidv7, uuidv7 } from './ids.js';

const seed = 20_261_122;

describe('derivedId', () => {
  it('is SHA-256 over 0x13 and each part with its length, as a UUIDv8', () => {
    const framed = ['case', 'é'].map((part) => {
      const bytes = Buffer.from(part);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return Buffer.concat([length, bytes]);
    });
    const hex = createHash('sha256')
      .update(Buffer.concat([Buffer.of(0x13), ...framed]))
      .digest('hex');
    const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
    expect(derivedId('case', 'é')).toBe(
      `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`,
    );
  });

  it('tells apart how the parts are cut', () => {
    const cuts = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc']] as const;
    expect(new Set(cuts.map(([first, ...rest]) => derivedId(first, ...rest))).size).toBe(cuts.length);
  });

  it('is a UUID of version 8, the same for the same parts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (kind, parts) => {
        const id = derivedId(kind, ...parts);
        expect(isUuid(id) && id[14] === '8').toBe(true);
        expect(derivedId(kind, ...parts)).toBe(id);
      }),
      { seed },
    );
  });

  it('refuses half a surrogate pair, which would share bytes with U+FFFD', () => {
    expect(() => derivedId('case', '\ud800')).toThrow(TypeError);
  });

  it('gives each event of a command its own id', () => {
    expect(eventId('case-1', 'c', 1)).not.toBe(eventId('case-1', 'c', 2));
  });
});

describe('uuidv7', () => {
  it('holds the milliseconds and 74 random bits', () => {
    const id = uuidv7({ now: () => 0x0199a0b1c2d3, random: (bytes) => new Uint8Array(bytes).fill(0xff) });
    expect(id).toBe('0199a0b1-c2d3-7fff-bfff-ffffffffffff');
    expect(timeOfUuidv7(id)).toBe(0x0199a0b1c2d3);
  });

  it.each([-1, 0.5, 2 ** 48, NaN])('refuses %d as a time', (ms) => {
    expect(() => uuidv7({ now: () => ms, random: (bytes) => new Uint8Array(bytes) })).toThrow(RangeError);
  });
});

describe('parseUuid', () => {
  it('answers the one spelling', () => {
    expect(parseUuid('0199A000-0000-7000-8000-00000000000A')).toBe('0199a000-0000-7000-8000-00000000000a');
  });

  it.each([
    '',
    '0199a000-0000-7000-8000-00000000000',
    '00000000-0000-0000-0000-000000000000',
    '0199a000-0000-7000-c000-00000000000a',
    '{0199a000-0000-7000-8000-00000000000a}',
    '0199a000-0000-7000-8000-00000000000a\n',
  ])('refuses %j', (text) => expect(parseUuid(text)).toBeNull());
});
