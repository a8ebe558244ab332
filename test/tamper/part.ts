/** A part of `npm run test:tamper`: tampers with something in many ways and counts what was found. */
export interface TamperPart {
  readonly name: string;
  run(options: TamperOptions): Promise<readonly TamperCount[]>;
}

export interface TamperOptions {
  /** `--long`: what takes hours too. */
  readonly long: boolean;
  readonly print: (line: string) => void;
}

export interface TamperCount {
  readonly what: string;
  readonly tried: number;
  /** Found, and named as it should be. */
  readonly found: number;
  /** What was not, one line each. */
  readonly missed: readonly string[];
}
