import type { ByteSource, VerifierCrypto } from './verifier/ports.js';
import { toDigest } from './verifier/text.js';
import { type BundleVerification, verify, type VerifyOptions } from './verifier/verify.js';

/** The verifier's cryptography out of a browser's own: WebCrypto. Node has the same, which is how tests run this entry. */

const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

export const webCrypto: VerifierCrypto = {
  digestAll: (inputs) => Promise.all(inputs.map(async (input) => toDigest(new Uint8Array(await crypto.subtle.digest('SHA-256', owned(input)))))),
  startDigest: () => {
    // WebCrypto has no running digest: the file is kept until its end.
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    return {
      update: (bytes) => void pieces.push(owned(bytes)),
      finish: async () => toDigest(new Uint8Array(await crypto.subtle.digest('SHA-256', await new Blob(pieces).arrayBuffer()))),
    };
  },
  verifyEd25519: async (publicKey, message, signature) => {
    const key = await crypto.subtle.importKey('raw', owned(publicKey), 'Ed25519', false, ['verify']);
    return crypto.subtle.verify('Ed25519', key, owned(signature), owned(message));
  },
};

export const blobSource = (blob: Blob): ByteSource => ({
  size: blob.size,
  read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
});

/** Checks a bundle in memory as the page checks a file. */
export const verifyInBrowser = (bytes: Uint8Array, options: VerifyOptions = {}): Promise<BundleVerification> =>
  verify(blobSource(new Blob([owned(bytes)])), webCrypto, options);
