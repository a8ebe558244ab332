/**
 * A transparency log's arithmetic and formats, on node:crypto alone.
 *
 * Leaf: the hash of one entry. Tree: RFC 6962 / RFC 9162 over the leaves. Tile: up to 256 consecutive hashes of one level, as published
 * (https://c2sp.org/tlog-tiles). Checkpoint: the signed size and root (https://c2sp.org/tlog-checkpoint). Cosignature: a witness's statement that
 * the tree only grew (https://c2sp.org/tlog-cosignature). Hand-over: the note by which one key of the log names the next.
 */
export { type Checkpoint, type CheckpointFault, formatCheckpoint, type LogKey, openCheckpoint, type OpenedCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.js';
export { Frontier } from './frontier.js';
export { type Growth, growTiles, type RightEdge, type WrittenTile } from './grow.js';
export { followHandOvers, type HandOver, type HandOverFault, type HandOverRefusal, handOversMax, openHandOver, signHandOver } from './hand-over.js';
export { emptyRoot, HASH_BYTES, hashLeaf, hashNode, isHash, isTreeSize, sameHash, type TreeHead, treeSizeMax } from './hashing.js';
export {
  formatSignerKey,
  formatVerifierKey,
  isKeyName,
  noteKey,
  type NoteKey,
  type NoteSigner,
  noteSigner,
  parseSignerKey,
  parseVerifierKey,
  sameKey,
  SEED_BYTES,
  type SignatureType,
} from './keys.js';
export {
  cosignatureLine,
  formatSignatureLine,
  type KnownSignature,
  type NoteFault,
  noteLimits,
  type NoteRefusal,
  type OpenedNote,
  openNote,
  type ParsedNote,
  parseNote,
  parseSignatureLine,
  type SignatureLine,
  signNote,
} from './note.js';
export { fromBase64, fromDecimal, hashFromBase64, toBase64 } from './text.js';
export { MIDDLE_BYTES, parseTilePath, partialTiles, Tile, TILE_HEIGHT, TILE_WIDTH, type TileId, tilePath, tileWidth } from './tiles.js';
export { MemoryTiles, TileMissing, type TileSource, TreeReader, treeReaderLimits } from './tree-reader.js';
export { type ProofFault, proofHashesMax, type ProofVerification, verifyConsistency, verifyInclusion } from './verify.js';
