import { type By, eventId, type FieldInput, formEvent, type FormedEvent } from '#libs/envelope';
import { type Actor, type CaseId, caseEvents, caseStream, type NewCaseEvent } from '#libs/domain';
import { fieldsToStore, type FieldToStore } from '#libs/codec';
import { seal } from '#libs/keys';
import type { DataKey, KeyStore } from '#libs/keys/port';

/** envelope.md, `@seed`. */
export const seedBytes = 32;

/** Whose key seals a field: the person named beside it, else the case. */
const subjectOf = (field: { readonly person: string | null }, caseId: CaseId): string =>
  field.person === null ? `case:${caseId}` : `person:${field.person}`;

export interface EventToForm {
  readonly event: NewCaseEvent;
  readonly fields: readonly FieldToStore[];
}

export const eventsToForm = (events: readonly NewCaseEvent[]): readonly EventToForm[] =>
  events.map((event) => ({ event, fields: fieldsToStore(event) }));

/** The keys that these events need, made where they are missing and durable before anything is sealed with them. */
export async function keysFor(events: readonly EventToForm[], caseId: CaseId, keys: KeyStore): Promise<ReadonlyMap<string, DataKey>> {
  const subjects = new Set<string>();
  for (const { fields } of events) {
    for (const field of fields) if ('plaintext' in field) subjects.add(subjectOf(field, caseId));
  }
  const [only] = subjects;
  if (only === undefined) return new Map();
  if (subjects.size === 1) return new Map([[only, await keys.ensureKey(only)]]);
  return keys.ensureKeys([...subjects]);
}

export interface AppendFrame {
  readonly caseId: CaseId;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly actor: Actor;
  readonly recordedAt: string;
  readonly commandHash: string;
  /** Revision and leaf hash of the stream's last event; -1 and null before the first. */
  readonly after: { readonly revision: number; readonly leaf: string | null };
  readonly random: (bytes: number) => Uint8Array;
}

export interface FormedCaseEvent extends FormedEvent {
  readonly id: string;
  readonly type: string;
  readonly revision: number;
}

/** Seals and forms the events of one append, each chained to the one before. @throws EnvelopeRefused */
export function formAppend(events: readonly EventToForm[], keys: ReadonlyMap<string, DataKey>, frame: AppendFrame): readonly FormedCaseEvent[] {
  const stream = caseStream(frame.caseId);
  const by: By = frame.actor;
  let prev = frame.after.leaf;
  return events.map(({ event, fields }, index) => {
    const id = eventId(stream, frame.commandId, index);
    const revision = frame.after.revision + 1 + index;
    const formed = formEvent({
      id,
      stream,
      revision,
      type: event.type,
      typeVersion: caseEvents[event.type].version,
      recordedAt: frame.recordedAt,
      commandId: frame.commandId,
      correlationId: frame.correlationId,
      causationId: frame.causationId,
      prev,
      by,
      commandHash: index === 0 ? frame.commandHash : null,
      seed: frame.random(seedBytes),
      fields: fields.map((field): FieldInput => sealField(field, keys, frame, { stream, eventId: id })),
    });
    prev = formed.leafHash;
    return { ...formed, id, type: event.type, revision };
  });
}

function sealField(
  field: FieldToStore,
  keys: ReadonlyMap<string, DataKey>,
  frame: AppendFrame,
  place: { readonly stream: string; readonly eventId: string },
): FieldInput {
  if (!('plaintext' in field)) return field;
  const subject = subjectOf(field, frame.caseId);
  const key = keys.get(subject);
  if (key === undefined) throw new Error(`no key was made for ${subject}`);
  return { name: field.name, sealed: seal(key, { ...place, name: field.name }, field.plaintext, frame.random) };
}
