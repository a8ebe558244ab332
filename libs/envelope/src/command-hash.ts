import { hash, type KeyObject } from 'node:crypto';
import { DIGEST_BYTES } from './bytes.js';
import { canonicalJson } from './json.js';

/** A data key that an append used. */
export interface UsedDataKey {
  readonly keyId: string;
  readonly dek: KeyObject;
}

/** Separates this use of the pepper from every other. */
const PURPOSE = 'caseledger/command-hash/1';

/**
 * `@command.hash`: HMAC-SHA-256 over {@link canonicalJson} of the command's whole input (its name included), base64url. The key is
 * HKDF-SHA-256(pepper ‖ data keys in the order of their ids, no salt, purpose): with one of the data keys destroyed, nobody can test a
 * guess at the input, the pepper's holder included. To compare a repeat, use the keys whose ids `sealedKeyIds` finds in the stored append.
 * @throws TypeError for input that is not JSON, or a key that is not 32 bytes
 */
export function commandHash(pepper: KeyObject, dataKeys: readonly UsedDataKey[], input: unknown): string {
  const byId = new Map(dataKeys.map((key) => [key.keyId, key.dek]));
  const ordered = [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, dek]) => rawKey(dek));
  const material = Buffer.concat([rawKey(pepper), ...ordered]);
  return hmac(hkdf(material), Buffer.from(canonicalJson(input), 'utf8'), 'base64url');
}

/** All of one length, so that their concatenation reads in one way only. */
function rawKey(key: KeyObject): Buffer {
  const raw = key.export();
  if (raw.length !== DIGEST_BYTES) throw new TypeError(`A key must have ${DIGEST_BYTES} bytes.`);
  return raw;
}

/** HKDF-SHA-256 (RFC 5869) without salt, for one block: extract and expand are one HMAC each. 32 bytes as a latin1 string, as in {@link hmac}. */
function hkdf(material: Buffer): string {
  return hmac(hmac('\0'.repeat(DIGEST_BYTES), material, 'binary'), expandInfo, 'binary');
}

const expandInfo = Buffer.concat([Buffer.from(PURPOSE, 'utf8'), Buffer.of(1)]);

const BLOCK_BYTES = 64;

/** Reused by every hash: nothing here awaits, so no two uses overlap. */
const inner = Buffer.allocUnsafeSlow(BLOCK_BYTES + 64 * 1024);
const outer = Buffer.allocUnsafeSlow(BLOCK_BYTES + DIGEST_BYTES);

/**
 * HMAC-SHA-256 (RFC 2104) with a key of 32 bytes, given as a latin1 string, on one-shot hashes: Node's own makes a key object for each call, which
 * takes many times as long as the hashing, and a buffer for a digest takes three times as long as a string. A test compares.
 */
function hmac(key: string, message: Buffer, encoding: 'binary' | 'base64url'): string {
  inner.fill(0, 0, BLOCK_BYTES).write(key, 0, 'latin1');
  for (let i = 0; i < BLOCK_BYTES; i += 1) {
    const byte = inner.readUInt8(i);
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  outer.write(hash('sha256', afterInnerKey(message), 'binary'), BLOCK_BYTES, 'latin1');
  const digest = hash('sha256', outer, encoding);
  inner.fill(0, 0, BLOCK_BYTES);
  outer.fill(0, 0, BLOCK_BYTES);
  return digest;
}

/** The padded key in `inner`, and the message behind it. */
function afterInnerKey(message: Buffer): Buffer {
  if (BLOCK_BYTES + message.length > inner.length) return Buffer.concat([inner.subarray(0, BLOCK_BYTES), message]);
  return inner.subarray(0, BLOCK_BYTES + message.copy(inner, BLOCK_BYTES));
}
