/** What the verifier needs from where it runs. The rest of this folder imports nothing and uses nothing that Node or a browser has alone. */

/** A bundle's bytes, wherever they lie. */
export interface ByteSource {
  readonly size: number;
  /** Exactly these bytes; the verifier asks for none beyond `size`. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

/** 32 bytes as a text of 32 characters U+0000 to U+00FF: such texts are compared and joined faster than arrays. */
export type Digest = string;

export interface RunningDigest {
  update(bytes: Uint8Array): void;
  finish(): Digest | Promise<Digest>;
}

export interface VerifierCrypto {
  /** SHA-256 of each input, in order. The inputs are overwritten afterwards. */
  digestAll(inputs: readonly Uint8Array[]): readonly Digest[] | Promise<readonly Digest[]>;
  /** SHA-256 of a file that comes in pieces. A piece is overwritten after `update`. */
  startDigest(): RunningDigest;
  /** Ed25519 (RFC 8032). @throws Error where this machine can't check such signatures */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
  /** CRC-32 as ZIP has it, going on from `before`. */
  crc32?(bytes: Uint8Array, before: number): number;
}

/** What no bundle goes beyond. Units in the names or beside them. */
export const verifierLimits = {
  bundleBytesMax: 2_000_000_000,
  filesMax: 2_000,
  fileNameBytesMax: 100,
  manifestBytesMax: 4 * 1024 * 1024,
  /** Signed notes. */
  noteBytesMax: 64 * 1024,
  noteSignaturesMax: 64,
  /** One line of events.ndjson or access.ndjson. */
  lineBytesMax: 4 * 1024 * 1024,
  eventsMax: 10_000_000,
  fieldsMax: 255,
  /** Hashes in one proof. */
  proofHashesMax: 64,
  handOversMax: 1_000,
  /** Read at once from the source. */
  chunkBytes: 1024 * 1024,
  /** Events checked together. */
  batchEventsMax: 512,
  /** Bytes of lines checked together, unless one line alone is longer. */
  batchBytesMax: 2 * 1024 * 1024,
} as const;
