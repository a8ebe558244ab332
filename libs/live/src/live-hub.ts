import type { EventStore, Position, StoredEvent } from '#libs/event-store';
import { BoundedQueue } from './bounded-queue.js';

export const liveLimits = {
  /** Events that may wait for one subscriber. */
  waitingPerSubscriberMax: 1_000,
  /** Subscribers of one process. */
  subscribersMax: 5_000,
  /** First and longest pause before the log is subscribed to again, in milliseconds. */
  retryFirstMs: 100,
  retryLongestMs: 5_000,
} as const;

/** No further subscriber is taken. Retryable. */
export class TooManySubscribers extends Error {
  override readonly name = 'TooManySubscribers';
}

export interface LiveOptions {
  /** Only this stream; else every stream of `categories`. */
  readonly stream?: string;
  /** What came after this position is delivered first, so that a reader that was away misses nothing. Default: from now on. */
  readonly after?: Position;
  /** Ends the subscription promptly, also while nothing happens. */
  readonly signal: AbortSignal;
}

interface Subscriber {
  readonly queue: BoundedQueue<StoredEvent>;
  readonly stream: string | undefined;
}

/** One subscription to the log for a whole process, fanned out to its readers. Events arrive in the log's order, each once. */
export class LiveHub {
  private readonly subscribers = new Set<Subscriber>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  /** The last position fanned out: what a new reader has to fetch itself ends here. */
  private reached: Position | null = null;

  constructor(
    private readonly store: EventStore,
    private readonly categories: readonly string[],
    private readonly log: { warn(message: string): void },
  ) {}

  /** From here on everything is fanned out. */
  async start(): Promise<void> {
    this.reached = await this.store.head();
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const { queue } of this.subscribers) queue.end();
    await this.running;
  }

  /** @throws TooManySubscribers, SubscriberTooSlow, ForeignPosition, EventStoreUnavailable */
  async *subscribe({ stream, after, signal }: LiveOptions): AsyncGenerator<StoredEvent> {
    if (this.subscribers.size >= liveLimits.subscribersMax) throw new TooManySubscribers(`${liveLimits.subscribersMax} subscribers are served already`);
    const queue = new BoundedQueue<StoredEvent>(liveLimits.waitingPerSubscriberMax);
    const subscriber: Subscriber = { queue, stream };
    // Queued from now on, fetched up to now: where both hold an event, the second one is left out.
    this.subscribers.add(subscriber);
    const end = () => queue.end();
    signal.addEventListener('abort', end, { once: true });
    try {
      let last = after ?? this.reached;
      if (after !== undefined) {
        for await (const event of this.missed(after, stream)) {
          if (signal.aborted) return;
          last = event.position;
          yield event;
        }
      }
      for await (const event of queue) {
        if (last !== null && event.position.n <= last.n) continue;
        last = event.position;
        yield event;
      }
    } finally {
      signal.removeEventListener('abort', end);
      this.subscribers.delete(subscriber);
    }
  }

  private async *missed(after: Position, stream: string | undefined): AsyncGenerator<StoredEvent> {
    if (stream !== undefined) {
      for await (const event of this.store.readStream(stream)) if (event.position.n > after.n) yield event;
      return;
    }
    for await (const page of this.store.readAll({ after, categories: this.categories })) yield* page;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let pauseMs: number = liveLimits.retryFirstMs;
    while (!signal.aborted) {
      try {
        const from = this.reached === null ? {} : { after: this.reached };
        for await (const message of this.store.subscribe({ ...from, categories: this.categories, signal })) {
          pauseMs = liveLimits.retryFirstMs;
          if (message.kind === 'EVENTS') for (const event of message.events) this.fanOut(event);
        }
      } catch (error) {
        this.log.warn(`the live feed lost the log and tries again: ${error instanceof Error ? error.message : String(error)}`);
        await pause(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, liveLimits.retryLongestMs);
      }
    }
  }

  private fanOut(event: StoredEvent): void {
    this.reached = event.position;
    for (const { queue, stream } of this.subscribers) if (stream === undefined || stream === event.stream) queue.push(event);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
