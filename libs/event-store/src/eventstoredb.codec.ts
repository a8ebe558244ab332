import type { ResolvedEvent } from '@eventstore/db-client';
import { EventLogDamaged, type StoredEvent } from './port.js';

/** The stream that holds the log's id, in its only event. It is no stream of the log. */
export const logStream = 'caseledger-log';
export const logCreatedType = 'LogCreated';

/** Events of the server's own and the log's own are none of the log's. */
export function isOurs({ streamId, type }: { readonly streamId: string; readonly type: string }): boolean {
  return !streamId.startsWith('$') && !type.startsWith('$') && streamId !== logStream;
}

/** What a server that gives none writes for a position: older ones, in reads of a stream. */
const noPosition = 2n ** 64n - 1n;

/**
 * The place of an event in the one order of all. An event that was appended over gRPC has one place, its prepare's, which is also where it was
 * committed: the number is its own, within an append of several too. Only a transaction over the old TCP protocol has events that share a commit.
 * @throws EventLogDamaged
 */
export function positionOf({ event }: ResolvedEvent): bigint {
  if (event?.position === undefined || event.position.commit === noPosition) {
    throw new EventLogDamaged('The server does not say where an event stands: EventStoreDB 22.10 or newer is needed.');
  }
  const { commit, prepare } = event.position;
  if (commit !== prepare) throw new EventLogDamaged(`The event ${event.id} was written in a transaction that this log never uses: commit ${commit}, prepare ${prepare}.`);
  return commit;
}

/** An event of the log, its texts printed again. @throws EventLogDamaged for one that this log can't have written */
export function fromServer(resolved: ResolvedEvent, logId: string): StoredEvent {
  const { event } = resolved;
  if (event === undefined || !event.isJson || !isObject(event.data) || !isObject(event.metadata)) {
    throw new EventLogDamaged(`${event?.revision ?? '?'}@${event?.streamId ?? '?'} is no event of a caseledger.`);
  }
  return {
    position: { logId, n: positionOf(resolved) },
    stream: event.streamId,
    revision: event.revision,
    id: event.id,
    type: event.type,
    head: JSON.stringify(event.metadata),
    body: JSON.stringify(event.data),
  };
}

/** The client gives bytes for metadata that is not JSON. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
