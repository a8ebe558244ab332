import type { Actor, ClearCatalogue, CommandId, EventId, EventMeta, StreamEvent } from '#libs/domain';
import { leafHash, readEvent } from '#libs/envelope';
import { type StoredTexts, UnreadableEvent } from './case-event.codec.js';
import { upcast } from './upcasters.js';

/** Reads a stored event of a stream that is no case, in its newest shape. @throws UnreadableEvent */
export function decodeClearEvent(stored: StoredTexts, catalogue: ClearCatalogue): StreamEvent & { readonly meta: EventMeta<Actor> } {
  const definition = Object.hasOwn(catalogue, stored.type) ? catalogue[stored.type] : undefined;
  if (definition === undefined) throw new UnreadableEvent(stored, `the type '${stored.type}' is unknown`);
  try {
    const { head, by, data } = readEvent(stored.head, stored.body);
    const lifted = upcast({ type: stored.type, from: head.typeVersion, to: definition.version, data, head });
    const { revision, recordedAt } = head;
    // A codec: ids and actor were written by this program.
    const meta = { stream: stored.stream, id: stored.id as EventId, commandId: head.commandId as string as CommandId, revision, recordedAt, leaf: leafHash(stored.head), by: by as Actor };
    return { type: stored.type, data: lifted, meta };
  } catch (cause) {
    throw new UnreadableEvent(stored, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The fields of a new event in stored order, null where empty. */
export function clearFieldsOf({ type, data }: StreamEvent, catalogue: ClearCatalogue): readonly { readonly name: string; readonly clear: unknown }[] {
  return Object.keys(catalogue[type]?.fields ?? {}).map((name) => ({ name, clear: data[name] ?? null }));
}
