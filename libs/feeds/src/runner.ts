import { EventLogDamaged, ForeignPosition, type Position } from '#libs/event-store/port';
import { messageOf } from './failures.js';
import { Holder } from './holder.js';
import { Intake, type Taken } from './intake.js';
import { requestRetry } from './parking.js';
import { type FeedHandle, feedLimits, type FeedLimits, type FeedOptions, FeedRefused, type FeedState, type FeedStatus } from './port.js';
import { Session } from './session.js';

/**
 * Runs a feed until it is stopped: waits for its lock, takes it over where the last holder left it, handles batch after batch. A database or a
 * log that goes away is waited for, with growing pauses.
 */
export function startFeed(options: FeedOptions): FeedHandle {
  const runner = new FeedRunner(options);
  const ended = runner.run();
  return {
    status: () => runner.status(),
    retryParked: (which) => runner.retryParked(which),
    stop: async () => {
      runner.requestStop();
      await ended;
    },
  };
}

class FeedRunner {
  private readonly limits: FeedLimits;
  private readonly stopping = new AbortController();
  private state: FeedState = 'STANDBY';
  private holder: Holder | null = null;
  private intake: Intake | null = null;
  private reached: { readonly position: Position | null; readonly epoch: bigint } | null = null;
  private handled = 0;
  private lastError: string | null = null;
  private failures = 0;

  constructor(private readonly options: FeedOptions) {
    this.limits = { ...feedLimits, ...options.limits };
  }

  status(): FeedStatus {
    const { name, version } = this.options.definition;
    return {
      name,
      version,
      state: this.state,
      position: this.reached?.position ?? null,
      epoch: this.reached?.epoch ?? null,
      handled: this.handled,
      parked: this.holder?.parked ?? 0,
      lastError: this.lastError,
    };
  }

  requestStop(): void {
    this.stopping.abort();
  }

  async retryParked(which: { readonly unit?: string; readonly stream?: string } = {}): Promise<number> {
    const session = await Session.open(this.options.databaseUrl, this.options.definition, this.limits);
    try {
      const asked = await requestRetry(session, this.options.definition, which);
      this.intake?.wake();
      return asked;
    } finally {
      await session.close();
    }
  }

  async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.holdOnce();
      } catch (error) {
        this.lastError = messageOf(error, this.limits.errorCharsMax);
        if (error instanceof FeedRefused || error instanceof EventLogDamaged || error instanceof ForeignPosition) return this.become('REFUSED');
        await this.backOff();
      }
    }
    this.become('STOPPED');
  }

  private async backOff(): Promise<void> {
    const pause = Math.min(this.limits.backoffLongestMs, this.limits.backoffFirstMs * 2 ** this.failures);
    this.failures += 1;
    if (this.stopping.signal.aborted) return;
    this.become('BACKING_OFF');
    await this.pause(pause);
  }

  /** One time as the holder, from the lock to its loss or the stop. */
  private async holdOnce(): Promise<void> {
    const session = await Session.open(this.options.databaseUrl, this.options.definition, this.limits);
    try {
      if (!(await this.waitForLock(session))) return;
      const holder = await Holder.claim(session, this.options.definition, this.options.store, this.limits);
      this.holder = holder;
      this.note(holder);
      this.become('CATCHING_UP');
      await this.follow(session, holder);
    } finally {
      this.holder = null;
      await session.close();
    }
  }

  private async waitForLock(session: Session): Promise<boolean> {
    while (!this.stopping.signal.aborted) {
      if (await session.tryLock(this.options.definition)) return true;
      this.become('STANDBY');
      this.failures = 0;
      await this.pause(this.limits.standbyPollMs);
    }
    return false;
  }

  private async follow(session: Session, holder: Holder): Promise<void> {
    const leaving = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, session.signal, leaving.signal]);
    const { categories } = this.options.definition;
    const after = holder.position;
    const intake = new Intake(this.options.store.subscribe({ signal, ...(categories === 'ALL' ? {} : { categories }), ...(after === null ? {} : { after }) }), this.limits, signal);
    this.intake = intake;
    try {
      await this.handleAll(session, holder, intake);
    } finally {
      this.intake = null;
      leaving.abort();
    }
  }

  private async handleAll(session: Session, holder: Holder, intake: Intake): Promise<void> {
    let [beatAt, committedAt] = [Date.now(), 0];
    /** Moves the checkpoint over events of other categories alone: it can wait. */
    let resting: Taken | null = null;
    for (;;) {
      const { gatherMs = 0 } = this.options.definition;
      // Never longer, whatever the clock does meanwhile: one that is set back must not stop a feed.
      await intake.gather(Math.min(gatherMs, committedAt + gatherMs - Date.now()));
      const restMs: number = resting === null ? Infinity : committedAt + this.limits.restMs - Date.now();
      const next: Taken | 'IDLE' | 'ENDED' = restMs <= 0 ? 'IDLE' : await intake.take(Math.min(restMs, this.limits.heartbeatMs));
      if (this.stopping.signal.aborted) return;
      if (session.signal.aborted) throw new Error('the database connection was lost');
      if (next === 'ENDED') throw new Error('the subscription ended');
      if (next !== 'IDLE') resting = next;
      const now = Date.now();
      if (resting !== null && (resting.events.length > 0 || now - committedAt >= this.limits.restMs)) {
        await holder.handle(resting);
        this.handled += resting.events.length;
        this.noteProgress(holder);
        this.become(resting.caughtUp === null ? 'CATCHING_UP' : 'LIVE');
        [resting, committedAt] = [null, now];
      }
      if (next === 'IDLE' || now - beatAt >= this.limits.heartbeatMs) {
        await session.query({ text: 'SELECT 1' });
        await holder.retry();
        beatAt = now;
      }
    }
  }

  private noteProgress(holder: Holder): void {
    this.failures = 0;
    this.lastError = null;
    this.note(holder);
    if (holder.position !== null) this.options.onProgress?.(this.options.definition, holder.position);
  }

  private note(holder: Holder): void {
    this.reached = { position: holder.position, epoch: holder.epoch };
  }

  private become(state: FeedState): void {
    if (this.state === state) return;
    this.state = state;
    this.options.onStatus?.(this.status());
  }

  /** Ends early when the feed is to stop. */
  private async pause(ms: number): Promise<void> {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
  }
}
