import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '#libs/event-store/port';
import { type FeedHandle, type FeedId, startFeed } from '#libs/feeds';
import type { Targets } from '../engine/ddl.js';
import { RebuildRefused, type Rebuilding } from './port.js';
import type { Rebuildable } from './rebuildable.js';

export const buildLimits = {
  pollMs: 20,
  /** How long the log or the database may be out of reach, in milliseconds, before the run ends; the next one goes on from there. */
  awayMsMax: 60_000,
  /**
   * Over the limits of feeds: nobody waits for a build, and a case with several events in a batch is written once. As many are read ahead as a batch takes:
   * what is not there when the last one has been committed is not waited for.
   */
  feeds: { batchEventsMax: 6_000, batchCharsMax: 6 * 1024 * 1024, aheadEventsMax: 6_000, aheadCharsMax: 6 * 1024 * 1024 },
} as const;

/** Under which name the build of a feed keeps its checkpoint. */
export const buildId = ({ name, version }: FeedId): FeedId => ({ name: `rebuild-${name}`, version });

/** The feeds of a build, running side by side. */
export class Build {
  private handles: readonly { readonly feed: string; readonly handle: FeedHandle }[] = [];
  private troubledSince: number | null = null;
  private handledBefore = 0;

  constructor(
    private readonly rebuildables: readonly Rebuildable[],
    private readonly targets: Targets,
    private readonly store: EventStore,
    private readonly databaseUrl: string,
  ) {}

  /** Events that this run's feeds have handled, of the one that had most to do: not every feed reads all. */
  get handled(): number {
    return this.handledBefore + this.handledNow;
  }

  private get handledNow(): number {
    return this.handles.length === 0 ? 0 : Math.max(...this.handles.map(({ handle }) => handle.status().handled));
  }

  start(): void {
    if (this.handles.length > 0) return;
    this.handles = this.rebuildables.map((one) => ({
      feed: one.name,
      handle: startFeed({ definition: one.feed(buildId(one), this.targets), store: this.store, databaseUrl: this.databaseUrl, limits: buildLimits.feeds }),
    }));
  }

  /** Lets the batches under way commit. */
  async stop(): Promise<void> {
    const { handles } = this;
    await Promise.all(handles.map(({ handle }) => handle.stop()));
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
    return this.handles.map(({ handle }) => handle.status().position?.n ?? -1n).reduce((least, n) => (n < least ? n : least));
  }

  private refuseTrouble(): void {
    const troubled = this.handles.map(({ handle }) => handle.status()).filter(({ state }) => state === 'REFUSED' || state === 'BACKING_OFF');
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
