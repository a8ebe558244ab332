import { createHash, createPublicKey, hash, verify as verifySignature } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { ByteSource, VerifierCrypto } from './verifier/ports.js';
import { type BundleVerification, verify, type VerifyOptions } from './verifier/verify.js';

/** The verifier on Node's own cryptography. Imports nothing else of ours, so that it can be built into one script. */

const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export const nodeCrypto: VerifierCrypto = {
  // A latin1 ('binary') string costs a third of what crypto.hash's own 'buffer' output does.
  digestAll: (inputs) => inputs.map((input) => hash('sha256', input, 'binary')),
  startDigest: () => {
    const digest = createHash('sha256');
    return { update: (bytes) => void digest.update(bytes), finish: () => digest.digest('binary') };
  },
  verifyEd25519: (publicKey, message, signature) => {
    const key = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' });
    return verifySignature(null, message, key, signature);
  },
  crc32: (bytes, before) => crc32(bytes, before),
};

export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

/** Checks a bundle in memory. */
export const verifyBundle = (bytes: Uint8Array, options: VerifyOptions = {}): Promise<BundleVerification> => verify(bytesSource(bytes), nodeCrypto, options);

/** Checks a bundle where it lies, a piece at a time. @throws the file system's errors */
export async function verifyBundleFile(path: string, options: VerifyOptions = {}): Promise<BundleVerification> {
  const file = openSync(path, 'r');
  try {
    return await verify(fileSource(file), nodeCrypto, options);
  } finally {
    closeSync(file);
  }
}

function fileSource(file: number): ByteSource {
  return {
    size: fstatSync(file).size,
    read: (offset, length) => {
      const bytes = new Uint8Array(length);
      let at = 0;
      while (at < length) {
        const read = readSync(file, bytes, at, length - at, offset + at);
        if (read === 0) throw new Error('the file became shorter while it was read');
        at += read;
      }
      return bytes;
    },
  };
}
