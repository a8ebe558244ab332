/** Bounds of the EventStoreDB adapter. Tests make some of them smaller. */
export const eventStoreDbLimits = {
  /** Appends under way at once; those to one stream go one after the other. */
  appendsInFlightMax: 64,
  /** Appends that wait to be sent; one more is refused. */
  queueAppendsMax: 10_000,
  /** How long an append waits to be sent before it is refused. */
  queueMsMax: 4_000,
  /** The deadline of one attempt. */
  attemptMsMax: 2_000,
  /** How long an append is attempted, and its place asked for; then its outcome is `UNKNOWN`, or `REFUSED` if no attempt can have been stored. */
  resolveMsMax: 8_000,
  /** The adapter stops waiting for a call this long after its deadline, should the client forget to answer. */
  graceMs: 250,
  /** First and longest pause between attempts of an append, doubled each time. */
  retryMsMin: 25,
  retryMsMax: 500,
  /** First and longest pause between attempts to subscribe and to read, doubled each time. */
  reconnectMsMin: 25,
  reconnectMsMax: 1_000,
  /** How long the log may take to answer when it is opened. */
  openMsMax: 10_000,

  /** A page is asked for with as many events as should fill its bytes, going by the page before; a page over twice its bytes is cut there. */
  pageEventsMax: 1_000,
  pageEventsMin: 32,
  pageBytesMax: 4 * 1024 * 1024,
  /** The deadline of one page. */
  readMsMax: 5_000,
  /** A page is asked for again when its connection was lost, until this long after the first attempt. */
  readRetryMsMax: 3_000,
  /** Events that the last of all is first looked for among; four times as many each time that all were the server's own. */
  headEventsMin: 8,
  headEventsMax: 1_024,

  /** Log bytes between two new events that one read back may cover. */
  readBackGapMax: 64n * 1024n,
  /** How long a read back waits for more to read, where more appends are under way. */
  lingerMs: 5,
  /** Ids of stored events kept in memory, over all streams; a stream in use keeps its own. */
  idsMax: 200_000,
  /** How often the log's head is looked up while anybody subscribes, should the subscription be silent. */
  pollMs: 1_000,
} as const;

export type EventStoreDbLimits = {
  readonly [K in keyof typeof eventStoreDbLimits]: (typeof eventStoreDbLimits)[K] extends bigint ? bigint : number;
};
