import { createSecretKey, type KeyObject } from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemRandom } from '#libs/envelope';

const SECRET_BYTES = 32;
const OWNER_ONLY = 0o600;
const OTHERS_BITS = 0o077;

/** A secret can't be used as it is. The message names the place, never the secret. */
export class SecretRefused extends Error {
  override readonly name = 'SecretRefused';
}

/** A 32-byte secret (master key, pepper) from the environment: base64 or base64url. @throws SecretRefused */
export function secretFromBase64(text: string, name: string): KeyObject {
  const trimmed = text.trim();
  const bytes = /^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed) ? Buffer.from(trimmed, 'base64') : Buffer.alloc(0);
  if (bytes.length !== SECRET_BYTES) throw new SecretRefused(`${name} must be ${SECRET_BYTES} bytes in base64.`);
  return createSecretKey(bytes);
}

export interface SecretFileOptions {
  readonly path: string;
  /**
   * May a missing file be made? Say no where keys exist already: a new master key opens none of them, and the loss should stop the start.
   */
  readonly mayCreate: boolean;
  readonly random?: (bytes: number) => Uint8Array;
}

/**
 * A 32-byte secret kept in a file of the owner alone (0600), made at the first start. On disk before the answer, and made once however many
 * processes start at once: the file appears whole, by a link, or not at all. The folder must exist.
 * @throws SecretRefused where the file is missing and may not be made, is readable by others, or holds something else
 */
export async function openSecretFile({ path, mayCreate, random = systemRandom }: SecretFileOptions): Promise<KeyObject> {
  const found = await readSecret(path);
  if (found !== null) return found;
  if (!mayCreate) throw new SecretRefused(`${path} is missing. Restore it: without it the stored keys stay closed.`);
  await createSecret(path, random);
  const made = await readSecret(path);
  if (made === null) throw new SecretRefused(`${path} was removed while it was made.`);
  return made;
}

async function readSecret(path: string): Promise<KeyObject | null> {
  try {
    const { mode } = await stat(path);
    if ((mode & OTHERS_BITS) !== 0) throw new SecretRefused(`${path} can be read by others: run chmod 600 on it.`);
    return secretFromBase64(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function createSecret(path: string, random: (bytes: number) => Uint8Array): Promise<void> {
  const draft = `${path}.${Buffer.from(systemRandom(6)).toString('hex')}.new`;
  const file = await open(draft, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(`${Buffer.from(random(SECRET_BYTES)).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    // Another process was first: its secret counts.
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
