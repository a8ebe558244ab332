import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Config } from '#libs/config';
import type { FeedStatus } from '#libs/feeds';
import type { BuildFeed } from '#libs/read-models';

/** What the thread is given. It shares nothing else with who started it. */
export interface FeedThreadData {
  /** The database by its addresses. */
  readonly config: Config;
  /** By name. */
  readonly feed: string;
  /** Of the role that owns the tables. */
  readonly databaseUrl: string;
}

export const feedThreadLimits = {
  /** How often the thread says how far it is, in milliseconds. */
  tellMs: 20,
  /** V8's heap, in MiB: of the old generation, and of the young one. */
  heap: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 48 },
} as const;

/** Builds one feed in a thread of its own. Where the thread fails, so does the feed: REFUSED, with the reason. */
export function startFeedThread(data: FeedThreadData): BuildFeed {
  const worker = new Worker(new URL(import.meta.resolve('./feed-thread.main.js')), { workerData: data, resourceLimits: feedThreadLimits.heap });
  let status: FeedStatus = { name: data.feed, version: 0, state: 'STANDBY', position: null, epoch: null, handled: 0, parked: 0, lastError: null };
  const refuse = (why: string): void => {
    status = { ...status, state: 'REFUSED', lastError: why };
  };
  worker.on('message', (told: FeedStatus) => (status = told));
  worker.on('error', (error) => refuse(error instanceof Error ? error.message : String(error)));
  const exited = once(worker, 'exit').catch(() => undefined); // What it failed with is in the status.
  void exited.then(() => {
    if (status.state !== 'STOPPED' && status.state !== 'REFUSED') refuse('its thread ended');
  });
  return {
    status: () => status,
    stop: async () => {
      worker.postMessage('STOP');
      await exited;
    },
  };
}
