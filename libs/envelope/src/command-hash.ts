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
  return hmac(hkdf(material), Buffer.from(canonicalJson(input), 'utf8')).toString('base64url');
}

/** All of one length, so that their concatenation reads in one way only. */
function rawKey(key: KeyObject): Buffer {
  const raw = key.export();
  if (raw.length !== DIGEST_BYTES) throw new TypeError(`A key must have ${DIGEST_BYTES} bytes.`);
  return raw;
}

/** HKDF-SHA-256 (RFC 5869) without salt, for one block: extract and expand are one HMAC each. */
function hkdf(material: Buffer): Buffer {
  const extracted = hmac(Buffer.alloc(DIGEST_BYTES), material);
  return hmac(extracted, expandInfo);
}

const expandInfo = Buffer.concat([Buffer.from(PURPOSE, 'utf8'), Buffer.of(1)]);

const BLOCK_BYTES = 64;

/**
 * HMAC-SHA-256 (RFC 2104) with a key of 32 bytes, on one-shot hashes: Node's own makes a key object for each call, which takes many times as
 * long as the hashing. A test compares.
 */
function hmac(key: Buffer, message: Buffer): Buffer {
  const inner = Buffer.alloc(BLOCK_BYTES, 0x36);
  const outer = Buffer.alloc(BLOCK_BYTES, 0x5c);
  for (let i = 0; i < DIGEST_BYTES; i += 1) {
    inner.writeUInt8(0x36 ^ key.readUInt8(i), i);
    outer.writeUInt8(0x5c ^ key.readUInt8(i), i);
  }
  return hash('sha256', Buffer.concat([outer, hash('sha256', Buffer.concat([inner, message]), 'buffer')]), 'buffer');
}
