import type { Role } from '#libs/domain';

/** What somebody did without changing anything (domain.md, 'Reads are actions too'). */
export const readKinds = ['CaseViewed', 'FootageViewed', 'ProtectedFieldViewed', 'SearchRun', 'ExportMade', 'AccessDenied'] as const;
export type ReadKind = (typeof readKinds)[number];

/** By what way it was asked. */
export const readChannels = ['HTTP', 'WEBSOCKET', 'COMMAND_LINE'] as const;
export type ReadChannel = (typeof readChannels)[number];

/** `ASKED`: recorded beside the asking, before it was known what is found; `DENIED` stands for 'there is none' too, which the asker can't tell apart. */
export const readOutcomes = ['SHOWN', 'ASKED', 'DENIED'] as const;
export type ReadOutcome = (typeof readOutcomes)[number];

/** Who asks, and from where: the same throughout a request. Times aside, the content of an audit record as the CJIS Security Policy lists it (AU-3). */
export interface ReadBy {
  /** Null: nobody known, as in a sign-in that failed. */
  readonly actor: string | null;
  readonly roles: readonly Role[];
  readonly unit: string | null;
  readonly purpose: string | null;
  /** Network address; null where there is none. */
  readonly address: string | null;
  /** Tells the asker's sessions apart, and opens none. */
  readonly session: string | null;
  readonly channel: ReadChannel;
  readonly correlationId: string;
}

/** What was read. */
export interface ReadWhat {
  readonly kind: ReadKind;
  readonly outcome: ReadOutcome;
  /** The query, field, action or export, by its name in the schema. */
  readonly source: string;
  /** The case that it is about; null for what runs across cases. */
  readonly case: string | null;
  /** `footage:<id>`, `event:<id>`, `key:<id of the data key>`…: what a later question can ask for. */
  readonly things: readonly string[];
  /** Filters, formats, numbers: the rest of what was asked, without anything that people typed. */
  readonly detail: Readonly<Record<string, unknown>> | null;
  /** What the asker typed to search for. It may name a person, so it is sealed. */
  readonly words: string | null;
}

export interface Read {
  readonly by: ReadBy;
  readonly what: ReadWhat;
}

/** The record of a read can't be kept: what was asked for is not shown. Retryable. */
export class ReadNotRecordable extends Error {
  override readonly name = 'ReadNotRecordable';
}

export const READ_RECORDER = Symbol('ReadRecorder');

/** Where every sensitive read is recorded before it is answered. */
export interface ReadRecorder {
  /**
   * Answers once the reads are durable in the event log: run it beside the read, and show nothing before both are there.
   * @throws ReadNotRecordable
   */
  record(reads: readonly Read[]): Promise<void>;
}

export const readLimits = {
  /** Fields of one event: 256 of the envelope less its own three. A read takes one, a search two. */
  eventFieldsMax: 253,
  /** UTF-8 bytes of the reads in one event: below the 256 KiB of an event. */
  eventBytesMax: 200 * 1024,
  /** How long reads that come close together wait for each other, in milliseconds. */
  gatherMs: 10,
  /** From so many reads in one event on, the next ones gather: a lone reader never waits. */
  gatherFromReads: 8,
  /** Reads that wait for the log. */
  queueMax: 10_000,
  /** Things in one read. */
  thingsMax: 250,
  textCharsMax: 500,
  detailCharsMax: 4_000,
} as const;
