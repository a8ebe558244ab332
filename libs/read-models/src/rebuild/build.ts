import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '#libs/event-store/port';
import { type FeedHandle, startFeed } from '#libs/feeds';
import { buildId, RebuildRefused, type Rebuilding } from './port.js';
import type { Rebuildable } from './rebuildable.js';
import { targetsOf } from './state.js';

export const buildLimits = {
  pollMs: 20,
  /** How long the log or the database may be out of reach, in milliseconds, before the run ends; the next one goes on from there. */
  awayMsMax: 60_000,
  /**
   * As many events are read ahead as a batch takes: what is not there when the last one has been committed is not waited for. Rows written last are kept in
   * memory, so that larger batches gain nothing.
   */
  feeds: { batchEventsMax: 2_000, batchCharsMax: 2 * 1024 * 1024, aheadEventsMax: 2_000, aheadCharsMax: 2 * 1024 * 1024 },
} as const;

/** A feed of the build, in whichever thread it runs. */
export type BuildFeed = Pick<FeedHandle, 'status' | 'stop'>;

/** Starts the build's feed of a rebuildable. `databaseUrl`: of the role that owns the tables. */
export type BuildFeedStarter = (one: Rebuildable, databaseUrl: string) => BuildFeed;

/** In this thread. */
export const startBuildFeed = (one: Rebuildable, store: EventStore, databaseUrl: string): BuildFeed =>
  startFeed({ definition: one.feed(buildId(one), targetsOf([one])), store, databaseUrl, limits: buildLimits.feeds });

/** The feeds of a build, running side by side. */
export class Build {
  private handles: readonly BuildFeed[] = [];
  private troubledSince: number | null = null;
  private handledBefore = 0;

  constructor(
    private readonly rebuildables: readonly Rebuildable[],
    private readonly databaseUrl: string,
  ) {}

  /** Events that this run's feeds have handled, of the one that had most to do: not every feed reads all. */
  get handled(): number {
    return this.handledBefore + this.handledNow;
  }

  private get handledNow(): number {
    return this.handles.length === 0 ? 0 : Math.max(...this.handles.map((handle) => handle.status().handled));
  }

  start(starter: BuildFeedStarter): void {
    if (this.handles.length > 0) return;
    this.handles = this.rebuildables.map((one) => starter(one, this.databaseUrl));
  }

  /** Lets the batches under way commit. */
  async stop(): Promise<void> {
    const { handles } = this;
    await Promise.all(handles.map((handle) => handle.stop()));
    this.handledBefore += this.handledNow;
    this.handles = [];
  }

  /**
   * Answers once every feed has handled everything through `n`; false where that takes longer than `msMax`.
   * @throws RebuildRefused where a feed has stopped for good or the log stays away
   */
  async reach(n: bigint, onProgress: (progress: Pick<Rebuilding, 'through' | 'handled'>) => void, msMax = Infinity): Promise<boolean> {
    const began = performance.now();
    for (;;) {
      const through = this.through();
      onProgress({ through, handled: this.handled });
      if (through >= n) return true;
      if (performance.now() - began > msMax) return false;
      this.refuseTrouble();
      await pause(buildLimits.pollMs);
    }
  }

  private through(): bigint {
    return this.handles.map((handle) => handle.status().position?.n ?? -1n).reduce((least, n) => (n < least ? n : least));
  }

  private refuseTrouble(): void {
    const troubled = this.handles.map((handle) => handle.status()).filter(({ state }) => state === 'REFUSED' || state === 'BACKING_OFF');
    const [worst] = troubled;
    if (worst === undefined) {
      this.troubledSince = null;
      return;
    }
    this.troubledSince ??= performance.now();
    const isOver = worst.state === 'REFUSED' || performance.now() - this.troubledSince > buildLimits.awayMsMax;
    if (isOver) throw new RebuildRefused('STUCK', `${worst.name} can't go on: ${worst.lastError ?? 'no reason was given'}. Nothing was changed; run it again to go on from here.`);
  }
}
