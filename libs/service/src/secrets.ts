import type { KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '#libs/config';
import { openSecretFile, secretFromBase64 } from '#libs/keys/module';

export const SECRETS = Symbol('Secrets');

export interface Secrets {
  /** Wraps the data keys. */
  readonly masterKey: KeyObject;
  /** Keys the command hashes. */
  readonly pepper: KeyObject;
}

/**
 * From the environment, or from files of the owner alone in the data folder, made at the first start. `keysExist`: then a missing file stops
 * the start, since a new master key would open nothing that is stored.
 */
export async function openSecrets(config: Config, keysExist: boolean): Promise<Secrets> {
  const folder = join(config.dataFolder, 'secrets');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const open = (value: string | null, variable: string, file: string): Promise<KeyObject> | KeyObject =>
    value === null ? openSecretFile({ path: join(folder, file), mayCreate: !keysExist }) : secretFromBase64(value, variable);
  return {
    masterKey: await open(config.masterKey, 'CASELEDGER_MASTER_KEY', 'master.key'),
    pepper: await open(config.pepper, 'CASELEDGER_PEPPER', 'pepper.key'),
  };
}
