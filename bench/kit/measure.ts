import type { DurableCluster } from '../../test/support/database.js';

/** One figure of a row, with what stands beside it. */
export interface Compared {
  /** What was compared: `32 writers, beside plain INSERT`. */
  readonly what: string;
  readonly ours: number;
  /** The peer's figure in the same run; null where the goal is a bound of its own. */
  readonly peer: number | null;
  readonly unit: string;
  /** The figure that the goal speaks of: a ratio, or `ours` itself. */
  readonly figure: number;
  readonly goal: Goal;
  /** A floor or a cause, where the reader needs it. */
  readonly note?: string;
}

/** Null: shown for what it explains; nothing is asked of it. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number } | null;

export interface Scale {
  /** Interleaved rounds; the first of all is a warm-up and does not count. */
  readonly rounds: number;
  readonly turnMs: number;
  /** Divides the large counts of a measure: 1 in full, more in the smoke test. */
  readonly divideBy: number;
}

export interface Bench {
  /** One durable cluster for all: fsync on, product and peers in databases of their own. */
  readonly cluster: DurableCluster;
  readonly scale: Scale;
  readonly fdatasync: { readonly p50: number; readonly p99: number };
  readonly say: (line: string) => void;
}

export interface Measure {
  readonly name: string;
  readonly about: string;
  run(bench: Bench): Promise<readonly Compared[]>;
}

/** `leniency` of 10: a tenth of the goal will do. Null where there is no goal. */
export function meets({ figure, goal }: Pick<Compared, 'figure' | 'goal'>, leniency = 1): boolean | null {
  if (goal === null) return null;
  return 'atLeast' in goal ? figure >= goal.atLeast / leniency : figure <= goal.atMost * leniency;
}

export const printGoal = (goal: Goal): string => (goal === null ? '' : 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`);
