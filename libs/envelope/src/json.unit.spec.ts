import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, findUnstorable } from './json.js';
import { sliceFields } from './slice.js';

const seed = 20_261_122;

describe('findUnstorable', () => {
  it.each([
    ['undefined', undefined, 'NOT_JSON', ''],
    ['an undefined item of a list', { a: [1, undefined] }, 'NOT_JSON', 'a.1'],
    ['a hole in a list', Array(1), 'NOT_JSON', '0'],
    ['a Date', { at: new Date(0) }, 'NOT_JSON', 'at'],
    ['a Map', new Map(), 'NOT_JSON', ''],
    ['bytes', Buffer.of(1), 'NOT_JSON', ''],
    ['a bigint', 1n, 'NOT_JSON', ''],
    ['an object that prints itself otherwise', { toJSON: (): number => 1 }, 'NOT_JSON', ''],
    ['a list that prints itself otherwise', Object.assign([1], { toJSON: () => 1 }), 'NOT_JSON', ''],
    ['NaN', { n: NaN }, 'NUMBER_NOT_FINITE', 'n'],
    ['infinity', -Infinity, 'NUMBER_NOT_FINITE', ''],
    ['half a surrogate pair', ['\ud83d'], 'LONE_SURROGATE', '0'],
    ['half a surrogate pair in a key', { '\udc00': 1 }, 'LONE_SURROGATE', '\udc00'],
    ['U+0000', 'a\0b', 'NUL_CHARACTER', ''],
    ['a key that looks reserved', { a: { '@sealed': 1 } }, 'RESERVED_KEY', 'a.@sealed'],
    ['__proto__ as a key', JSON.parse('{"__proto__":{"x":1}}'), 'RESERVED_KEY', '__proto__'],
  ] as const)('names %s', (_, value, reason, path) => {
    expect(findUnstorable(value)).toEqual({ reason, path });
  });

  it('names what nests deeper than the limit', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)]);
    expect(findUnstorable(nested(32))).toBeNull();
    expect(findUnstorable(nested(33))).toMatchObject({ reason: 'TOO_DEEP' });
    expect(findUnstorable(nested(5_000))).toMatchObject({ reason: 'TOO_DEEP' });
  });

  it('takes all other JSON, instances of classes and members that are undefined', () => {
    class Place {
      beat = '0512';
      block = undefined;
    }
    for (const value of [null, 0, -0, 1e21, 5e-324, '😀', { 10: 'b', 2: 'a' }, [[]], new Place(), Object.create(null)]) {
      expect(findUnstorable(value)).toBeNull();
    }
  });
});

describe('canonicalJson', () => {
  it('prints keys in the order of their code units, at every depth', () => {
    expect(canonicalJson({ b: [{ d: 1, c: -0 }], a: undefined, 10: 1, 9: 2 })).toBe('{"10":1,"9":2,"b":[{"c":0,"d":1}]}');
  });

  it('prints the same text whatever the order of the keys', () => {
    const input = fc.dictionary(
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((key) => !/^@|^__proto__$|\0/.test(key)),
      fc.integer(),
    );
    fc.assert(
      fc.property(input, (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual({ ...value });
      }),
      { seed },
    );
  });

  it('refuses what it could only print with loss', () => {
    expect(() => canonicalJson({ at: new Date(0) })).toThrow(TypeError);
  });
});

describe('sliceFields', () => {
  it('cuts any printed object into the very texts of its members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value);
        const slices = sliceFields(text);
        expect(slices.map(({ name }) => name)).toEqual(Object.keys(JSON.parse(text)));
        expect(slices.map((slice) => slice.text)).toEqual(Object.values(JSON.parse(text)).map((item) => JSON.stringify(item)));
        expect(slices.length === 0 ? '{}' : `{${slices.map((slice) => `${JSON.stringify(slice.name)}:${slice.text}`).join(',')}}`).toBe(
          text,
        );
      }),
      { seed, numRuns: 500 },
    );
  });

  it('is not led astray by quotes, backslashes and braces inside texts', () => {
    const value = { a: '\\', b: '\\"', c: '"},{"', d: { 'x"}': ['\\\\"', ']'] }, e: '', f: -1.5e-7 };
    expect(sliceFields(JSON.stringify(value)).map(({ text }) => JSON.parse(text))).toEqual(Object.values(value));
  });

  it.each(['', '[]', '1', '{', '{"a"}', '{"a":1', '{"a":"x}', '{"a":1}}', '{"a":1,}', '{a:1}'])('refuses %j', (text) => {
    expect(() => sliceFields(text)).toThrow(expect.objectContaining({ code: 'NOT_JSON' }));
  });

  it('stays linear in hostile texts', () => {
    const text = JSON.stringify({ a: '\\"'.repeat(60_000), b: '\\'.repeat(60_000) });
    const started = performance.now();
    expect(sliceFields(text)).toHaveLength(2);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
