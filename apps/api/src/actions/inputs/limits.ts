/** Limits of what one action takes. Characters are UTF-16 code units, as JavaScript and GraphQL clients count them. */
export const inputLimits = {
  /** Names, references, descriptions: what fits on a line. */
  lineCharsMax: 500,
  /** Reasons, notes, grounds, facts. */
  paragraphCharsMax: 10_000,
  /** Narratives, statements, letters. */
  narrativeCharsMax: 100_000,
  /** The subject of a token (libs/domain: UserId). */
  userCharsMax: 128,
  listItemsMax: 200,
  rowsMax: 200,
  /**
   * UTF-8 bytes of one command's data as JSON. Sealed, text grows by a third; with head, seed and names it must fit the 256 KiB of one
   * event (libs/envelope). What is still too much for a particular event is refused by the recorder, `EVENT_TOO_LARGE`.
   */
  commandBytesMax: 180 * 1024,
  /** Bad fields named in one answer. */
  fieldsNamedMax: 50,
} as const;
