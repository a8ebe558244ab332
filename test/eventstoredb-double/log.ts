/** What the double's server holds: streams, the one order of all events, and the rules of an append. RULES.md names the source of each. */

export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface Recorded extends Proposed {
  readonly stream: string;
  readonly revision: bigint;
  /** Commit and prepare position alike: the event's place in the log, in bytes. */
  readonly position: bigint;
  /** Since 1970, in units of 100 ns. */
  readonly created: bigint;
}

export type Expected = bigint | 'ANY' | 'NO_STREAM' | 'STREAM_EXISTS';

export type Decision =
  | { readonly kind: 'WRITTEN' | 'REPEATED'; readonly revision: bigint; readonly position: bigint }
  /** `current`: -1 without a stream. */
  | { readonly kind: 'WRONG_VERSION'; readonly current: bigint }
  | { readonly kind: 'DELETED' };

/** What a stream's metadata says, as far as the double heeds it. */
export interface StreamSettings {
  readonly $acl?: Readonly<Record<string, string | readonly string[]>>;
  readonly $maxCount?: number;
  /** Truncate before: events before this revision are not read. A soft delete sets it to the largest integer. */
  readonly $tb?: number;
}

/** Where a soft-deleted stream is truncated; every revision lies before it. */
export const deletedBefore = Number.MAX_SAFE_INTEGER;

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

export class ServerLog {
  readonly all: Recorded[] = [];
  readonly #streams = new Map<string, Recorded[]>();
  readonly #tombstoned = new Set<string>();
  readonly #listeners = new Set<() => void>();
  /** The server's cache of recent ids, which `ANY` is checked against. */
  readonly #recentIds = new Map<string, Recorded>();
  readonly #noiseEvery: number;
  #next = 0n;
  #sinceNoise = 0;
  #made = 0;

  constructor(options: { readonly noiseEvery: number }) {
    this.#noiseEvery = options.noiseEvery;
  }

  /** `null`: there is none. A soft-deleted or wholly truncated stream has none to read. */
  readable(stream: string): readonly Recorded[] | null {
    const events = this.#streams.get(stream);
    if (events === undefined) return null;
    const { $tb = 0, $maxCount } = this.settings(stream);
    const first = Math.max($tb, $maxCount === undefined ? 0 : events.length - $maxCount);
    const left = first === 0 ? events : events.filter(({ revision }) => revision >= BigInt(first));
    return left.length === 0 ? null : left;
  }

  isTombstoned(stream: string): boolean {
    return this.#tombstoned.has(stream);
  }

  settings(stream: string): StreamSettings {
    const last = this.#streams.get(`$$${stream}`)?.at(-1);
    if (last === undefined) return {};
    // What the server keeps as a stream's metadata is what somebody wrote; the double reads three of its fields.
    return JSON.parse(Buffer.from(last.data).toString()) as StreamSettings;
  }

  /** The body of the last event of a stream; null without one. */
  lastData(stream: string): unknown {
    const last = this.#streams.get(stream)?.at(-1);
    return last === undefined ? null : JSON.parse(Buffer.from(last.data).toString());
  }

  append(stream: string, expected: Expected, events: readonly Proposed[]): Decision {
    if (this.#tombstoned.has(stream)) return { kind: 'DELETED' };
    const stored = this.#streams.get(stream) ?? [];
    const current = BigInt(stored.length) - 1n;
    const softDeleted = this.#softDeleted(stream);
    if (expected === 'STREAM_EXISTS' && softDeleted) return { kind: 'DELETED' };
    if (expected === 'STREAM_EXISTS' && current < 0n && !this.#streams.has(`$$${stream}`)) return { kind: 'WRONG_VERSION', current };
    if (expected === 'ANY' || expected === 'STREAM_EXISTS') {
      const known = events.map(({ id }) => this.#recentIds.get(id)).map((one) => (one?.stream === stream ? one : undefined));
      const last = known.at(-1);
      if (known.length > 0 && last !== undefined && !known.includes(undefined)) return { kind: 'REPEATED', revision: last.revision, position: last.position };
      if (known[0] !== undefined) return { kind: 'WRONG_VERSION', current };
      return this.#write(stream, events, softDeleted);
    }
    const at = expected === 'NO_STREAM' ? -1n : expected;
    if (at > current) return { kind: 'WRONG_VERSION', current };
    // At the head itself nothing looks at the ids: the same event is written a second time.
    if (at === current) return this.#write(stream, events, softDeleted);
    for (const [index, { id }] of events.entries()) {
      if (stored[Number(at) + 1 + index]?.id === id) continue;
      return index === 0 && expected === 'NO_STREAM' && softDeleted ? this.#write(stream, events, true) : { kind: 'WRONG_VERSION', current };
    }
    const last = stored[Number(at) + events.length];
    return last === undefined ? { kind: 'WRONG_VERSION', current } : { kind: 'REPEATED', revision: last.revision, position: last.position };
  }

  /** Hides a stream; a later append goes on at its next revision. */
  softDelete(stream: string): void {
    this.append(`$$${stream}`, 'ANY', [this.#system('$metadata', { ...this.settings(stream), $tb: deletedBefore })]);
  }

  /** Ends a stream for ever. */
  tombstone(stream: string): void {
    this.#write(stream, [this.#system('$streamDeleted', {})], false);
    this.#tombstoned.add(stream);
  }

  /** Whether an event begins at this position. */
  begins(position: bigint): boolean {
    return this.all[this.indexOf(position)]?.position === position;
  }

  /** Index of the first event at or after a position. */
  indexOf(position: bigint): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle]?.position ?? 0n) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  onWrite(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #softDeleted(stream: string): boolean {
    return !stream.startsWith('$$') && this.settings(stream).$tb === deletedBefore;
  }

  #write(stream: string, events: readonly Proposed[], undelete: boolean): Decision {
    if (undelete) {
      const next = this.#streams.get(stream)?.length ?? 0;
      this.append(`$$${stream}`, 'ANY', [this.#system('$metadata', { ...this.settings(stream), $tb: next })]);
    }
    const stored = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, stored);
    for (const event of events) this.#store(stored, stream, event);
    this.#noise(stream);
    for (const listener of [...this.#listeners]) listener();
    const last = stored.at(-1);
    return { kind: 'WRITTEN', revision: last?.revision ?? -1n, position: last?.position ?? -1n };
  }

  #store(stored: Recorded[], stream: string, event: Proposed): void {
    const recorded = { ...event, stream, revision: BigInt(stored.length), position: this.#next, created: BigInt(Date.now()) * 10_000n };
    // Positions are byte offsets of a log with record headers: they grow by more than the event's own bytes.
    this.#next += BigInt(87 + stream.length + event.type.length + event.data.length + event.metadata.length);
    stored.push(recorded);
    this.all.push(recorded);
    this.#recentIds.set(event.id, recorded);
  }

  /** Real servers write statistics among everybody's events: so does this one, where a number of appends is given. */
  #noise(stream: string): void {
    if (this.#noiseEvery === 0 || stream.startsWith('$') || ++this.#sinceNoise < this.#noiseEvery) return;
    this.#sinceNoise = 0;
    const name = '$stats-127.0.0.1:2113';
    const stored = this.#streams.get(name) ?? [];
    this.#streams.set(name, stored);
    this.#store(stored, name, this.#system('$statsCollected', { 'proc-mem': this.all.length }));
  }

  #system(type: string, data: object): Proposed {
    const id = `00000000-0000-4000-8000-${(this.#made++).toString(16).padStart(12, '0')}`;
    return { id, type, contentType: 'application/json', data: json(data), metadata: new Uint8Array() };
  }
}
