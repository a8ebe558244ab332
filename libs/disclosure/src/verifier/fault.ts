/** What can be wrong with a bundle. Stable: programs branch on these. */
export type FaultCode =
  /** Beyond one of `verifierLimits`. */
  | 'TOO_LARGE'
  /** The ZIP container is not the one that holds these files. */
  | 'CONTAINER'
  | 'MANIFEST'
  /** A file is missing, unknown, or not of the manifest's size. */
  | 'FILES'
  /** A file's bytes are not those that the manifest names. */
  | 'FILE_CHANGED'
  /** A key or a hand-over from one key to the next is not of its form or not signed. */
  | 'KEYS'
  /** None of the keys that you trust signed this, or handed over to who did. */
  | 'UNTRUSTED_KEY'
  | 'CHECKPOINT'
  | 'STATEMENT'
  | 'TIME_STAMP'
  /** A line is not of the one form that an event has. */
  | 'EVENT_FORM'
  /** What is shown of an event is not what its head commits to. */
  | 'EVENT_CHANGED'
  /** An event does not follow the one before. */
  | 'EVENT_CHAIN'
  /** An event is not in the tree that the checkpoint signs, or not at this place. */
  | 'EVENT_NOT_IN_LEDGER'
  /** This machine can't check Ed25519 signatures: nothing can be said. */
  | 'CANNOT_CHECK';

export interface BundleFault {
  readonly code: FaultCode;
  /** The file that is concerned; null: the bundle as a whole. */
  readonly file: string | null;
  /** The event's number: its revision in the case's stream, or its line from 0 in the access log. Null where no event is concerned. */
  readonly event: number | null;
  /** For a person. */
  readonly message: string;
}

/** Ends a verification. Never leaves this folder: callers get the fault as a value. */
export class Faulty extends Error {
  override readonly name = 'Faulty';
  constructor(readonly fault: BundleFault) {
    super(fault.message);
  }
}

export const faulty = (code: FaultCode, file: string | null, message: string, event: number | null = null): Faulty =>
  new Faulty({ code, file, event, message });
