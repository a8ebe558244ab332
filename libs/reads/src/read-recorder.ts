import { eventId, type FieldInput, formEvent, type FormedEvent, pooledRandom, uuidv7 } from '#libs/envelope';
import { type EventStore, EventStoreUnavailable, type ExpectedRevision } from '#libs/event-store/port';
import { seal } from '#libs/keys';
import type { DataKey, KeyStore } from '#libs/keys/port';
import { type Read, readLimits, ReadNotRecordable, type ReadRecorder } from './port.js';
import { accessCategory, cutText, fieldOf, readsRecorded, type StoredRead, storedRead, wordsField } from './reads-recorded.js';

/** envelope.md, `@seed`. */
const seedBytes = 32;

/** The service records what others read; who read stands in each read. */
const by = { actor: 'caseledger', roles: ['SYSTEM'], unit: null, purpose: null, authority: null } as const;

export interface ReadRecorderOptions {
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly log: { warn(message: string): void };
  readonly now?: () => Date;
  readonly random?: (bytes: number) => Uint8Array;
}

interface Waiting {
  readonly read: StoredRead;
  readonly words: string | null;
  /** UTF-8 bytes that both take in the event, nearly. */
  readonly bytes: number;
  readonly call: Call;
}

/** One `record`: settled when the last of its reads is. */
interface Call {
  left: number;
  readonly resolve: () => void;
  readonly reject: (error: ReadNotRecordable) => void;
}

interface Formed extends FormedEvent {
  readonly id: string;
  readonly revision: number;
}

/**
 * Records reads in groups, as one event each, on a stream that this process alone writes: what is asked while an append is under way goes into
 * the next event. An append of unknown outcome is sent again, the same bytes at the same revision, before anything else: so a record may exist
 * of a read that was refused, never the other way round.
 */
export class GroupingReadRecorder implements ReadRecorder {
  readonly stream: string;
  private readonly now: () => Date;
  private readonly random: (bytes: number) => Uint8Array;
  private waiting: Waiting[] = [];
  private running = false;
  private revision = -1;
  private leaf: string | null = null;
  private lastAt = '';
  private unsettled: Formed | null = null;
  private wordsKey: Promise<DataKey> | null = null;

  constructor(private readonly options: ReadRecorderOptions) {
    this.now = options.now ?? (() => new Date());
    this.random = options.random ?? pooledRandom;
    this.stream = `${accessCategory}-${this.uuid()}`;
  }

  record(reads: readonly Read[]): Promise<void> {
    if (reads.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (this.waiting.length + reads.length > readLimits.queueMax) throw new ReadNotRecordable('Too many reads wait to be recorded.');
      const at = this.now().toISOString();
      const call: Call = { left: reads.length, resolve, reject };
      for (const read of reads) this.waiting.push(waitingOf(read, at, call));
      if (!this.running) void this.run();
    });
  }

  /** Ends once nothing waits. It never throws: each failure is the answer of the reads that it concerns. */
  private async run(): Promise<void> {
    this.running = true;
    // Whatever is asked in the same turn of the event loop goes together.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const startedMs = performance.now();
      const batch = this.take();
      try {
        await this.append(batch);
        for (const { call } of batch) if ((call.left -= 1) === 0) call.resolve();
      } catch (cause) {
        this.options.log.warn(`reads could not be recorded and were refused: ${cause instanceof Error ? cause.message : String(cause)}`);
        const refused = new ReadNotRecordable('That this was read could not be recorded, so it is not shown. Try again.', { cause });
        for (const { call } of batch) call.reject(refused);
      }
      if (batch.length >= readLimits.gatherFromReads) await this.gather(startedMs);
    }
    this.running = false;
  }

  private async gather(startedMs: number): Promise<void> {
    const restMs = readLimits.gatherMs - (performance.now() - startedMs);
    if (restMs >= 1 && this.waiting.length < readLimits.eventFieldsMax) await new Promise((resolve) => setTimeout(resolve, restMs));
  }

  private take(): readonly Waiting[] {
    let [fields, bytes, count] = [0, 0, 0];
    for (const one of this.waiting) {
      fields += one.words === null ? 1 : 2;
      bytes += one.bytes;
      if (count > 0 && (fields > readLimits.eventFieldsMax || bytes > readLimits.eventBytesMax)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async append(batch: readonly Waiting[]): Promise<void> {
    if (this.unsettled !== null) await this.store(this.unsettled);
    await this.store(this.form(batch, batch.some(({ words }) => words !== null) ? await this.keyOfWords() : null));
  }

  private async store(event: Formed): Promise<void> {
    const expected: ExpectedRevision = event.revision === 0 ? 'NO_STREAM' : BigInt(event.revision - 1);
    try {
      this.unsettled = event;
      const result = await this.options.store.append(this.stream, expected, [{ id: event.id, type: readsRecorded.type, head: event.head, body: event.body }]);
      if (result.kind === 'CONFLICT') throw new Error(`${this.stream} has another writer`);
    } catch (error) {
      if (error instanceof EventStoreUnavailable && error.outcome === 'REFUSED') this.unsettled = null;
      throw error;
    }
    this.unsettled = null;
    this.revision = event.revision;
    this.leaf = event.leafHash;
  }

  private form(batch: readonly Waiting[], key: DataKey | null): Formed {
    const commandId = this.uuid();
    const id = eventId(this.stream, commandId, 0);
    const revision = this.revision + 1;
    const now = this.now().toISOString();
    this.lastAt = now > this.lastAt ? now : this.lastAt;
    const fields = batch.flatMap(({ read, words }, index): FieldInput[] => {
      const field = fieldOf(read, index);
      if (words === null || key === null) return [field];
      const name = wordsField(index);
      return [field, { name, sealed: seal(key, { stream: this.stream, eventId: id, name }, words, this.random) }];
    });
    const formed = formEvent({
      id,
      stream: this.stream,
      revision,
      type: readsRecorded.type,
      typeVersion: readsRecorded.version,
      recordedAt: this.lastAt,
      commandId,
      correlationId: commandId,
      causationId: null,
      prev: this.leaf,
      by,
      commandHash: null,
      seed: this.random(seedBytes),
      fields,
    });
    return { ...formed, id, revision };
  }

  /** Made once for the process; what was searched for stays readable to oversight. */
  private keyOfWords(): Promise<DataKey> {
    this.wordsKey ??= this.options.keys.ensureKey(this.stream.replace('-', ':')).catch((error: unknown) => {
      this.wordsKey = null;
      throw error;
    });
    return this.wordsKey;
  }

  private uuid(): string {
    return uuidv7({ now: () => this.now().getTime(), random: this.random });
  }
}

function waitingOf(read: Read, at: string, call: Call): Waiting {
  const stored = storedRead(read, at);
  const words = read.what.words === null ? null : cutText(read.what.words);
  const bytes = Buffer.byteLength(JSON.stringify(stored), 'utf8') + (words === null ? 0 : sealedOverheadBytes + Buffer.byteLength(words, 'utf8') * 2);
  return { read: stored, words, bytes, call };
}

/** Key, nonce, salt, tag and commitment of a sealed value, in base64url. */
const sealedOverheadBytes = 400;
