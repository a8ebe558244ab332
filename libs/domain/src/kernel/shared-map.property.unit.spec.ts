import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SharedMap } from './shared-map.js';

/** A change to one of the versions that there are, and which of them is looked at then. */
const steps = fc.array(fc.record({ from: fc.nat(), key: fc.integer({ min: 0, max: 12 }), value: fc.nat(), look: fc.nat() }), { maxLength: 60 });

describe('a map whose versions share their entries', () => {
  it('is in every version, whatever is derived from it and in whatever order they are looked at, what a copied Map would be', () => {
    fc.assert(
      fc.property(steps, (made) => {
        const versions: [SharedMap<number, number>, ReadonlyMap<number, number>][] = [[SharedMap.of([]), new Map()]];
        const at = (n: number) => versions[n % versions.length] ?? [SharedMap.of<number, number>([]), new Map<number, number>()];
        for (const { from, key, value, look } of made) {
          const [shared, copied] = at(from);
          versions.push([shared.with(key, value), new Map(copied).set(key, value)]);
          const [seen, expected] = at(look);
          expect([...seen]).toEqual([...expected]);
        }
        for (const [shared, copied] of versions) {
          expect([...shared.entries()]).toEqual([...copied]);
          expect([...shared.keys()]).toEqual([...copied.keys()]);
          expect([...shared.values()]).toEqual([...copied.values()]);
          expect(shared.size).toBe(copied.size);
          for (let key = 0; key <= 12; key += 1) expect([shared.has(key), shared.get(key)]).toEqual([copied.has(key), copied.get(key)]);
        }
      }),
      { numRuns: 300, seed: 20_261_125 },
    );
  });

  it('shows who goes through it the entries that it had when they began, while versions are derived from it', () => {
    const base = SharedMap.of<string, number>([['a', 1], ['b', 2], ['c', 3]]);
    let next = base;
    const seen: [string, number][] = [];
    for (const [key, value] of base) {
      seen.push([key, value]);
      next = next.with('c', 30).with(`${key}${key}`, value);
    }
    expect(seen).toEqual([['a', 1], ['b', 2], ['c', 3]]);
    expect([...next]).toEqual([['a', 1], ['b', 2], ['c', 30], ['aa', 1], ['bb', 2], ['cc', 3]]);
    const told: unknown[] = [];
    base.forEach((value, key, map) => told.push([key, value, map === base]));
    expect(told).toEqual([['a', 1, true], ['b', 2, true], ['c', 3, true]]);
  });
});
