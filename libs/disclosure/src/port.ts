import type { KeyStore } from '#libs/keys/port';
import type { EventProof, SignedCheckpoint } from '#libs/ledger-feed/port';
import type { EventStore } from '#libs/event-store/port';

export { type Audience, type AudienceRule, audiences, DISCLOSE, type DisclosurePolicy, type GroundRule, type Ruling } from './redaction.js';

/** The certificate's text: counsel's own, as a file (infra/certificates). In braces stands what the program fills in. */
export interface CertificateTemplate {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly notice: string;
  readonly paragraphs: readonly string[];
  /** What a person fills in by hand. */
  readonly blanks: readonly string[];
}

/** What an export asks of the ledger; `LedgerService` is one. */
export interface LedgerAnswers {
  latestCheckpoint(): Promise<SignedCheckpoint | null>;
  latestCosignedCheckpoint(): Promise<SignedCheckpoint | null>;
  inclusionProofs(eventIds: readonly string[], treeSize: number): Promise<ReadonlyMap<string, EventProof>>;
  wellKnown(): Promise<{ readonly origin: string; readonly keys: readonly string[]; readonly handOvers: readonly string[] }>;
  witnesses(): Promise<readonly { readonly verifierKey: string }[]>;
}

export interface TimeStamp {
  /** The checkpoint's note, exactly as it was stamped. */
  readonly note: string;
  /** An RFC 3161 token, DER. */
  readonly token: Uint8Array;
}

export interface ExportSources {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly keys: Pick<KeyStore, 'getKeys'>;
  readonly ledger: LedgerAnswers;
  /** Of the checkpoint of that many leaves; absent: none are kept. */
  readonly timeStampsOf?: (treeSize: number) => Promise<readonly TimeStamp[]>;
  /** The stored texts of the records of access to the case, in the log's order; absent: none are kept. */
  readonly accessTo?: (stream: string) => AsyncIterable<{ readonly id: string; readonly head: string; readonly body: string }>;
}

export const exportLimits = {
  /** Events of one case in one bundle. */
  eventsMax: 100_000,
  /** Records of access in one bundle. */
  accessMax: 1_000_000,
  /** Proofs asked for at once. */
  proofsAtOnceMax: 1_000,
} as const;
