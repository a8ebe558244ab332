/** What the program's exit says, for scripts. */
export const exitCodes = {
  done: 0,
  /** It ran, and something was refused, rejected or found wrong. */
  failed: 1,
  /** The call's words are off. */
  usage: 2,
  /** The service can't be reached, or did not answer in time. */
  unreachable: 3,
} as const;

/** Ends the program with a message for a person; a stack would only hide it. */
export class Stop extends Error {
  override readonly name = 'Stop';
  constructor(
    readonly code: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
