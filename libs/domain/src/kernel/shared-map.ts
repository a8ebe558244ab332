/** What stands between a version and one that shares its entries: set `key` back, and the neighbour's entries are this version's. */
interface Change<K, V> {
  readonly key: K;
  readonly had: boolean;
  readonly before: V | undefined;
  readonly neighbour: SharedMap<K, V>;
}

/**
 * A map of which every change makes a new version and leaves the old one as it was, without copying: all versions share one map, which is that
 * of the version looked at last; each of the others holds the one change that leads towards it (Baker, 'Shallow binding makes functional arrays
 * fast', 1991). Folding n events into it costs O(n), where copying costs O(n²). Order is that of a Map. Entries are only added and set: taking one
 * out would lose its place, and is done on a copy.
 */
export class SharedMap<K, V> implements ReadonlyMap<K, V> {
  private constructor(private held: Map<K, V> | Change<K, V>) {}

  static of<K, V>(entries: Iterable<readonly [K, V]>): SharedMap<K, V> {
    return new SharedMap(new Map(entries));
  }

  with(key: K, value: V): SharedMap<K, V> {
    const map = this.look();
    const next = new SharedMap(map);
    this.held = { key, had: map.has(key), before: map.get(key), neighbour: next };
    map.set(key, value);
    return next;
  }

  get size(): number {
    return this.look().size;
  }

  get(key: K): V | undefined {
    return this.look().get(key);
  }

  has(key: K): boolean {
    return this.look().has(key);
  }

  /** The entries as they are now: whoever goes through them may look at other versions meanwhile. */
  entries(): MapIterator<[K, V]> {
    return [...this.look().entries()].values();
  }

  keys(): MapIterator<K> {
    return [...this.look().keys()].values();
  }

  values(): MapIterator<V> {
    return [...this.look().values()].values();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(each: (value: V, key: K, map: ReadonlyMap<K, V>) => void, thisArg?: unknown): void {
    for (const [key, value] of this.entries()) each.call(thisArg, value, key, this);
  }

  private look(): Map<K, V> {
    return this.held instanceof Map ? this.held : SharedMap.bringTo(this);
  }

  /** Brings the shared map to this version, turning the changes on the way around. */
  private static bringTo<K, V>(version: SharedMap<K, V>): Map<K, V> {
    const way: SharedMap<K, V>[] = [];
    let holder = version;
    for (let { held } = holder; !(held instanceof Map); { held } = holder) {
      way.push(holder);
      holder = held.neighbour;
    }
    let map = holder.held as Map<K, V>; // The loop ends at no other.
    for (const passed of way.toReversed()) map = passed.takeOver(map);
    return map;
  }

  private takeOver(map: Map<K, V>): Map<K, V> {
    const { key, had, before, neighbour } = this.held as Change<K, V>; // It is on the way to who holds the map.
    neighbour.held = { key, had: map.has(key), before: map.get(key), neighbour: this };
    // `had` says that `before` is a value of the map, were it undefined.
    if (had) map.set(key, before as V);
    else map.delete(key);
    this.held = map;
    return map;
  }
}

/** Whether it is one of the maps of which states are made. */
export const isEntries = (value: unknown): value is ReadonlyMap<unknown, unknown> => value instanceof Map || value instanceof SharedMap;
