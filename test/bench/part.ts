/** A part of `npm run bench:reads`: measures one thing, beside the same work done barely where there is such a thing. */
export interface BenchPart {
  readonly name: string;
  readonly about: string;
  /** False where what was measured is short of its goal. */
  run(options: BenchOptions): Promise<boolean>;
}

export interface BenchOptions {
  /** `--short`: a tenth of the work, to see that it runs. */
  readonly short: boolean;
  readonly print: (line: string) => void;
  /** `--cases=…`: another number of cases than the part's own. */
  readonly cases?: number;
  /** `--picture=…`: the file that the conformance picture is written to. */
  readonly picture?: string;
}

/** The value below which so large a share of the samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
