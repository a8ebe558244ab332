import { timingSafeEqual, type KeyObject } from 'node:crypto';
import { caseStream } from '#libs/domain';
import { commandHash, leafHash, readEvent, sealedKeyIds } from '#libs/envelope';
import { type EventStore, printPosition, type StoredEvent } from '#libs/event-store';
import type { KeyStore } from '#libs/keys/port';
import type { LoadedCase } from './loaded-case.js';
import type { RecordOutcome, RecordRequest } from './outcome.js';
import { hashInput, numberOf } from './receipt.js';

interface Means {
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly pepper: KeyObject;
}

/** A command id that the case knows: the same input gets its first receipt, read from the log; any other input is refused. */
export async function answerRepeat(request: RecordRequest, loaded: LoadedCase, first: number, means: Means): Promise<RecordOutcome> {
  const events = await readAppend(means.store, request, first);
  const decoded = events.map((event) => readEvent(event.head, event.body));
  const keyIds = sealedKeyIds(decoded);
  const keys = await means.keys.getKeys(keyIds);
  if (keys.size < keyIds.length) {
    return refused('REPEATED_AFTER_EXPUNGEMENT', 'This command was recorded; part of what it held was expunged since, so it can no longer be compared.');
  }
  const hash = commandHash(means.pepper, [...keys.values()], hashInput(request));
  if (!sameText(hash, decoded[0]?.commandHash ?? '')) {
    return refused('COMMAND_ID_REUSED', 'Another command was recorded on this case under this id. Give every command an id of its own.');
  }
  const last = events.at(-1);
  if (last === undefined) throw new Error(`${request.caseId}: nothing is stored at revision ${first}`);
  return {
    kind: 'RECORDED',
    receipt: {
      commandId: request.commandId,
      caseId: request.caseId,
      stream: last.stream,
      caseNumber: numberOf(loaded),
      eventIds: events.map((event) => event.id),
      eventTypes: events.map((event) => event.type),
      revision: Number(last.revision),
      position: printPosition(last.position),
      leafHash: leafHash(last.head),
      repeated: true,
    },
  };
}

async function readAppend(store: EventStore, request: RecordRequest, first: number): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  const commandId: string = request.commandId;
  for await (const event of store.readStream(caseStream(request.caseId), { from: BigInt(first) })) {
    if (readEvent(event.head, event.body).head.commandId !== commandId) break;
    events.push(event);
  }
  return events;
}

function refused(code: 'REPEATED_AFTER_EXPUNGEMENT' | 'COMMAND_ID_REUSED', message: string): RecordOutcome {
  return { kind: 'REFUSED', code, message, gaps: [] };
}

/** In constant time. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
