import type { CaseEvent, ClockName, ClockSubjectKind, Instant, Policy, PolicyOfVersion } from '#libs/domain';
import type { EventStore, StoredEvent } from '#libs/event-store/port';
import type { CaseRecorder } from '#libs/recorder';
import type { Pool } from 'pg';
import type { DeliveryIds } from './delivery-ids.js';

/**
 * Keeper: what watches the clocks of all cases, records deadlines that were missed and tells of warnings.
 * Notice: one warning or one missed deadline, told of once. Delivery: one notice for one endpoint, tried until it is taken or dead.
 */
export const clockLimits = {
  /** How often the keeper looks, in milliseconds. */
  pollMs: 1_000,
  /** Clocks looked at by one step of a round. */
  pageRows: 5_000,
  /** Missed deadlines recorded in one look; the rest follows at once. */
  missedMax: 500,
  /** Late deadlines, and deliveries, counted for the metrics; beyond it the number says no more. */
  backlogMax: 10_000,
  /** Decisions on one missed deadline after others wrote to its case. */
  attemptsMax: 3,
} as const;

export type NoticeKind = 'WARNING' | 'BREACH';

/** A row of the clocks that asks for something. */
export interface ClockRow {
  readonly caseId: string;
  readonly clockId: string;
  readonly clock: ClockName;
  readonly subjectKind: ClockSubjectKind;
  readonly dueAt: Instant;
}

export interface Notice extends ClockRow {
  readonly kind: NoticeKind;
  /** When the warning was due, or the deadline. */
  readonly at: Instant;
  /** The event DeadlineMissed; null for a warning. */
  readonly eventId: string | null;
}

/** Where webhooks go. Named by configuration alone: nothing that is typed into the service can name an address. */
export interface Endpoint {
  readonly name: string;
  readonly url: string;
  /** `whsec_…`, as Standard Webhooks spells a secret. */
  readonly secret: string;
  readonly kinds: readonly NoticeKind[];
  /** The endpoint lies in a private network, on purpose. */
  readonly privateNetwork: boolean;
}

export interface KeeperOptions {
  readonly pool: Pool;
  readonly store: Pick<EventStore, 'readStream'>;
  readonly recorder: CaseRecorder;
  readonly decode: (stored: StoredEvent) => CaseEvent;
  readonly policyAt: (recordedAt: string) => Policy;
  readonly policyOf?: PolicyOfVersion;
  readonly endpoints: readonly Endpoint[];
  readonly deliveryIds: DeliveryIds;
  readonly log: { warn(message: string): void };
  readonly now?: () => Date;
}
