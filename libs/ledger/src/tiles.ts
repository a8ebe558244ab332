import { HASH_BYTES, hashNode, isTreeSize } from './hashing.js';
import type { NodeId } from './ranges.js';

/** Levels of the tree in one tile, and hashes in a full one. https://c2sp.org/tlog-tiles */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;
/** Tile levels of the largest tree: seven tiles of eight levels hold 53. */
export const tileLevelsMax = 7;

/** Half-way up a full tile stand 16 nodes: whoever has them makes a proof from a tile with 22 hashes instead of 247. Never published. */
export const MIDDLE_HEIGHT = 4;
export const MIDDLE_BYTES = (TILE_WIDTH / 2 ** MIDDLE_HEIGHT) * HASH_BYTES;

/** One tile: `width` hashes (1 to 256) at tile level `level`; hash `i` is the root of the leaves [(index·256+i)·256^level, …+256^level). */
export interface TileId {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** 256^level, exact up to level 6. */
const leavesUnder = (level: number): number => TILE_WIDTH ** level;

/** How many hashes a tree of this size has at a tile level. */
export const hashesAt = (size: number, level: number): number => Math.floor(size / leavesUnder(level));

/** The width of a tile in a tree of this size; 0 where it has none. */
export function tileWidth(size: number, level: number, index: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashesAt(size, level) - index * TILE_WIDTH));
}

/** The partial tiles of a tree, lowest first: its right edge. */
export function partialTiles(size: number): TileId[] {
  const tiles: TileId[] = [];
  for (let level = 0; level < tileLevelsMax && hashesAt(size, level) > 0; level += 1) {
    const width = hashesAt(size, level) % TILE_WIDTH;
    if (width > 0) tiles.push({ level, index: Math.floor(hashesAt(size, level) / TILE_WIDTH), width });
  }
  return tiles;
}

/** `tile/<L>/<N>[.p/<W>]`, the index in groups of three digits: `x001/x234/067`. */
export function tilePath({ level, index, width }: TileId): string {
  const groups: string[] = [];
  for (let rest = index; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`${groups.length === 0 ? '' : 'x'}${String(rest % 1000).padStart(3, '0')}`);
  }
  return `tile/${level}/${groups.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const pathForm = /^tile\/(0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** The tile that a path names, or null for every text that {@link tilePath} doesn't print; entry bundles, which are never published, among them. */
export function parseTilePath(path: string): TileId | null {
  const [, level, groups, partial] = pathForm.exec(path) ?? [];
  if (level === undefined || groups === undefined) return null;
  const tile = { level: Number(level), index: Number(groups.replaceAll(/[x/]/g, '')), width: partial === undefined ? TILE_WIDTH : Number(partial) };
  if (tile.level >= tileLevelsMax || !isTreeSize(tile.index) || tile.width > TILE_WIDTH) return null;
  return tilePath(tile) === path ? tile : null;
}

/** A tile's hashes, with the nodes above them as they are asked for: each is computed once. */
export class Tile {
  /** By height above the tile's own hashes, then by number; the holes are not computed yet. */
  private readonly above: (Uint8Array | undefined)[][] = Array.from({ length: TILE_HEIGHT + 1 }, () => []);

  /**
   * @param middle the 16 nodes half-way up a full tile, taken as they are: only where a wrong one would be noticed, as in a proof
   * @throws RangeError where the bytes are not 1 to 256 hashes
   */
  constructor(
    readonly bytes: Uint8Array,
    middle: Uint8Array | null = null,
  ) {
    if (bytes.length === 0 || bytes.length % HASH_BYTES !== 0 || bytes.length > TILE_WIDTH * HASH_BYTES) {
      throw new RangeError(`A tile of ${bytes.length} bytes: it must hold 1 to ${TILE_WIDTH} hashes.`);
    }
    if (middle === null) return;
    if (middle.length !== MIDDLE_BYTES || this.width !== TILE_WIDTH) throw new RangeError('The middle of a full tile is 16 hashes.');
    const row = this.above[MIDDLE_HEIGHT];
    for (let at = 0; at < MIDDLE_BYTES; at += HASH_BYTES) row?.push(middle.subarray(at, at + HASH_BYTES));
  }

  get width(): number {
    return this.bytes.length / HASH_BYTES;
  }

  /** The root of 2^height of the tile's hashes, the `index`-th such group. @throws RangeError where the tile is too narrow */
  node(height: number, index: number): Uint8Array {
    if ((index + 1) * 2 ** height > this.width) throw new RangeError(`A tile of ${this.width} hashes holds no node ${index} at height ${height}.`);
    if (height === 0) return this.bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
    const known = this.above[height]?.[index];
    if (known !== undefined) return known;
    const node = hashNode(this.node(height - 1, 2 * index), this.node(height - 1, 2 * index + 1));
    const row = this.above[height];
    if (row !== undefined) row[index] = node;
    return node;
  }

  /** The 16 nodes half-way up, where it is full; else null. */
  middle(): Uint8Array | null {
    if (this.width !== TILE_WIDTH) return null;
    return Buffer.concat(Array.from({ length: MIDDLE_BYTES / HASH_BYTES }, (_, n) => this.node(MIDDLE_HEIGHT, n)));
  }

  /** The tile's root, where it is full: a hash of the level above. */
  root(): Uint8Array {
    return this.node(TILE_HEIGHT, 0);
  }
}

/** Where a node of the tree stands: in which tile, how high above the tile's hashes, and which it is there. */
export function tileOfNode({ level, index }: NodeId): { readonly level: number; readonly index: number; readonly height: number; readonly within: number } {
  const height = level % TILE_HEIGHT;
  const perTile = 2 ** (TILE_HEIGHT - height);
  return { level: Math.floor(level / TILE_HEIGHT), index: Math.floor(index / perTile), height, within: index % perTile };
}
