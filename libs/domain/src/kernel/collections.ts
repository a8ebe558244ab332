import { SharedMap } from './shared-map.js';

/**
 * What every case begins with, shared by all: state is never altered in place, and two dozen empty maps a case were most of what a cached one weighed.
 */
export const noEntries: ReadonlyMap<never, never> = new Map<never, never>();
export const noMembers: ReadonlySet<never> = new Set<never>();

/** From so many entries on versions share them; fewer are copied sooner than shared. */
const sharedFrom = 32;

/** Another version with one entry set: state is never altered in place. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  if (map instanceof SharedMap) return map.with(key, value);
  return map.size < sharedFrom ? new Map(map).set(key, value) : SharedMap.of(map).with(key, value);
}

export function withoutEntry<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

/** Changes the entry of `key`; a key that is not there leaves the map as it is. */
export function changeEntry<K, V>(map: ReadonlyMap<K, V>, key: K, change: (value: V) => V): ReadonlyMap<K, V> {
  const value = map.get(key);
  return value === undefined ? map : withEntry(map, key, change(value));
}

export function withMembers<T>(set: ReadonlySet<T>, ...members: readonly T[]): ReadonlySet<T> {
  return members.every((member) => set.has(member)) ? set : new Set([...set, ...members]);
}

export function withoutMember<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
  return set.has(member) ? new Set([...set].filter((other) => other !== member)) : set;
}
