/** Bounds of the PostgreSQL adapter. Tests make some of them smaller. */
export const postgresLimits = {
  /** Appends in one transaction. */
  batchAppendsMax: 256,
  /** Heads and bodies in one transaction; a single append may have up to `limits.appendBytesMax`. */
  batchBytesMax: 1024 * 1024,
  /** Appends that wait for a commit; one more is refused. */
  queueAppendsMax: 10_000,
  /** How long an append waits to be sent before it is refused. */
  queueMsMax: 4_000,
  /** The server ends a batch that takes longer. */
  statementMsMax: 4_000,
  /** The adapter gives a connection up when a call has not been answered for this long; above statementMsMax. */
  answerMsMax: 5_000,
  /** How long the outcome of a batch is asked for after its connection was lost; then it is `UNKNOWN`. */
  resolveMsMax: 6_000,
  connectMsMax: 2_000,
  /** First and longest pause between attempts to connect, doubled each time. */
  reconnectMsMin: 25,
  reconnectMsMax: 1_000,

  /** The newest events, kept for all subscriptions together, and the UTF-16 units of their texts. */
  tailEventsMax: 1_000,
  tailCharsMax: 2 * 1024 * 1024,

  readConnectionsMax: 4,
  /** A page ends with whichever it reaches first. Its last event may go over the bytes by `limits.eventBytesMax`. */
  pageEventsMax: 1_000,
  pageBytesMax: 4 * 1024 * 1024,
  /** The same of one stream: small enough that the next page comes while this one is decoded and folded. */
  streamPageEventsMax: 250,
  /** Positions that one statement scans for the wanted categories, so that a rare one can't make it run into its timeout. */
  filterWindow: 50_000n,
  /** One read statement. */
  readMsMax: 10_000,
  /** A page is asked for again when its connection was lost, until this long after the first attempt. */
  readRetryMsMax: 3_000,

  /** How often the log's head is looked up, should a notification have been missed. */
  pollMs: 1_000,
} as const;

export type PostgresLimits = { readonly [K in keyof typeof postgresLimits]: (typeof postgresLimits)[K] extends bigint ? bigint : number };
