/**
 * Durations in buckets whose bounds grow by an eighth of a doubling. A quantile is read as its bucket's geometric middle, which differs from the
 * true duration by a sixteenth of a doubling at most: 4.4 percent.
 */
const perDoubling = 8;
/** What is shorter falls into the first bucket, in milliseconds. */
const shortestMs = 1_000;
/** About 270 years. */
const bucketsMax = 400;

/** `bucket 042` sorts as its number does. */
export function bucketOf(ms: number): string {
  const index = ms <= shortestMs ? 0 : Math.min(bucketsMax - 1, 1 + Math.floor(Math.log2(ms / shortestMs) * perDoubling));
  return String(index).padStart(3, '0');
}

/** The duration that stands for a bucket, in milliseconds. */
export function middleOf(bucket: string): number {
  const index = Number(bucket);
  return index === 0 ? shortestMs : Math.round(shortestMs * 2 ** ((index - 0.5) / perDoubling));
}

export interface Quantiles {
  readonly count: number;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
}

export function quantilesOf(buckets: ReadonlyMap<string, number>): Quantiles {
  const sorted = [...buckets].sort(([a], [b]) => (a < b ? -1 : 1));
  const count = sorted.reduce((sum, [, amount]) => sum + amount, 0);
  const at = (share: number): number | null => {
    let passed = 0;
    for (const [bucket, amount] of sorted) {
      passed += amount;
      // Nearest rank: the smallest value that at least this share does not exceed.
      if (passed >= Math.max(1, Math.ceil(count * share))) return middleOf(bucket);
    }
    return null;
  };
  return { count, medianMs: at(0.5), p90Ms: at(0.9) };
}
