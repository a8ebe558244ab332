import { describe, expect, it } from '@jest/globals';
import { createDecipheriv, createHash, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  commandHash,
  derivedId,
  eventId,
  formEvent,
  verifyEvent,
  type EventInput,
  type FieldInput,
  type PlacedSealed,
  readEvent,
} from '#libs/envelope';
import { seal, unseal } from '#libs/keys';

/**
 * Fixed inputs and the texts and hashes that they must make for ever. All data is invented. Nothing rewrites vectors.json: a change that
 * can't pass here changes the stored form, which is frozen (docs/decisions/0010).
 */
interface Vector {
  readonly name: string;
  readonly input: Omit<EventInput, 'seed' | 'fields'> & { readonly seed: string };
  readonly fields: readonly VectorField[];
  readonly head: string;
  readonly body: string;
  readonly leafHash: string;
}

type VectorField =
  | { readonly name: string; readonly clear: unknown }
  /** Bytes in hex. */
  | {
      readonly name: string;
      readonly plain: unknown;
      readonly key: string;
      readonly dek: string;
      readonly salt: string;
      readonly nonce: string;
    };

interface Vectors {
  readonly events: readonly Vector[];
  readonly derivedIds: readonly { readonly parts: readonly [string, ...string[]]; readonly id: string }[];
  readonly eventIds: readonly { readonly stream: string; readonly commandId: string; readonly index: number; readonly id: string }[];
  readonly commandHashes: readonly {
    readonly pepper: string;
    readonly dataKeys: readonly { readonly keyId: string; readonly dek: string }[];
    readonly input: unknown;
    readonly canonical: string;
    readonly hash: string;
  }[];
}

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')) as Vectors; // Our own committed file.

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const secret = (text: string) => createSecretKey(hex(text));

function formField(field: VectorField, { stream, id }: Vector['input']): FieldInput {
  if ('clear' in field) return field;
  const bytes = [hex(field.salt), hex(field.nonce)];
  const sealed = seal({ keyId: field.key, dek: secret(field.dek) }, { stream, eventId: id, name: field.name }, field.plain, () =>
    bytes.shift()!,
  );
  return { name: field.name, sealed };
}

describe('the stored form, by this code', () => {
  it.each(vectors.events)('$name: the same input makes the same texts and leaf', ({ input, fields, head, body, leafHash }) => {
    const formed = formEvent({ ...input, seed: hex(input.seed), fields: fields.map((field) => formField(field, input)) });
    expect(formed).toEqual({ head, body, leafHash });
  });

  it.each(vectors.events)('$name: is read, verified and opened', ({ fields, head, body, leafHash }) => {
    expect(verifyEvent(head, body, { leafHash }).kind).toBe('VERIFIED');
    const { data } = readEvent(head, body);
    for (const field of fields) {
      if ('clear' in field) expect(data[field.name]).toEqual(field.clear);
      else expect(unseal({ keyId: field.key, dek: secret(field.dek) }, data[field.name] as PlacedSealed).value).toEqual(field.plain);
    }
  });

  it('makes the same ids and command hashes', () => {
    for (const { parts, id } of vectors.derivedIds) expect(derivedId(...parts)).toBe(id);
    for (const { stream, commandId, index, id } of vectors.eventIds) expect(eventId(stream, commandId, index)).toBe(id);
    for (const { pepper, dataKeys, input, hash } of vectors.commandHashes) {
      const keys = dataKeys.map(({ keyId, dek }) => ({ keyId, dek: secret(dek) }));
      expect(commandHash(secret(pepper), keys, input)).toBe(hash);
    }
  });
});

/** From here on nothing of ours is called: the formulas as the page has them, over node:crypto. */
const sha256 = (...parts: (string | Uint8Array | readonly number[])[]): Buffer => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(typeof part === 'string' ? part : Uint8Array.from(part));
  return sum.digest();
};
const b64 = (bytes: Buffer): string => bytes.toString('base64url');
const unb64 = (text: string): Buffer => Buffer.from(text, 'base64url');

function uuid8(...parts: string[]): string {
  const lengths = parts.map((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(part));
    return Buffer.concat([length, Buffer.from(part)]);
  });
  const digits = sha256([0x13], ...lengths).toString('hex').slice(0, 32).split('');
  digits[12] = '8';
  digits[16] = ((Number.parseInt(digits[16] ?? '', 16) & 3) | 8).toString(16);
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

describe('the stored form, recomputed from the page alone', () => {
  it.each(vectors.events)('$name: every hash of head and body', ({ fields, head, body, leafHash }) => {
    const headObject = JSON.parse(head);
    const bodyObject = JSON.parse(body);
    expect(JSON.stringify(headObject)).toBe(head);
    expect(JSON.stringify(bodyObject)).toBe(body);
    expect(Object.keys(headObject).join(' ')).toBe(
      'v id stream revision type typeVersion recordedAt commandId $correlationId $causationId prev body fields',
    );
    expect(Object.keys(bodyObject)).toEqual(['@seed', '@by', '@command', ...fields.map(({ name }) => name)]);
    expect(b64(sha256(body))).toBe(headObject.body);
    expect(b64(sha256([0x00], head))).toBe(leafHash);
    const root: Buffer[] = [];
    for (const [name, value] of Object.entries<null | { readonly '@sealed'?: { readonly commitment: string } }>(bodyObject)) {
      if (name === '@seed') continue;
      const sealed = value?.['@sealed'];
      const salt = sha256([0x10], unb64(bodyObject['@seed']), name);
      const clear = sha256([0x11], salt, name, [0x00], JSON.stringify(value));
      const length = Buffer.alloc(2);
      length.writeUInt16BE(name.length);
      root.push(length, Buffer.from(name), sealed === undefined ? clear : unb64(sealed.commitment));
    }
    expect(b64(sha256([0x12], Buffer.concat(root)))).toBe(headObject.fields);
  });

  it.each(vectors.events)('$name: every box', ({ input, fields, body }) => {
    for (const field of fields) {
      if ('clear' in field) continue;
      const { key, nonce, box, commitment } = JSON.parse(body)[field.name]['@sealed'];
      expect(key).toBe(field.key);
      const bytes = unb64(box);
      const decipher = createDecipheriv('aes-256-gcm', hex(field.dek), unb64(nonce));
      decipher.setAAD(Buffer.from(`${input.stream}/${input.id}/${field.name}`));
      decipher.setAuthTag(bytes.subarray(-16));
      const plain = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
      expect(plain.subarray(0, 32).toString('hex')).toBe(field.salt);
      const text = plain.subarray(32).toString();
      expect(text).toBe(JSON.stringify(field.plain));
      expect(b64(sha256([0x11], hex(field.salt), field.name, [0x00], text))).toBe(commitment);
    }
  });

  it('ids and command hashes', () => {
    for (const { parts, id } of vectors.derivedIds) expect(uuid8(...parts)).toBe(id);
    for (const { stream, commandId, index, id } of vectors.eventIds) expect(uuid8('event', stream, commandId, String(index))).toBe(id);
    for (const { pepper, dataKeys, canonical, input, hash } of vectors.commandHashes) {
      expect(JSON.parse(canonical)).toEqual(input);
      const ordered = [...dataKeys].sort((a, b) => (a.keyId < b.keyId ? -1 : 1)).map(({ dek }) => hex(dek));
      const key = hkdfSync('sha256', Buffer.concat([hex(pepper), ...ordered]), '', 'caseledger/command-hash/1', 32);
      expect(createHmac('sha256', Buffer.from(key)).update(canonical).digest('base64url')).toBe(hash);
    }
  });
});
