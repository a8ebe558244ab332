import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { BoundedQueue, liveLimits, TooManySubscribers } from '#libs/live';
import { LedgerService, type SignedCheckpoint } from '#libs/ledger-feed';
import { abortable } from './abortable.js';

export const checkpointWatchLimits = {
  /** How often new checkpoints are looked for while somebody follows them, in milliseconds: any process may have signed them. */
  pollMs: 500,
  /** Checkpoints of one look. */
  pageMax: 500,
  /** Checkpoints that may wait for one subscriber. */
  waitingMax: 1_000,
} as const;

/** Signed checkpoints as they come, from whichever process signs: one look at the table serves all who follow. */
@Injectable()
export class CheckpointWatch implements BeforeApplicationShutdown {
  private readonly log = new Logger('Checkpoints');
  private readonly queues = new Set<BoundedQueue<SignedCheckpoint>>();
  /** Size of the last checkpoint given out. */
  private reached: number | null = null;
  private looking: Promise<void> | null = null;
  private stopping = false;

  constructor(@Inject(LedgerService) private readonly ledger: LedgerService) {}

  /** Those over trees larger than `after`; from now on, where it is null. Each once, in order. */
  follow(after: number | null): AsyncGenerator<SignedCheckpoint> {
    const stopped = new AbortController();
    return abortable(this.checkpoints(after, stopped.signal), stopped);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    for (const queue of this.queues) queue.end();
    await this.looking;
  }

  private async *checkpoints(after: number | null, signal: AbortSignal): AsyncGenerator<SignedCheckpoint> {
    if (this.queues.size >= liveLimits.subscribersMax) throw new TooManySubscribers(`${liveLimits.subscribersMax} subscribers are served already`);
    const queue = new BoundedQueue<SignedCheckpoint>(checkpointWatchLimits.waitingMax);
    const end = (): void => queue.end();
    signal.addEventListener('abort', end, { once: true });
    this.queues.add(queue);
    this.looking ??= this.look().finally(() => (this.looking = null));
    try {
      let last = after ?? (await this.ledger.latestCheckpoint())?.size ?? 0;
      for (let page = await this.page(last); page.length > 0 && !signal.aborted; page = await this.page(last)) {
        for (const checkpoint of page) yield checkpoint;
        last = page.at(-1)?.size ?? last;
      }
      for await (const checkpoint of queue) {
        if (checkpoint.size <= last) continue;
        last = checkpoint.size;
        yield checkpoint;
      }
    } finally {
      signal.removeEventListener('abort', end);
      this.queues.delete(queue);
    }
  }

  private page(after: number): Promise<readonly SignedCheckpoint[]> {
    return this.ledger.checkpointsAfter(after, checkpointWatchLimits.pageMax);
  }

  /** Runs while somebody follows. A database that is away is looked for again. */
  private async look(): Promise<void> {
    while (this.queues.size > 0 && !this.stopping) {
      try {
        this.reached ??= (await this.ledger.latestCheckpoint())?.size ?? 0;
        for (const checkpoint of await this.page(this.reached)) {
          this.reached = checkpoint.size;
          for (const queue of this.queues) queue.push(checkpoint);
        }
      } catch (error) {
        this.log.warn(`checkpoints can't be read now: ${error instanceof Error ? error.message : String(error)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, checkpointWatchLimits.pollMs));
    }
    this.reached = null;
  }
}
