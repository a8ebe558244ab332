/** What can be wrong with an event's texts, or with the input to form them. Stable: audits and logs print these. */
export type EnvelopeCode =
  /** Over one of `envelopeLimits`. */
  | 'TOO_LARGE'
  | 'NOT_JSON'
  /** The text differs from `JSON.stringify(JSON.parse(text))`. */
  | 'NOT_ITS_OWN_REPRINT'
  /** A key is missing, extra or out of order. */
  | 'WRONG_KEYS'
  | 'BAD_FIELD_NAME'
  /** A UUID, time, number, hash or name is not of its form. */
  | 'BAD_FORM'
  /** A value that JSON can't hold or that can't be kept everywhere; see `findUnstorable`. */
  | 'UNSTORABLE_VALUE'
  | 'BAD_SEALED_VALUE'
  | 'BODY_HASH_DIFFERS'
  | 'FIELDS_ROOT_DIFFERS'
  | 'LEAF_HASH_DIFFERS'
  | 'PREV_DIFFERS'
  | 'REVISION_DIFFERS'
  | 'TIME_DECREASES'
  /** An index copy (stream, revision, id, type) says other than the head. */
  | 'INDEX_COPY_DIFFERS';

/** Thrown where a caller handed over what should have been refused earlier; {@link EnvelopeCode} says what, `where` names the place. */
export class EnvelopeRefused extends Error {
  override readonly name = 'EnvelopeRefused';
  constructor(
    readonly code: EnvelopeCode,
    /** The key or path, such as `head.prev` or `body.narrative.lines.3`. Never holds a value. */
    readonly where: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${where}: ${detail}`, options);
  }
}
