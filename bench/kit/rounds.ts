import type { Scale } from './measure.js';
import { median } from './stats.js';

/** A B A B …: each contestant once a round, so that a busy neighbour disturbs all alike. The first round warms up and is thrown away. */
export async function interleaved<Name extends string>(scale: Scale, contestants: Readonly<Record<Name, () => Promise<number>>>): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(contestants) as Name[]; // The keys of a record of these names.
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as unknown as Record<Name, number[]>;
  for (let round = 0; round <= scale.rounds; round += 1) {
    for (const name of names) {
      const figure = await contestants[name]();
      if (round > 0) figures[name].push(figure);
    }
  }
  return figures;
}

/** The median of the rounds' own ratios: each round's two turns stood under the same load. */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value / (theirs[round] ?? NaN)));
}
