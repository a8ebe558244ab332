import { type DatabaseLog, migrate } from '#infra/postgres';
import type { Config } from '#libs/config';
import { rebuild, type Rebuilding, type RebuildReport, startBuildFeed } from '#libs/read-models';
import { openBeside } from '../beside.provider.js';
import { startFeedThread } from './feed-thread.js';
import { rebuildablesOf } from './source.js';

export interface RunRebuildOptions {
  /** Only these feeds, by name; all where empty. */
  readonly feeds: readonly string[];
  readonly anew: boolean;
  readonly log: DatabaseLog;
  readonly onProgress: (progress: Rebuilding) => void;
}

/** About half of the work: in a thread of its own, it and all other feeds take as long as the one or the others. */
const ownThread = 'clocks';

/**
 * Rebuilds the read models of the installation that this configuration names, from a process of its own, whether its service runs or not.
 * @throws RebuildRefused, UnknownFeed, and what `openBeside`, migrations and the keys throw
 */
export async function runRebuild(config: Config, { feeds, anew, log, onProgress }: RunRebuildOptions): Promise<RebuildReport> {
  const beside = await openBeside(config, log);
  const { store, ownerUrl, serviceUrl } = beside;
  try {
    await migrate(ownerUrl, { log });
    const all = await rebuildablesOf(config, beside, log);
    const unknown = feeds.filter((name) => !all.some((one) => one.name === name));
    if (unknown.length > 0) throw new UnknownFeed(`There is no feed ${unknown.join(', ')}. There are ${all.map(({ name }) => name).join(', ')}.`);
    const chosen = feeds.length === 0 ? all : all.filter(({ name }) => feeds.includes(name));
    // The embedded server, too, is reached by its addresses: this process has it, or has joined it.
    const threadConfig = { ...config, databaseUrl: serviceUrl, databaseOwnerUrl: ownerUrl };
    return await rebuild({
      rebuildables: chosen,
      store,
      ownerUrl,
      anew,
      onProgress,
      startElsewhere: (one, databaseUrl) => (one.name === ownThread ? startFeedThread({ config: threadConfig, feed: one.name, databaseUrl }) : startBuildFeed(one, store, databaseUrl)),
    });
  } finally {
    await beside.close();
  }
}

export class UnknownFeed extends Error {
  override readonly name = 'UnknownFeed';
}
