import type { WrittenTile } from './grow.js';
import { emptyRoot, HASH_BYTES, isTreeSize } from './hashing.js';
import { consistencyRanges, foldNodes, inclusionRanges, type LeafRange, nodesOf } from './ranges.js';
import { Tile, type TileId, tileOfNode, tileWidth } from './tiles.js';

/** Where tiles come from: a table, a folder, a mirror over HTTP. */
export interface TileSource {
  /** At least the tile's `width` hashes (a wider one begins with them), or null where there is none. */
  readTile(tile: TileId): Promise<Uint8Array | null>;
  /** The same as a tile, where the source keeps more of it than its bytes. */
  openTile?(tile: TileId): Promise<Tile | null>;
}

/** A tile is missing or narrower than the tree needs: nothing can be said about this tree from here. */
export class TileMissing extends Error {
  override readonly name = 'TileMissing';
  constructor(readonly tile: TileId) {
    super(`tile ${tile.level}/${tile.index} with ${tile.width} hashes is missing or too narrow`);
  }
}

export const treeReaderLimits = {
  /** Tiles kept, about 32 KiB each when all their nodes are known. */
  tilesMax: 512,
  /** Proofs made in one go: so many leaves, far apart, ask for a few hundred tiles at once. */
  proofsTogetherMax: 200,
} as const;

/**
 * Proofs and roots for any size of one growing tree, computed from its tiles. A tile never changes but for growing at its right end, so a kept
 * one serves every size up to its width.
 */
export class TreeReader {
  /** By level and index, least recently used first. */
  private readonly kept = new Map<string, Tile>();
  private readonly tilesMax: number;

  constructor(
    private readonly source: TileSource,
    options: { readonly tilesMax?: number } = {},
  ) {
    this.tilesMax = options.tilesMax ?? treeReaderLimits.tilesMax;
  }

  /** @throws TileMissing, RangeError */
  async root(size: number): Promise<Uint8Array> {
    checkSize(size);
    if (size === 0) return emptyRoot();
    const [root] = await this.hashes([{ start: 0, end: size }], size);
    if (root === undefined) throw new Error('unreachable: one range, one hash');
    return root;
  }

  /** The roots of the tree's perfect subtrees, largest first: what `Frontier.restore` takes. @throws TileMissing, RangeError */
  async edge(size: number): Promise<Uint8Array[]> {
    checkSize(size);
    return this.hashes(
      nodesOf({ start: 0, end: size }).map(({ level, index }) => ({ start: index * 2 ** level, end: (index + 1) * 2 ** level })),
      size,
    );
  }

  /** @throws TileMissing, RangeError for a leaf that is not in a tree of this size */
  async leafHash(index: number, size: number): Promise<Uint8Array> {
    checkIndex(index, size);
    const [hash] = await this.hashes([{ start: index, end: index + 1 }], size);
    if (hash === undefined) throw new Error('unreachable: one range, one hash');
    return hash;
  }

