import { describe, expect, it } from '@jest/globals';
import { createSecretKey } from 'node:crypto';
import { bundleFields, verifyBundleItem, type FieldDisclosure } from './bundle.js';
import { toBase64url } from './bytes.js';
import { commandHash } from './command-hash.js';
import { fieldCommitment } from './commitments.js';
import { formEvent } from './form.js';
import { sampleInput, sealedSample } from './sample.fixture.js';

const salt = new Uint8Array(32).fill(9);
const text = '"the alleged events"';
const sealed = { '@sealed': { ...sealedSample['@sealed'], commitment: toBase64url(fieldCommitment(salt, 'narrative', text)) } };
const input = sampleInput([
  { name: 'beat', clear: '0512' },
  { name: 'officer', clear: { unit: 7 } },
  { name: 'narrative', sealed },
]);
const { head, body, leafHash } = formEvent(input);

const disclose: FieldDisclosure = { kind: 'DISCLOSE' };
const withhold: FieldDisclosure = { kind: 'WITHHOLD', ground: 'PRIVACY' };
const opened: FieldDisclosure = { kind: 'DISCLOSE_OPENED', salt: toBase64url(salt), text };
const everything = bundleFields(head, body, (_, form) => (form === 'CLEAR' ? disclose : opened));
const nothing = bundleFields(head, body, () => withhold);

describe('a bundle item', () => {
  it('proves what it discloses', () => {
    const result = verifyBundleItem({ head, fields: everything }, null);
    expect(result).toMatchObject({ kind: 'VERIFIED', leafHash });
    if (result.kind === 'REFUSED') throw new Error(result.message);
    expect(Object.fromEntries(result.disclosed)).toEqual({
      '@by': input.by,
      '@command': null,
      beat: '0512',
      officer: { unit: 7 },
      narrative: 'the alleged events',
    });
  });

  it('still proves the event when all of it is withheld, a sealed field without its key too', () => {
    const result = verifyBundleItem({ head, fields: nothing });
    if (result.kind === 'REFUSED') throw new Error(result.message);
    expect(result).toMatchObject({ leafHash });
    expect([...result.withheld.keys()]).toEqual(['@by', '@command', 'beat', 'officer', 'narrative']);
  });

  it('never holds the seed, and withheld fields hold no value', () => {
    const printed = JSON.stringify([everything, nothing]);
    expect(printed).not.toContain(JSON.parse(body)['@seed']);
    expect(JSON.stringify(nothing)).not.toContain('0512');
  });

  it.each<[string, (fields: Record<string, unknown>[]) => void, string]>([
    ['a changed value', (fields) => void (fields[2]!['value'] = '"0513"'), 'FIELDS_ROOT_DIFFERS'],
    ['the same value printed otherwise', (fields) => void (fields[3]!['value'] = '{ "unit": 7 }'), 'FIELDS_ROOT_DIFFERS'],
    ['a changed salt', (fields) => void (fields[2]!['salt'] = 'A'.repeat(43)), 'FIELDS_ROOT_DIFFERS'],
    ['a renamed field', (fields) => void (fields[2]!['name'] = 'block'), 'FIELDS_ROOT_DIFFERS'],
    ['a missing field', (fields) => void fields.pop(), 'FIELDS_ROOT_DIFFERS'],
    ['fields in another order', (fields) => void fields.push(...fields.splice(2, 1)), 'FIELDS_ROOT_DIFFERS'],
    ['a field that stands twice', (fields) => void fields.push(fields[2]!), 'BAD_FIELD_NAME'],
    ['no account of who acted', (fields) => void fields.shift(), 'WRONG_KEYS'],
    ['a value that is not JSON', (fields) => void (fields[2]!['value'] = '0512"'), 'NOT_JSON'],
    ['both a value and a ground', (fields) => void (fields[2]!['ground'] = 'PRIVACY'), 'BAD_FORM'],
    ['a value that is not its text', (fields) => void (fields[3]!['value'] = { unit: 7 }), 'BAD_FORM'],
  ])('is refused with %s', (_, change, code) => {
    const fields = structuredClone(everything).map((field) => ({ ...field }));
    change(fields);
    expect(verifyBundleItem({ head, fields })).toMatchObject({ kind: 'REFUSED', code });
  });

  it('is refused where it does not follow the item before', () => {
    const next = formEvent({ ...input, revision: 1, prev: leafHash });
    const fields = bundleFields(next.head, next.body, () => withhold);
    const previous = { head: JSON.parse(head), leafHash };
    expect(verifyBundleItem({ head: next.head, fields }, previous).kind).toBe('VERIFIED');
    expect(verifyBundleItem({ head: next.head, fields }, { ...previous, leafHash: 'A'.repeat(43) })).toMatchObject({
      code: 'PREV_DIFFERS',
    });
  });

  it('is not made with an opened text that was never committed to', () => {
    const forged: FieldDisclosure = { kind: 'DISCLOSE_OPENED', salt: toBase64url(salt), text: '"other"' };
    expect(() => bundleFields(head, body, (_, form) => (form === 'CLEAR' ? disclose : forged))).toThrow(
      expect.objectContaining({ code: 'BAD_SEALED_VALUE', where: 'body.narrative' }),
    );
  });

  it('is not made by showing a sealed field unopened, or opening a clear one', () => {
    expect(() => bundleFields(head, body, () => disclose)).toThrow(expect.objectContaining({ where: 'body.narrative' }));
    expect(() => bundleFields(head, body, () => opened)).toThrow(expect.objectContaining({ where: 'body.@by' }));
  });
});

describe('commandHash', () => {
  const key = (fill: number) => createSecretKey(Buffer.alloc(32, fill));
  const first = { keyId: '11111111-2222-4333-8444-555555555555', dek: key(1) };
  const second = { keyId: '21111111-2222-4333-8444-555555555555', dek: key(2) };
  const hash = commandHash(key(0), [first, second], { a: 1, b: 2 });

  it('is the same for the same input, whatever the order of members and keys', () => {
    expect(commandHash(key(0), [second, first, second], { b: 2, c: undefined, a: 1 })).toBe(hash);
  });

  it('differs by input, by pepper and by each data key', () => {
    const others = [
      commandHash(key(0), [first, second], { a: 1, b: 3 }),
      commandHash(key(9), [first, second], { a: 1, b: 2 }),
      commandHash(key(0), [first], { a: 1, b: 2 }),
      commandHash(key(0), [first, { ...second, dek: key(9) }], { a: 1, b: 2 }),
    ];
    expect(new Set([hash, ...others]).size).toBe(5);
  });

  it('refuses a key of another length, which could shift the boundary between two', () => {
    expect(() => commandHash(createSecretKey(Buffer.alloc(64)), [], {})).toThrow(TypeError);
  });
});
