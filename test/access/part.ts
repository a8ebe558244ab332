/** A part of `npm run test:access`: asks for what nobody may have in many ways, and counts the answers. */
export interface AccessPart {
  readonly name: string;
  run(options: AccessOptions): Promise<readonly AccessCount[]>;
}

export interface AccessOptions {
  /** Names of further parts may follow the part's own options: `npm run test:access -- --seed=7 policy`. */
  readonly seed: number;
  readonly print: (line: string) => void;
}

export interface AccessCount {
  readonly what: string;
  readonly tried: number;
  /** What was not as it should be, one line each; empty is as it should be. */
  readonly failed: readonly string[];
}
