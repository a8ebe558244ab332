import { type RawEvent, readRawEvents } from './eventstoredb.raw.js';
import type { EventStore, Position, ReadAllOptions, StoredEvent } from './port.js';
import { ownPosition } from './position.js';

/** Events in one page. */
const pageEvents = 500;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The same log, its global order read as bytes: what an audit compares is then what the server holds, not what JSON makes of it. A difference that
 * parsing and printing would hide (white space, escapes, a key given twice) shows. Streams are read as the store reads them.
 */
export function withRawReads(store: EventStore, url: string): EventStore {
  const position = (n: bigint): Position => ({ logId: store.logId, n });
  async function* readAll({ after, to, categories }: ReadAllOptions = {}): AsyncGenerator<readonly StoredEvent[], void, void> {
    const head = await store.head();
    const end = ownPosition(to ?? head ?? undefined, store.logId, -1n);
    let page: StoredEvent[] = [];
    for await (const raw of readRawEvents({ url, after: ownPosition(after, store.logId, -1n) })) {
      if (raw.position > end) break;
      if (categories !== undefined && !categories.includes(raw.stream.slice(0, raw.stream.indexOf('-')))) continue;
      page.push({ ...raw, position: position(raw.position), head: textOf(raw.head), body: textOf(raw.body) });
      if (page.length < pageEvents) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }
  return {
    logId: store.logId,
    readAll,
    append: (stream, expected, events) => store.append(stream, expected, events),
    readStream: (stream, options) => store.readStream(stream, options),
    subscribe: (options) => store.subscribe(options),
    head: () => store.head(),
    close: () => store.close(),
  };
}

/** Bytes that are no UTF-8 stay tellable, and are no JSON: decoding them leniently could make the very text that they are not. */
function textOf(bytes: RawEvent['head']): string {
  try {
    return strict.decode(bytes);
  } catch {
    return `not UTF-8: ${Buffer.from(bytes).toString('base64')}`;
  }
}
