import { createCipheriv, createDecipheriv, createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { systemRandom } from '#libs/envelope';
import { KeyUnwrapFailed, type DataKey, type KeyToWrap, type KeyWrapper, type WrappedKey } from './port.js';

const CIPHER = 'aes-256-gcm';
const FORMAT = 1;
const KEY_BYTES = 32;
const MARK_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NONCE_AT = 1 + MARK_BYTES;
const BOX_AT = NONCE_AT + NONCE_BYTES;
const WRAPPED_BYTES = BOX_AT + KEY_BYTES + TAG_BYTES;

/**
 * Wraps data keys under one 32-byte master key: format (1 byte) ‖ mark of the master key (8) ‖ nonce (12) ‖ AES-256-GCM of the data key
 * with its id as associated data (32) ‖ tag (16). The mark tells "another master key" from "a changed row".
 */
export class LocalKeyWrapper implements KeyWrapper {
  readonly #master: KeyObject;
  readonly #mark: Buffer;
  readonly #random: (bytes: number) => Uint8Array;

  constructor(master: KeyObject, random: (bytes: number) => Uint8Array = systemRandom) {
    if (master.symmetricKeySize !== KEY_BYTES) throw new RangeError(`A master key has ${KEY_BYTES} bytes.`);
    this.#master = master;
    this.#mark = createHash('sha256').update('caseledger/master-key-mark/1').update(master.export()).digest().subarray(0, MARK_BYTES);
    this.#random = random;
  }

  wrap(keys: readonly KeyToWrap[]): Promise<readonly WrappedKey[]> {
    return Promise.resolve(keys.map(({ keyId, dek }) => ({ keyId, wrapped: this.#wrapOne(keyId, dek) })));
  }

  /** Rejects, rather than throws, with {@link KeyUnwrapFailed}. */
  async unwrap(keys: readonly WrappedKey[]): Promise<readonly DataKey[]> {
    return keys.map(({ keyId, wrapped }) => ({ keyId, dek: this.#unwrapOne(keyId, wrapped) }));
  }

  #wrapOne(keyId: string, dek: KeyObject): Buffer {
    if (dek.symmetricKeySize !== KEY_BYTES) throw new RangeError(`A data key has ${KEY_BYTES} bytes.`);
    const nonce = this.#random(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#master, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(keyId, 'utf8'));
    return Buffer.concat([Buffer.of(FORMAT), this.#mark, nonce, cipher.update(dek.export()), cipher.final(), cipher.getAuthTag()]);
  }

  #unwrapOne(keyId: string, wrapped: Uint8Array): KeyObject {
    const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength);
    if (bytes.length !== WRAPPED_BYTES || bytes[0] !== FORMAT) throw new KeyUnwrapFailed(keyId, 'is not of a form that this service wrote');
    if (!bytes.subarray(1, NONCE_AT).equals(this.#mark)) throw new KeyUnwrapFailed(keyId, 'was wrapped under another master key');
    try {
      const decipher = createDecipheriv(CIPHER, this.#master, bytes.subarray(NONCE_AT, BOX_AT), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(keyId, 'utf8'));
      decipher.setAuthTag(bytes.subarray(BOX_AT + KEY_BYTES));
      const dek = Buffer.concat([decipher.update(bytes.subarray(BOX_AT, BOX_AT + KEY_BYTES)), decipher.final()]);
      return createSecretKey(dek);
    } catch (cause) {
      throw new KeyUnwrapFailed(keyId, 'was changed since it was stored', { cause });
    }
  }
}