  /** @throws TileMissing, RangeError for a leaf that is not in a tree of this size */
  async inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]> {
    return (await this.inclusionProofs([index], size)).get(index) ?? [];
  }

  /**
   * The proofs of many leaves, by their index. Hashes that several of them name are found once, which for neighbours is nearly all.
   * @throws TileMissing, RangeError for a leaf that is not in a tree of this size
   */
  async inclusionProofs(indexes: readonly number[], size: number): Promise<ReadonlyMap<number, readonly Uint8Array[]>> {
    for (const index of indexes) checkIndex(index, size);
    const ascending = [...new Set(indexes)].sort((a, b) => a - b);
    const proofs = new Map<number, Uint8Array[]>();
    for (let start = 0; start < ascending.length; start += treeReaderLimits.proofsTogetherMax) {
      const group = ascending.slice(start, start + treeReaderLimits.proofsTogetherMax);
      const paths = group.map((): Uint8Array[] => []);
      const ranges = inclusionRanges(group, size);
      const hashes = await this.hashes(ranges, size);
      ranges.forEach(({ first, last }, n) => {
        const hash = hashes[n];
        if (hash === undefined) throw new Error('unreachable: one range, one hash');
        for (let of = first; of <= last; of += 1) paths[of]?.push(hash);
      });
      group.forEach((index, of) => proofs.set(index, paths[of] ?? []));
    }
    return proofs;
  }

  /** Empty from 0 and between equal sizes. @throws TileMissing, RangeError where `from` is larger than `to` */
  async consistencyProof(from: number, to: number): Promise<Uint8Array[]> {
    checkSize(from);
    checkSize(to);
    if (from > to) throw new RangeError(`A tree of ${from} leaves is no beginning of one of ${to}.`);
    return from === 0 ? [] : this.hashes(consistencyRanges(from, to), to);
  }

  private async hashes(ranges: readonly LeafRange[], size: number): Promise<Uint8Array[]> {
    const parts = ranges.map((range) => nodesOf(range).map(tileOfNode));
    const tiles = new Map<string, Tile>();
    const wanted = new Map<string, TileId>();
    for (const { level, index } of parts.flat()) {
      const key = `${level}/${index}`;
      if (tiles.has(key) || wanted.has(key)) continue;
      const id = { level, index, width: tileWidth(size, level, index) };
      const kept = this.keptTile(key, id);
      if (kept === null) wanted.set(key, id);
      else tiles.set(key, kept);
    }
    if (wanted.size > 0) {
      const read = await Promise.all([...wanted].map(async ([key, id]) => [key, await this.read(key, id)] as const));
      for (const [key, tile] of read) tiles.set(key, tile);
    }
    return parts.map((nodes) =>
      foldNodes(
        nodes.map(({ level, index, height, within }) => {
          const tile = tiles.get(`${level}/${index}`);
          if (tile === undefined) throw new Error('unreachable: every tile was read');
          return tile.node(height, within);
        }),
      ),
    );
  }

  private keptTile(key: string, { width }: TileId): Tile | null {
    const kept = this.kept.get(key);
    if (kept === undefined || kept.width < width) return null;
    this.kept.delete(key);
    this.kept.set(key, kept);
    return kept;
  }

  private async open(id: TileId): Promise<Tile | null> {
    if (this.source.openTile !== undefined) return this.source.openTile(id);
    const bytes = await this.source.readTile(id);
    return bytes === null ? null : new Tile(bytes);
  }

  private async read(key: string, id: TileId): Promise<Tile> {
    const tile = await this.open(id);
    if (tile === null || tile.width < id.width) throw new TileMissing(id);
    this.kept.delete(key);
    this.kept.set(key, tile);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.tilesMax) break;
      this.kept.delete(oldest);
    }
    return tile;
  }
}

function checkSize(size: number): void {
  if (!isTreeSize(size)) throw new RangeError(`${size} is no tree size.`);
}

function checkIndex(index: number, size: number): void {
  checkSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError(`A tree of ${size} leaves has no leaf ${index}.`);
}

/** Tiles in memory, as they grow: for tests, scripts and verifiers that were given all leaves. */
export class MemoryTiles implements TileSource {
  private readonly tiles = new Map<string, WrittenTile>();

  write(tiles: readonly WrittenTile[]): void {
    for (const tile of tiles) this.tiles.set(`${tile.id.level}/${tile.id.index}`, tile);
  }

  async readTile({ level, index, width }: TileId): Promise<Uint8Array | null> {
    const tile = this.tiles.get(`${level}/${index}`);
    return tile === undefined || tile.bytes.length < width * HASH_BYTES ? null : tile.bytes;
  }

  async openTile({ level, index }: TileId): Promise<Tile | null> {
    const tile = this.tiles.get(`${level}/${index}`);
    return tile === undefined ? null : new Tile(tile.bytes, tile.middle);
  }
}
