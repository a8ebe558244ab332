import { HASH_BYTES, isHash, treeSizeMax } from './hashing.js';
import { hashesAt, partialTiles, Tile, TILE_WIDTH, type TileId, tileLevelsMax } from './tiles.js';

export interface WrittenTile {
  readonly id: TileId;
  readonly bytes: Uint8Array;
  /** See `Tile.middle`. */
  readonly middle: Uint8Array | null;
}

/** The partial tiles of the tree before, by tile level. */
export type RightEdge = ReadonlyMap<number, Uint8Array>;

export interface Growth {
  readonly size: number;
  /** Every tile that is new or wider than before, lower levels first. */
  readonly tiles: readonly WrittenTile[];
  /** The partial tiles of the tree after. */
  readonly edge: RightEdge;
}

/**
 * Appends leaves to a tree of `size` leaves, whose partial tiles are `edge`.
 * @throws RangeError where `edge` is not the right edge of such a tree
 */
export function growTiles(size: number, edge: RightEdge, leafHashes: readonly Uint8Array[]): Growth {
  checkEdge(size, edge);
  if (!leafHashes.every(isHash)) throw new RangeError('A leaf hash has 32 bytes.');
  if (size + leafHashes.length > treeSizeMax) throw new RangeError('The tree is full.');
  const tiles: WrittenTile[] = [];
  const after = new Map<number, Uint8Array>();
  let arriving: readonly Uint8Array[] = leafHashes;
  for (let level = 0; level < tileLevelsMax; level += 1) {
    const before = edge.get(level);
    if (arriving.length === 0) {
      if (before !== undefined) after.set(level, before);
      continue;
    }
    const bytes = Buffer.concat(before === undefined ? [...arriving] : [before, ...arriving]);
    const firstIndex = Math.floor(hashesAt(size, level) / TILE_WIDTH);
    const above: Uint8Array[] = [];
    for (let at = 0, index = firstIndex; at < bytes.length; at += TILE_WIDTH * HASH_BYTES, index += 1) {
      const tile = new Tile(bytes.subarray(at, at + TILE_WIDTH * HASH_BYTES));
      tiles.push({ id: { level, index, width: tile.width }, bytes: tile.bytes, middle: tile.middle() });
      if (tile.width === TILE_WIDTH) above.push(tile.root());
      else after.set(level, tile.bytes);
    }
    arriving = above;
  }
  return { size: size + leafHashes.length, tiles, edge: after };
}

function checkEdge(size: number, edge: RightEdge): void {
  const wanted = partialTiles(size);
  const fits = wanted.length === edge.size && wanted.every(({ level, width }) => edge.get(level)?.length === width * HASH_BYTES);
  if (!fits) throw new RangeError(`What was given is not the right edge of a tree of ${size} leaves.`);
}
