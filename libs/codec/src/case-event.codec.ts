import { type Actor, caseEvents, type CaseEvent, type CaseEventType, type CommandId, type EventId, type NewCaseEvent } from '#libs/domain';
import { type EventHead, isSealed, leafHash, readBodyGist, readHeadGist, sealingPlace } from '#libs/envelope';
import type { StoredEvent } from '#libs/event-store';
import { upcast } from './upcasters.js';

/** A stored event of a type that this program doesn't know, or of a shape that can't be read: the stream is parked, never skipped. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
  constructor(event: Pick<StoredEvent, 'id' | 'stream' | 'revision'>, why: string, options?: ErrorOptions) {
    super(`event ${event.id} (${event.stream}, revision ${event.revision}): ${why}`, options);
  }
}

export function isCaseEventType(type: string): type is CaseEventType {
  return Object.hasOwn(caseEvents, type);
}

export type StoredTexts = Pick<StoredEvent, 'id' | 'stream' | 'revision' | 'type' | 'head' | 'body'>;

/**
 * Reads a stored event of a case for folding and projecting: the newest shape, protected values still sealed. It trusts the log's texts;
 * `audit` and `verify` check them.
 * @throws UnreadableEvent
 */
export function decodeCaseEvent(stored: StoredTexts): CaseEvent {
  const { type } = stored;
  if (!isCaseEventType(type)) throw new UnreadableEvent(stored, `the type '${type}' is unknown`);
  try {
    // A codec: the texts were formed by this program from typed values, and their hashes are checked by the audit.
    const head = readHeadGist(stored.head);
    const { by, fields } = readBodyGist(stored.body);
    for (const name in fields) {
      const value = fields[name];
      // Where a box was sealed is part of what opens it, so the value carries it wherever it goes.
      if (isSealed(value)) fields[name] = { ...value, '@at': sealingPlace(stored.stream, stored.id, name) };
    }
    const data = upcast({ type, from: head.typeVersion, to: caseEvents[type].version, data: fields, head });
    const meta = {
      stream: stored.stream,
      id: stored.id as EventId,
      commandId: head.commandId as string as CommandId,
      // As the head says: no append was let in of which they differ.
      revision: Number(stored.revision),
      recordedAt: head.recordedAt,
      leaf: leafHash(stored.head),
      by: by as Actor,
    };
    return { type, data, meta } as CaseEvent;
  } catch (cause) {
    throw new UnreadableEvent(stored, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const shared = new WeakMap<StoredTexts, CaseEvent>();

/** As {@link decodeCaseEvent}, for an event that several readers are given as the same object: it is decoded once, and kept as long as that is. */
export function decodeSharedEvent(stored: StoredTexts): CaseEvent {
  const known = shared.get(stored);
  if (known !== undefined) return known;
  const event = decodeCaseEvent(stored);
  shared.set(stored, event);
  return event;
}

/** The command that recorded an event, and on an append's first event the hash of its input. */
export function commandOf(stored: Pick<StoredEvent, 'head' | 'body'>): { readonly commandId: string; readonly hash: string | null } {
  // As above.
  const head = JSON.parse(stored.head) as EventHead;
  const body = JSON.parse(stored.body) as { readonly '@command': { readonly hash: string } | null };
  return { commandId: head.commandId, hash: body['@command']?.hash ?? null };
}

/** A field of a new event, in stored order: clear, or to be sealed for a subject. */
export type FieldToStore =
  | { readonly name: string; readonly clear: unknown }
  | { readonly name: string; readonly plaintext: unknown; readonly person: string | null };

/** Every field of the type's schema in its order, null where empty; the protected ones with whom their key belongs to. */
export function fieldsToStore(event: NewCaseEvent): readonly FieldToStore[] {
  // The catalogue made the event's type, so its fields are the data's keys.
  const data = event.data as Readonly<Record<string, unknown>>;
  return Object.entries(caseEvents[event.type].fields).map(([name, field]) => {
    const value = data[name] ?? null;
    if (field.subject === null || value === null) return { name, clear: value };
    const person = field.subject.of === 'PERSON' ? data[field.subject.field] : null;
    return { name, plaintext: value, person: typeof person === 'string' ? person : null };
  });
}

