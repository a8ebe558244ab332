import type { Actor, CaseCommand, CaseId, CommandId, Gap, RefusalCode } from '#libs/domain';

/** One command for one case, by one person. */
export interface RecordRequest {
  /** UUIDv7 by the client, or made for it. The same id with the same input is the same command. */
  readonly commandId: CommandId;
  readonly caseId: CaseId;
  readonly command: CaseCommand;
  readonly actor: Actor;
  /** The revision that the client last saw: another one is answered with a conflict. Null: decide on what is there. */
  readonly expectedRevision: number | null;
  readonly correlationId: string;
  readonly causationId: string | null;
}

/** What was stored. Never what was sent: a receipt is read from the log's answer. */
export interface Receipt {
  readonly commandId: CommandId;
  readonly caseId: CaseId;
  readonly stream: string;
  readonly caseNumber: string;
  /** Empty: the case is already as the command wants it, and nothing was recorded. */
  readonly eventIds: readonly string[];
  readonly eventTypes: readonly string[];
  /** Of the last event recorded; of the case's head when nothing was. */
  readonly revision: number;
  /** Global position of the last event recorded, `<logId>:<n>`; null when nothing was. */
  readonly position: string | null;
  /** Leaf hash of the last event recorded (base64url), to be exchanged for an inclusion proof; null when nothing was. */
  readonly leafHash: string | null;
  /** The command had been recorded before; this is its first receipt. */
  readonly repeated: boolean;
}

/** Refusals that come from the recording, not from the case. */
export const recorderRefusalCodes = ['COMMAND_ID_REUSED', 'REPEATED_AFTER_EXPUNGEMENT', 'EVENT_TOO_LARGE'] as const;
export type RecorderRefusalCode = (typeof recorderRefusalCodes)[number];

export interface RecordRefused {
  readonly kind: 'REFUSED';
  readonly code: RefusalCode | RecorderRefusalCode;
  readonly message: string;
  readonly gaps: readonly Gap[];
}

export type RecordOutcome =
  | { readonly kind: 'RECORDED'; readonly receipt: Receipt }
  | RecordRefused
  /** `actual` is null where there is no such case yet. */
  | { readonly kind: 'CONFLICT'; readonly expected: number | null; readonly actual: number | null };

export interface CaseRecorder {
  /**
   * Load, decide, seal, append. Answers only when the events are durable.
   * @throws EventStoreUnavailable, KeysUnavailable: retryable with the same command id, whatever became of the first try
   */
  record(request: RecordRequest): Promise<RecordOutcome>;
}
