import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { base64urlLength, fromBase64url, toBase64url } from './bytes.js';
import { clearSalt, fieldCommitment, fieldsRoot, rootOfBody } from './commitments.js';
import type { EventInput, FieldInput } from './event.js';
import { checkAppend, formEvent } from './form.js';
import { findUnstorable } from './json.js';
import { readEvent } from './read.js';
import { sampleInput, sampleStream, sealedSample } from './sample.fixture.js';
import { sealedKeyIds } from './sealed.js';
import { sliceFields } from './slice.js';
import { verifyEvent } from './verify.js';

const seed = 20_261_122;

const fieldName = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,12}$/).filter((name) => !(name in {}) && name !== 'toJSON' && name !== 'then');
const storable = fc.jsonValue({ stringUnit: 'binary' }).filter((value) => findUnstorable(value) === null);
const clearField = fc.record({ name: fieldName, clear: storable });
const sealedField = fc.record({ name: fieldName, sealed: fc.constant(sealedSample) });
const fieldList: fc.Arbitrary<FieldInput[]> = fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: clearField }, sealedField), {
  selector: ({ name }) => name,
  maxLength: 15,
});

/** -0 is read back as 0, as JSON prints it. */
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('formEvent', () => {
  it('round-trips every storable value, in its order', () => {
    fc.assert(
      fc.property(fieldList, (fields) => {
        const { head, body, leafHash } = formEvent(sampleInput(fields));
        expect(JSON.stringify(JSON.parse(body))).toBe(body);
        const verification = verifyEvent(head, body, { leafHash, previous: null, revision: 0n });
        if (verification.kind === 'REFUSED') throw new Error(verification.message);
        const { data } = verification.event;
        expect(Object.keys(data)).toEqual(fields.map(({ name }) => name));
        for (const field of fields) {
          const { id } = verification.event.head;
          const expected = 'sealed' in field ? { ...field.sealed, '@at': `${sampleStream}/${id}/${field.name}` } : throughJson(field.clear);
          expect(data[field.name]).toEqual(expected);
        }
      }),
      { seed, numRuns: 300 },
    );
  });

  it('commits to each field as the general formulas do', () => {
    fc.assert(
      fc.property(fieldList, fc.uint8Array({ minLength: 32, maxLength: 32 }), (fields, eventSeed) => {
        const slices = sliceFields(formEvent(sampleInput(fields, { seed: eventSeed })).body);
        const sealed = new Map(fields.flatMap((field) => ('sealed' in field ? [[field.name, field.sealed['@sealed'].commitment]] : [])));
        const general = slices.slice(1).map(({ name, text }) => ({
          name,
          commitment: fromBase64url(sealed.get(name) ?? toBase64url(fieldCommitment(clearSalt(eventSeed, name), name, text))),
        }));
        expect(rootOfBody(slices, eventSeed, sealed)).toBe(fieldsRoot(general));
      }),
      { seed },
    );
  });

  it('commits to texts larger than its buffers', () => {
    const { head, body } = formEvent(sampleInput([{ name: 'narrative', clear: '😀é'.repeat(20_000) }]));
    expect(verifyEvent(head, body).kind).toBe('VERIFIED');
    const [, , , narrative] = sliceFields(body);
    const general = sliceFields(body)
      .slice(1)
      .map(({ name, text }) => ({ name, commitment: fieldCommitment(clearSalt(Buffer.alloc(32, 7), name), name, text) }));
    expect(narrative?.text).toHaveLength(60_002);
    expect(JSON.parse(head).fields).toBe(fieldsRoot(general));
  });

  it.each<[string, Partial<EventInput>, string, string]>([
    ['an id of another version', { id: '0199a000-0000-7000-8000-000000000001' }, 'BAD_FORM', 'head.id'],
    ['a stream with a slash', { stream: 'case-1/2' }, 'BAD_FORM', 'head.stream'],
    ['a fraction as revision', { revision: 0.5 }, 'BAD_FORM', 'head.revision'],
    ['-0 as revision', { revision: -0 }, 'BAD_FORM', 'head.revision'],
    ['a type in another case', { type: 'reportFiled' }, 'BAD_FORM', 'head.type'],
    ['type version 0', { typeVersion: 0 }, 'BAD_FORM', 'head.typeVersion'],
    ['a day that does not exist', { recordedAt: '2026-02-30T10:15:30.123Z' }, 'BAD_FORM', 'head.recordedAt'],
    ['a time without milliseconds', { recordedAt: '2026-02-03T10:15:30Z' }, 'BAD_FORM', 'head.recordedAt'],
    ['the 24th hour', { recordedAt: '2026-02-03T24:00:00.000Z' }, 'BAD_FORM', 'head.recordedAt'],
    ['a command id in upper case', { commandId: '0199A000-0000-7000-8000-00000000000A' }, 'BAD_FORM', 'head.commandId'],
    ['no correlation', { correlationId: '' }, 'BAD_FORM', 'head.$correlationId'],
    ['a first event that names one before it', { prev: 'A'.repeat(43) }, 'BAD_FORM', 'head.prev'],
    ['a later event that names none', { revision: 1 }, 'BAD_FORM', 'head.prev'],
    ['a second spelling of a hash', { revision: 1, prev: `${'A'.repeat(42)}B` }, 'BAD_FORM', 'head.prev'],
    ['a short seed', { seed: new Uint8Array(31) }, 'BAD_FORM', 'body.@seed'],
    ['a command hash that is none', { commandHash: 'x' }, 'BAD_FORM', 'body.@command.hash'],
    ['an actor without an id', { by: { actor: '', roles: [], unit: null, purpose: null, authority: null } }, 'BAD_FORM', 'body.@by.actor'],
    [
      'a purpose with U+0000',
      { by: { actor: 'a', roles: [], unit: null, purpose: '\0', authority: null } },
      'UNSTORABLE_VALUE',
      'body.@by.purpose',
    ],
  ])('refuses %s', (_, changes, code, where) => {
    expect(() => formEvent(sampleInput([], changes))).toThrow(expect.objectContaining({ code, where }));
  });

  it.each([
    '@seed',
    '@other',
    '1',
    '01',
    'Name',
    'na_me',
    '',
    'é',
    'constructor',
    'toString',
    'toJSON',
    'then',
    '__proto__',
    `a${'b'.repeat(64)}`,
  ])('refuses a field named %j', (name) => {
    expect(() => formEvent(sampleInput([{ name, clear: 1 }]))).toThrow(expect.objectContaining({ code: 'BAD_FIELD_NAME' }));
  });

  it('refuses a name that stands twice', () => {
    const twice = [
      { name: 'beat', clear: 1 },
      { name: 'beat', clear: 2 },
    ];
    expect(() => formEvent(sampleInput(twice))).toThrow(expect.objectContaining({ code: 'BAD_FIELD_NAME' }));
  });

  it('refuses clear data that looks like a sealed value', () => {
    expect(() => formEvent(sampleInput([{ name: 'narrative', clear: sealedSample }]))).toThrow(
      expect.objectContaining({ code: 'UNSTORABLE_VALUE', where: 'body.narrative.@sealed' }),
    );
  });

  it('refuses a sealed value moved from another event', () => {
    const moved = { ...sealedSample, '@at': 'case-1/2/narrative' };
    expect(() => formEvent(sampleInput([{ name: 'narrative', sealed: moved }]))).toThrow(
      expect.objectContaining({ code: 'BAD_SEALED_VALUE' }),
    );
  });

  it.each([
    ['key', 'x'],
    ['nonce', 'AAAA'],
    ['box', 'A'.repeat(64)],
    ['commitment', ''],
  ])('refuses a sealed value with a wrong %s', (key, value) => {
    const sealed = { '@sealed': { ...sealedSample['@sealed'], [key]: value } };
    expect(() => formEvent(sampleInput([{ name: 'narrative', sealed }]))).toThrow(expect.objectContaining({ code: 'BAD_SEALED_VALUE' }));
  });

  it('takes events up to 256 KiB and refuses one byte more', () => {
    const bytesOf = (chars: number): number => {
      const { head, body } = formEvent(sampleInput([{ name: 'narrative', clear: 'x'.repeat(chars) }]));
      return Buffer.byteLength(head) + Buffer.byteLength(body);
    };
    const room = 256 * 1024 - bytesOf(0);
    expect(bytesOf(room)).toBe(256 * 1024);
    expect(() => bytesOf(room + 1)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  });

  it('refuses an append over 100 events or 900 KiB', () => {
    const small = formEvent(sampleInput([]));
    const large = formEvent(sampleInput([{ name: 'narrative', clear: 'x'.repeat(240 * 1024) }]));
    expect(() => checkAppend(Array.from({ length: 100 }, () => small))).not.toThrow();
    expect(() => checkAppend(Array.from({ length: 101 }, () => small))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
    expect(() => checkAppend([large, large, large, large])).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  });
});

describe('readEvent', () => {
  const { head, body } = formEvent(
    sampleInput([
      { name: 'beat', clear: '0512' },
      { name: 'narrative', sealed: sealedSample },
    ]),
  );

  it.each<[string, string, string, string]>([
    ['a space', head, body.replace(':', ': '), 'NOT_ITS_OWN_REPRINT'],
    ['a doubled key', head, body.replace('"beat":', '"beat":1,"beat":'), 'NOT_ITS_OWN_REPRINT'],
    ['another spelling of a character', head, body.replace('0512', '\\u0030512'), 'NOT_ITS_OWN_REPRINT'],
    ['a number that loses digits', head, body.replace('"0512"', '9007199254740993'), 'NOT_ITS_OWN_REPRINT'],
    ['-0', head, body.replace('"0512"', '-0'), 'NOT_ITS_OWN_REPRINT'],
    ['a key like an index, which objects move to the front', head, body.replace('"beat"', '"1"'), 'NOT_ITS_OWN_REPRINT'],
    ['no JSON', head, '{', 'NOT_JSON'],
    ['nesting beyond the stack', head, `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'NOT_JSON'],
    ['a list', head, '[]', 'WRONG_KEYS'],
    ['half a surrogate pair', head, body.replace('0512', '\\ud800'), 'UNSTORABLE_VALUE'],
    ['a body without its command', head, body.replace('"@command":null,', ''), 'WRONG_KEYS'],
    ['a reserved name among the data', head, body.replace('"beat"', '"@beat"'), 'BAD_FIELD_NAME'],
    ['another key in @by', head, body.replace('"unit":', '"squad":'), 'WRONG_KEYS'],
    ['a command that holds more', head, body.replace('"@command":null', '"@command":{"hash":"","x":1}'), 'WRONG_KEYS'],
    ['a sealed value without its nonce', head, body.replace(/"nonce":"[^"]*",/, ''), 'BAD_SEALED_VALUE'],
    ['another version of the envelope', head.replace('"v":1', '"v":2'), body, 'BAD_FORM'],
    ['keys of the head in another order', head.replace(/("v":1),("id":"[^"]*")/, '$2,$1'), body, 'WRONG_KEYS'],
    ['a head with a further key', head.replace('}', ',"x":1}'), body, 'WRONG_KEYS'],
    ['more than 256 KiB', head, `{"a":"${'x'.repeat(256 * 1024)}"}`, 'TOO_LARGE'],
  ])('refuses %s', (_, headText, bodyText, code) => {
    expect(headText === head && bodyText === body).toBe(false);
    expect(() => readEvent(headText, bodyText)).toThrow(expect.objectContaining({ code }));
  });

  it('keeps the seed to itself', () => {
    expect(JSON.stringify(readEvent(head, body))).not.toContain(JSON.parse(body)['@seed']);
  });

  it('finds the keys that an append was sealed with', () => {
    expect(sealedKeyIds([readEvent(head, body), readEvent(head, body)])).toEqual([sealedSample['@sealed'].key]);
  });
});

describe('verifyEvent', () => {
  const input = sampleInput([
    { name: 'beat', clear: { n: [1, 'é'] } },
    { name: 'narrative', sealed: sealedSample },
  ]);
  const formed = formEvent(input);

  it('notices any changed byte of head or body', () => {
    const whole = Buffer.from(formed.head + formed.body);
    const headBytes = Buffer.byteLength(formed.head);
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = changed.readUInt8(at) ^ 1;
      const head = changed.toString('utf8', 0, headBytes);
      const body = changed.toString('utf8', headBytes);
      expect(verifyEvent(head, body, { leafHash: formed.leafHash })).toMatchObject({ kind: 'REFUSED' });
    }
  });

  it('notices any changed byte of the body without an expected leaf', () => {
    const bytes = Buffer.from(formed.body);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = changed.readUInt8(at) ^ 4;
      expect(verifyEvent(formed.head, changed.toString('utf8')).kind).toBe('REFUSED');
    }
  });

  it('names the first thing wrong', () => {
    const other = formEvent({ ...input, seed: new Uint8Array(32) });
    expect(verifyEvent(formed.head, other.body)).toMatchObject({ kind: 'REFUSED', code: 'BODY_HASH_DIFFERS', where: 'head.body' });
    const otherFields = formed.head.replace(JSON.parse(formed.head).fields, JSON.parse(other.head).fields);
    expect(verifyEvent(otherFields, formed.body)).toMatchObject({ code: 'FIELDS_ROOT_DIFFERS' });
    expect(verifyEvent(formed.head, formed.body, { leafHash: other.leafHash })).toMatchObject({ code: 'LEAF_HASH_DIFFERS' });
    expect(verifyEvent(formed.head, formed.body, { type: 'ReportAmended' })).toMatchObject({
      code: 'INDEX_COPY_DIFFERS',
      where: 'head.type',
    });
    expect(verifyEvent(formed.head, formed.body, { revision: 1n })).toMatchObject({ code: 'INDEX_COPY_DIFFERS', where: 'head.revision' });
  });

  it('holds a stream together as a chain', () => {
    const previous = { head: JSON.parse(formed.head), leafHash: formed.leafHash };
    const check = (changes: Partial<EventInput>) => {
      const { head, body } = formEvent({ ...input, revision: 1, prev: formed.leafHash, ...changes });
      return verifyEvent(head, body, { previous });
    };
    expect(check({}).kind).toBe('VERIFIED');
    expect(check({ revision: 2 })).toMatchObject({ code: 'REVISION_DIFFERS' });
    expect(check({ prev: 'A'.repeat(43) })).toMatchObject({ code: 'PREV_DIFFERS' });
    expect(check({ recordedAt: '2026-11-22T10:15:30.122Z' })).toMatchObject({ code: 'TIME_DECREASES' });
    expect(check({ stream: 'case-other' })).toMatchObject({ code: 'INDEX_COPY_DIFFERS' });
    expect(verifyEvent(formed.head, formed.body, { previous })).toMatchObject({ code: 'REVISION_DIFFERS' });
  });
});

describe('base64urlLength', () => {
  it('knows the one spelling of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => expect(base64urlLength(toBase64url(bytes))).toBe(bytes.length)),
      { seed },
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_=-]{0,9}$/), (text) => {
        const canonical = toBase64url(fromBase64url(text)) === text;
        expect(base64urlLength(text) !== null).toBe(canonical);
      }),
      { seed, numRuns: 1_000 },
    );
  });
});
