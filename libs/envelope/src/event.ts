import type { EventId, Uuid } from './ids.js';
import type { Sealed } from './sealed.js';

/** Who acted, and in what capacity, as of the event. */
export interface By {
  /** The acting person's or the system's stable id. */
  readonly actor: string;
  readonly roles: readonly string[];
  readonly unit: string | null;
  /** The stated purpose, where one was asked for. */
  readonly purpose: string | null;
  /** What the act rests on: an order, a warrant, a rule. */
  readonly authority: string | null;
}

/** The head, as its text parses. */
export interface EventHead {
  readonly v: 1;
  readonly id: EventId;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly typeVersion: number;
  /** `2026-11-22T10:15:30.123Z` */
  readonly recordedAt: string;
  readonly commandId: Uuid;
  readonly $correlationId: Uuid;
  readonly $causationId: Uuid | null;
  /** Leaf hash of the stream's revision before, base64url; null at revision 0. */
  readonly prev: string | null;
  /** SHA-256 of the body's text, base64url. */
  readonly body: string;
  /** The fields root, base64url. */
  readonly fields: string;
}

export const headKeys = [
  'v',
  'id',
  'stream',
  'revision',
  'type',
  'typeVersion',
  'recordedAt',
  'commandId',
  '$correlationId',
  '$causationId',
  'prev',
  'body',
  'fields',
] as const satisfies readonly (keyof EventHead)[];

export const byKeys = ['actor', 'roles', 'unit', 'purpose', 'authority'] as const satisfies readonly (keyof By)[];

/** The body's own keys, before the data. */
export const bodyKeys = ['@seed', '@by', '@command'] as const;

/** A field is said to be clear or sealed, never guessed from its value: data that looks like a sealed value is refused. */
export type FieldInput = { readonly name: string; readonly clear: unknown } | { readonly name: string; readonly sealed: Sealed };

/** Everything that an event is formed from. Times, ids and randomness come from the caller. */
export interface EventInput {
  /** UUIDv8; see `eventId`. */
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly typeVersion: number;
  readonly recordedAt: string;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly prev: string | null;
  readonly by: By;
  /** `commandHash` on the append's first event, null on the others. */
  readonly commandHash: string | null;
  /** 32 bytes from a cryptographic source, new for every event and every attempt. */
  readonly seed: Uint8Array;
  /** Every field of the type's schema, in its order, null where empty. */
  readonly fields: readonly FieldInput[];
}

/** The two texts to append, and the leaf hash that the next event of the stream names as `prev`. */
export interface FormedEvent {
  readonly head: string;
  readonly body: string;
  readonly leafHash: string;
}

/** An event as read: no seed, which never leaves this library. */
export interface ReadEvent {
  readonly head: EventHead;
  readonly by: By;
  readonly commandHash: string | null;
  /** The data fields in body order; a sealed one is a `PlacedSealed`. */
  readonly data: Readonly<Record<string, unknown>>;
}
