/** The token can't be accepted. The reason is for the log; the asker is told only that they are not known. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
    /** Whom it names, where that is known to be true. */
    readonly actor: string | null = null,
  ) {
    super(`token refused: ${reason}`, options);
  }
}

/** The keys that tokens are signed with can't be fetched. Retryable. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}
