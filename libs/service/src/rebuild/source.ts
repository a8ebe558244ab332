import { loadPolicy } from '#infra/policy';
import type { DatabaseLog } from '#infra/postgres';
import { AdoptedPolicies } from '#libs/clocks';
import type { Config } from '#libs/config';
import { LocalKeyWrapper, PostgresKeyStore } from '#libs/keys/module';
import { type Rebuildable, rebuildables } from '#libs/read-models';
import type { Beside } from '../beside.provider.js';
import { readModelSource } from '../read-model-source.js';
import { openSecrets } from '../secrets.js';

/** The feeds that can be built anew, over an installation's log, keys and policies. @throws what its keys and policies throw */
export async function rebuildablesOf(config: Config, { pool, store }: Beside, log: DatabaseLog): Promise<readonly Rebuildable[]> {
  const { masterKey } = await openSecrets(config, true);
  const keys = new PostgresKeyStore({ pool, wrapper: new LocalKeyWrapper(masterKey) });
  const policy = await new AdoptedPolicies(loadPolicy(config.policyFile ?? undefined), store, log).load();
  return rebuildables(readModelSource({ store, keys, policy }));
}
