import { describe, expect, it } from '@jest/globals';
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { findUnstorable, fromBase64url, sealingPlace, toBase64url, type PlacedSealed, type Sealed } from '#libs/envelope';
import { seal, unseal } from './seal.js';

const seed = 20_261_122;
const key = { keyId: randomUUID(), dek: createSecretKey(randomBytes(32)) };
const place = { stream: 'case-1', eventId: randomUUID(), name: 'narrative' };
const at = sealingPlace(place.stream, place.eventId, place.name);
const placed = <T>(sealed: Sealed<T>, where = at): PlacedSealed<T> => ({ ...sealed, '@at': where });

describe('seal', () => {
  it('is opened by the same key at the same place, to the same text and value', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: 'binary' }).filter((value) => findUnstorable(value) === null),
        (value) => {
          const opened = unseal(key, placed(seal(key, place, value)));
          expect(opened.text).toBe(JSON.stringify(value));
          expect(opened.value).toEqual(JSON.parse(JSON.stringify(value)));
        },
      ),
      { seed },
    );
  });

  it('uses a new salt and nonce each time, so that equal values look different', () => {
    const [one, two] = [seal(key, place, 'x')['@sealed'], seal(key, place, 'x')['@sealed']];
    expect(one.nonce).not.toBe(two.nonce);
    expect(one.box).not.toBe(two.box);
    expect(one.commitment).not.toBe(two.commitment);
  });

  it.each([[undefined], [NaN], ['\ud800'], [{ at: new Date(0) }]])('refuses %p, which it could not give back', (value) => {
    expect(() => seal(key, place, value)).toThrow(expect.objectContaining({ code: 'UNSTORABLE_VALUE' }));
  });
});

describe('unseal', () => {
  const sealed = seal(key, place, 'An invented narrative.');

  it('refuses another key, said or unsaid', () => {
    const other = { keyId: randomUUID(), dek: createSecretKey(randomBytes(32)) };
    expect(() => unseal(other, placed(sealed))).toThrow(expect.objectContaining({ reason: 'WRONG_KEY' }));
    expect(() => unseal({ ...other, keyId: key.keyId }, placed(sealed))).toThrow(expect.objectContaining({ reason: 'BOX_CHANGED' }));
  });

  it.each(['case-2/x/narrative', at.replace('narrative', 'contact'), ''])('refuses to open elsewhere: %s', (where) => {
    expect(() => unseal(key, placed(sealed, where))).toThrow(expect.objectContaining({ reason: 'BOX_CHANGED' }));
  });

  it('notices any changed byte of box and nonce', () => {
    for (const part of ['box', 'nonce'] as const) {
      const bytes = fromBase64url(sealed['@sealed'][part]);
      for (let i = 0; i < bytes.length; i += 1) {
        const changed = Buffer.from(bytes);
        changed[i] = changed.readUInt8(i) ^ 1;
        const tampered = { '@sealed': { ...sealed['@sealed'], [part]: toBase64url(changed) } };
        expect(() => unseal(key, placed(tampered))).toThrow(expect.objectContaining({ reason: 'BOX_CHANGED' }));
      }
    }
  });

  it('refuses a truncated tag', () => {
    const short = { '@sealed': { ...sealed['@sealed'], box: sealed['@sealed'].box.slice(0, -8) } };
    expect(() => unseal(key, placed(short))).toThrow(expect.objectContaining({ reason: 'BOX_CHANGED' }));
  });

  it('refuses an authentic box whose text was not committed to', () => {
    const other = seal(key, place, 'Something else.');
    const mixed = { '@sealed': { ...other['@sealed'], commitment: sealed['@sealed'].commitment } };
    expect(() => unseal(key, placed(mixed))).toThrow(expect.objectContaining({ reason: 'COMMITMENT_DIFFERS' }));
  });
});
