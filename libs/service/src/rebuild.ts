import { loadPolicy } from '#infra/policy';
import { type DatabaseLog, migrate } from '#infra/postgres';
import type { Config } from '#libs/config';
import { LocalKeyWrapper, PostgresKeyStore } from '#libs/keys/module';
import { rebuild, rebuildables, type Rebuilding, type RebuildReport } from '#libs/read-models';
import { AdoptedPolicies } from '#libs/clocks';
import { openBeside } from './beside.provider.js';
import { readModelSource } from './read-model-source.js';
import { openSecrets } from './secrets.js';

export interface RunRebuildOptions {
  /** Only these feeds, by name; all where empty. */
  readonly feeds: readonly string[];
  readonly anew: boolean;
  readonly log: DatabaseLog;
  readonly onProgress: (progress: Rebuilding) => void;
}

/**
 * Rebuilds the read models of the installation that this configuration names, from a process of its own, whether its service runs or not.
 * @throws RebuildRefused, UnknownFeed, and what `openBeside`, migrations and the keys throw
 */
export async function runRebuild(config: Config, { feeds, anew, log, onProgress }: RunRebuildOptions): Promise<RebuildReport> {
  const { pool, store, ownerUrl, close } = await openBeside(config, log);
  try {
    await migrate(ownerUrl, { log });
    const { masterKey } = await openSecrets(config, true);
    const keys = new PostgresKeyStore({ pool, wrapper: new LocalKeyWrapper(masterKey) });
    const policy = await new AdoptedPolicies(loadPolicy(config.policyFile ?? undefined), store, log).load();
    const all = rebuildables(readModelSource({ store, keys, policy }));
    const unknown = feeds.filter((name) => !all.some((one) => one.name === name));
    if (unknown.length > 0) throw new UnknownFeed(`There is no feed ${unknown.join(', ')}. There are ${all.map(({ name }) => name).join(', ')}.`);
    const chosen = feeds.length === 0 ? all : all.filter(({ name }) => feeds.includes(name));
    return await rebuild({ rebuildables: chosen, store, ownerUrl, anew, onProgress });
  } finally {
    await close();
  }
}

export class UnknownFeed extends Error {
  override readonly name = 'UnknownFeed';
}
