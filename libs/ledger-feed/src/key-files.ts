import { access, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { openSecretFile, secretFromBase64 } from '#libs/keys/module';
import { formatVerifierKey, type NoteSigner, noteSigner } from '#libs/ledger';
import { currentVerifierKey, rotateKey, type RotationOutcome } from './ledger-keys.js';
import type { LedgerClock } from './port.js';
import { sqlOf } from './tables.js';

export interface LedgerKeyFiles {
  readonly pool: Pool;
  readonly origin: string;
  /** The folder of secrets in the data folder. */
  readonly folder: string;
  /** The value of `CASELEDGER_LEDGER_KEY`: 32 bytes in base64. Null: the file counts. */
  readonly fromEnvironment: string | null;
}

const variable = 'CASELEDGER_LEDGER_KEY';
const currentFile = 'ledger.key';
const nextFile = 'ledger.key.next';

/**
 * The signing key from the environment, or from a file of the owner alone, made at the first start. A rotation that was interrupted after it
 * was recorded is finished here.
 * @throws SecretRefused where the file is missing though the log has a key, or is readable by others
 */
export async function openLedgerSigner({ pool, origin, folder, fromEnvironment }: LedgerKeyFiles): Promise<NoteSigner> {
  if (fromEnvironment !== null) return signerOf(origin, secretFromBase64(fromEnvironment, variable).export());
  const current = await currentVerifierKey(sqlOf(pool));
  if (current !== null && (await exists(join(folder, nextFile)))) {
    const next = signerOf(origin, (await openSecretFile({ path: join(folder, nextFile), mayCreate: false })).export());
    if (formatVerifierKey(next.key) === current) await replaceFile(folder);
  }
  return signerOf(origin, (await openSecretFile({ path: join(folder, currentFile), mayCreate: current === null })).export());
}

/**
 * Makes a new key in place of the one in the file: on disk first, then the hand-over signed by both and recorded, then the file replaced. The
 * retired key stays beside it, as `ledger.key.<id>.retired`, until somebody destroys it: it can sign nothing larger than the hand-over.
 */
export async function rotateKeyFile({ pool, origin, folder, fromEnvironment }: LedgerKeyFiles, clock: LedgerClock): Promise<RotationOutcome> {
  if (fromEnvironment !== null) return { kind: 'REFUSED', message: `the key is in ${variable}: rotate it where that is set` };
  const from = await openLedgerSigner({ pool, origin, folder, fromEnvironment });
  const to = signerOf(origin, (await openSecretFile({ path: join(folder, nextFile), mayCreate: true })).export());
  const outcome = await rotateKey(pool, from, to, clock);
  if (outcome.kind !== 'REFUSED') await replaceFile(folder, from.key.id);
  return outcome;
}

async function replaceFile(folder: string, retiredId?: string): Promise<void> {
  const current = join(folder, currentFile);
  if (await exists(current)) await rename(current, `${current}.${retiredId ?? 'interrupted'}.retired`);
  await rename(join(folder, nextFile), current);
}

const signerOf = (origin: string, seed: Buffer): NoteSigner => noteSigner(origin, 'ED25519', seed);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
