import type { Position, StoredEvent, SubscriptionMessage } from '#libs/event-store/port';
import type { FeedLimits } from './port.js';

export interface Taken {
  readonly events: readonly StoredEvent[];
  /** Everything of the wanted categories up to here has been given out with these events; null while there is more. */
  readonly caughtUp: Position | null;
}

const sizeOf = (event: StoredEvent): number => event.head.length + event.body.length;

/** Reads a subscription a bounded way ahead, so that the next batch is there when the last one has been committed. */
export class Intake {
  private queue: StoredEvent[] = [];
  private chars = 0;
  private mark: Position | null = null;
  private ended: { readonly error: unknown } | null = null;
  private wakeReader: (() => void) | null = null;
  private wakeTaker: (() => void) | null = null;

  constructor(
    subscription: AsyncIterable<SubscriptionMessage>,
    private readonly limits: FeedLimits,
    signal: AbortSignal,
  ) {
    signal.addEventListener('abort', () => this.end(null), { once: true });
    this.pump(subscription).then(
      () => this.end(null),
      (error: unknown) => this.end(error),
    );
  }

  /**
   * What is there, as much as one transaction may take; waits while there is nothing. `IDLE` after `waitMs` or a {@link wake}, `ENDED` once the
   * subscription has ended and all was taken.
   */
  async take(waitMs: number): Promise<Taken | 'IDLE' | 'ENDED'> {
    if (this.empty && this.ended === null) await this.pause(waitMs);
    if (this.ended !== null && this.ended.error !== null) throw this.ended.error;
    if (this.ended !== null) return 'ENDED';
    if (this.empty) return 'IDLE';
    const events = this.cut();
    const caughtUp = this.queue.length === 0 ? this.mark : null;
    if (caughtUp !== null) this.mark = null;
    this.wakeReader?.();
    return { events, caughtUp };
  }

  /** Lets events come together for so long, in milliseconds, or until no more would be read ahead: who is behind does not wait. */
  async gather(ms: number): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !this.full && this.ended === null; left = until - performance.now()) await this.pause(left);
  }

  /** Ends the wait of a {@link take} under way. */
  wake(): void {
    this.wakeTaker?.();
  }

  private get empty(): boolean {
    return this.queue.length === 0 && this.mark === null;
  }

  private get full(): boolean {
    return this.queue.length >= this.limits.aheadEventsMax || this.chars >= this.limits.aheadCharsMax;
  }

  private cut(): StoredEvent[] {
    let count = 0;
    let chars = 0;
    for (const event of this.queue) {
      const size = sizeOf(event);
      if (count > 0 && (count >= this.limits.batchEventsMax || chars + size > this.limits.batchCharsMax)) break;
      count += 1;
      chars += size;
    }
    this.chars -= chars;
    return this.queue.splice(0, count);
  }

  private async pump(subscription: AsyncIterable<SubscriptionMessage>): Promise<void> {
    for await (const message of subscription) {
      if (this.ended !== null) return;
      if (message.kind === 'EVENTS') {
        this.queue.push(...message.events);
        for (const event of message.events) this.chars += sizeOf(event);
        this.mark = null;
      } else {
        this.mark = message.position;
      }
      this.wakeTaker?.();
      while (this.ended === null && this.full) {
        await new Promise<void>((resolve) => (this.wakeReader = resolve));
        this.wakeReader = null;
      }
    }
  }

  private end(error: unknown): void {
    this.ended ??= { error };
    this.wakeTaker?.();
    this.wakeReader?.();
  }

  private async pause(waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.wakeTaker = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeTaker = null;
  }
}
