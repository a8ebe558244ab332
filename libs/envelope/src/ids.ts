// Node 24 has it; the project's target is older.
/// <reference lib="es2024.string" />
import { randomFillSync } from 'node:crypto';
import { digest, tag } from './bytes.js';

declare const uuidBrand: unique symbol;
declare const eventIdBrand: unique symbol;

/** A UUID in its one spelling: lower case, with hyphens, version 1 to 8, RFC 9562 variant. */
export type Uuid = string & { readonly [uuidBrand]: true };
/** The UUIDv8 of an event; see {@link eventId}. */
export type EventId = Uuid & { readonly [eventIdBrand]: true };

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Is it a UUID in its one spelling? */
export const isUuid = (value: unknown): value is Uuid => typeof value === 'string' && uuidForm.test(value);

/** For the edge: takes upper case too and answers the one spelling; null for anything else, the nil UUID included. */
export function parseUuid(text: string): Uuid | null {
  const lower = text.toLowerCase();
  return isUuid(lower) ? lower : null;
}

/**
 * A UUIDv8 that the same parts make again: the first 16 bytes of SHA-256(0x13 ‖ for each part: uint32 length ‖ UTF-8), big-endian, with
 * version and variant set. The lengths keep ('ab', 'c') and ('a', 'bc') apart. Begin with the kind of thing: `derivedId('case',
 * commandId)`.
 * @throws TypeError for a part with a lone surrogate, which would share the bytes of U+FFFD.
 */
export function derivedId(kind: string, ...parts: readonly string[]): Uuid {
  const framed: (string | Uint8Array)[] = [];
  for (const part of [kind, ...parts]) {
    if (!part.isWellFormed()) throw new TypeError('An id derives from well-formed text only.');
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(Buffer.byteLength(part, 'utf8'));
    framed.push(length, part);
  }
  return uuidOf(digest(tag.derivedId, framed), 8);
}

/** The id of an append's event number `index` (from 0): a repeated command makes the same ids. */
export function eventId(stream: string, commandId: string, index: number): EventId {
  // The brand's only source beside the reader of heads.
  return derivedId('event', stream, commandId, String(index)) as EventId;
}

/** Time and randomness of {@link uuidv7}, as ports. */
export interface Uuidv7Sources {
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number;
  /** So many random bytes, from a cryptographic source. */
  readonly random: (bytes: number) => Uint8Array;
}

/** Random bytes from the system. */
export const systemRandom = (bytes: number): Buffer => randomFillSync(Buffer.allocUnsafe(bytes));

/** RFC 9562 version 7: 48 bits of milliseconds, 74 random bits. Order within one millisecond is random. */
export function uuidv7({ now, random }: Uuidv7Sources): Uuid {
  const ms = now();
  if (!Number.isSafeInteger(ms) || ms < 0 || ms >= 2 ** 48) throw new RangeError('A UUIDv7 needs whole milliseconds below 2^48.');
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes.set(random(10), 6);
  return uuidOf(bytes, 7);
}

/** Milliseconds since 1970 in a UUIDv7; null for another version. */
export function timeOfUuidv7(id: Uuid): number | null {
  return id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}

function uuidOf(bytes: Buffer, version: 7 | 8): Uuid {
  bytes[6] = (version << 4) | (bytes.readUInt8(6) & 0x0f);
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f);
  const hex = bytes.toString('hex', 0, 16);
  // A codec: the bytes above are of the form that the brand stands for.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Uuid;
}
