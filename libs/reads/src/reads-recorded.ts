import type { FieldInput, PlacedSealed } from '#libs/envelope';
import { isPlacedSealed, readEvent } from '#libs/envelope';
import type { StoredEvent } from '#libs/event-store/port';
import { type Read, type ReadBy, readChannels, readKinds, readLimits, readOutcomes, type ReadWhat } from './port.js';

/** Streams of reads: `access-<uuid of the process's start>`, each with one writer. */
export const accessCategory = 'access';
export const readsRecorded = { type: 'ReadsRecorded', version: 1 } as const;

/**
 * One read as it is stored: one top-level field of the event, `read0`, `read1`…, so that it can be disclosed without its neighbours. Flat, whole in
 * itself; the words of a search stand beside it, sealed, in `words0`, `words1`….
 */
export interface StoredRead extends Omit<ReadWhat, 'words'>, Omit<ReadBy, 'correlationId'> {
  /** To the millisecond, UTC. */
  readonly at: string;
  readonly correlation: string;
}

/** Cuts texts to their limits: a read is recorded in any case, and never refused for its length. */
export function storedRead({ by, what }: Read, at: string): StoredRead {
  const { kind, outcome, source, things } = what;
  return {
    kind,
    outcome,
    at,
    actor: by.actor === null ? null : cutText(by.actor),
    roles: by.roles,
    unit: by.unit === null ? null : cutText(by.unit),
    purpose: by.purpose === null ? null : cutText(by.purpose),
    source: cutText(source),
    case: what.case,
    things: things.slice(0, readLimits.thingsMax).map(cutText),
    detail: fitting(what.detail),
    channel: by.channel,
    address: by.address === null ? null : cutText(by.address),
    session: by.session === null ? null : cutText(by.session),
    correlation: by.correlationId,
  };
}

export const cutText = (text: string): string => text.toWellFormed().slice(0, readLimits.textCharsMax).toWellFormed();

function fitting(detail: ReadWhat['detail']): ReadWhat['detail'] {
  if (detail === null) return null;
  const text = JSON.stringify(detail);
  // As JSON prints it: what `undefined` leaves out is not there.
  if (text.length <= readLimits.detailCharsMax && text.isWellFormed()) return JSON.parse(text) as Record<string, unknown>;
  return { left: 'OUT', characters: text.length };
}

export const readField = (index: number): string => `read${index}`;
export const wordsField = (index: number): string => `words${index}`;

export const fieldOf = (read: StoredRead, index: number): FieldInput => ({ name: readField(index), clear: read });

export interface RecordedRead {
  readonly eventId: string;
  /** Its field in that event: what a bundle discloses. */
  readonly field: string;
  readonly read: StoredRead;
  readonly words: PlacedSealed | null;
}

/** The reads of a stored event. @throws Error for an event of another shape */
export function decodeReads(stored: StoredEvent): readonly RecordedRead[] {
  const { head, data } = readEvent(stored.head, stored.body);
  if (head.type !== readsRecorded.type || head.typeVersion !== readsRecorded.version) throw new Error(`${stored.id}: no reads, but ${head.type} ${head.typeVersion}`);
  return Object.entries(data).flatMap(([field, value]) => {
    if (!field.startsWith('read')) return [];
    if (!isStoredRead(value)) throw new Error(`${stored.id}: ${field} is no read`);
    const words = data[wordsField(Number(field.slice('read'.length)))];
    return [{ eventId: stored.id, field, read: value, words: isPlacedSealed(words) ? words : null }];
  });
}

function isStoredRead(value: unknown): value is StoredRead {
  if (typeof value !== 'object' || value === null) return false;
  // A codec: what is needed to list it is checked, the rest was written by this service.
  const { kind, outcome, channel, at, things, roles } = value as Record<string, unknown>;
  return (
    (readKinds as readonly unknown[]).includes(kind) &&
    (readOutcomes as readonly unknown[]).includes(outcome) &&
    (readChannels as readonly unknown[]).includes(channel) &&
    typeof at === 'string' &&
    Array.isArray(things) &&
    Array.isArray(roles)
  );
}
