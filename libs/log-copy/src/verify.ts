import type { EventStore } from '#libs/event-store';
import { type CopiedEvent, CopyRefused } from './port.js';

/** An event's place in both logs. */
export interface PositionPair {
  readonly source: bigint;
  readonly target: bigint;
}

/**
 * Reads both logs side by side and yields each event's two places; the first difference ends it. The target is read as bytes, past its adapter's own
 * reading of JSON: what is compared is what is stored.
 * @throws CopyRefused
 */
export async function* comparedPositions(source: EventStore, target: AsyncIterable<CopiedEvent>): AsyncGenerator<PositionPair, void, void> {
  const copies = target[Symbol.asyncIterator]();
  let index = 0;
  for await (const page of source.readAll()) {
    for (const event of page) {
      const { value: copy, done } = await copies.next();
      if (done === true) throw new CopyRefused(`The target ends after ${index} events; the source goes on with ${event.id}.`);
      const same =
        copy.id === event.id &&
        copy.stream === event.stream &&
        copy.revision === event.revision &&
        copy.type === event.type &&
        sameBytes(event.head, copy.head) &&
        sameBytes(event.body, copy.body);
      if (!same) throw new CopyRefused(`Event number ${index}, ${event.id} (${event.revision}@${event.stream}), is not stored with the same bytes in the target.`);
      index++;
      yield { source: event.position.n, target: copy.position };
    }
  }
  if ((await copies.next()).done !== true) throw new CopyRefused(`The target has more events than the ${index} of the source.`);
}

function sameBytes(text: string, bytes: Uint8Array): boolean {
  return Buffer.from(text, 'utf8').equals(bytes);
}
