import type { FootageKind } from '../case/values.js';

/** A number of the law or of the department, with where it comes from. `verifiedOn` stays null until local counsel confirms it. */
export interface Rule<Value> {
  readonly value: Value;
  readonly citation: string;
  readonly source: string;
  readonly verifiedOn: string | null;
}

/** Calendar spans: business days skip weekends and the policy's holidays. */
export interface Span {
  readonly amount: number;
  readonly unit: 'HOURS' | 'DAYS' | 'BUSINESS_DAYS' | 'MONTHS' | 'YEARS';
}

export const clockNames = [
  'FOOTAGE_PRESERVED',
  'HOLD_CONFIRMED',
  'FOOTAGE_DELETED',
  'FIRST_HASH',
  'HASH_AGAIN',
  'IDENTIFICATION_ATTEMPT',
  'TRIAGE',
  'ASSIGNMENT',
  'SUPERVISOR_REVIEW',
  'LEGAL_REVIEW',
  'REFERRAL_REVIEW',
  'DELIVERY',
  'RECEIPT',
  'PROSECUTOR_FOLLOW_UP',
  'FEDERAL_FOLLOW_UP',
  'COMPLAINANT_TOLD',
  'COMPLAINANT_TOLD_OF_CLOSING',
  'LIMITATION',
] as const;
export type ClockName = (typeof clockNames)[number];

/**
 * Every rule with a number (domain.md, 'Legal facts are configuration'). One version of the policy file; it applies forward only, and a
 * running clock keeps the version under which it started.
 */
export interface Policy {
  readonly name: string;
  readonly version: number;
  readonly effectiveFrom: string;
  /** IANA zone of business days and of local dates. */
  readonly zone: string;
  /** Local dates, `2026-07-03`. */
  readonly holidays: readonly string[];
  /** How long a recording is kept by its source when nobody flags it; `UNKNOWN`: of a source of which nothing is known. */
  readonly retention: Readonly<Record<FootageKind | 'UNKNOWN', Rule<Span>>>;
  /** How long a flagged recording is kept from the flag at the least. */
  readonly flaggedRetention: Rule<Span>;
  readonly limitation: {
    readonly felony: Rule<Span>;
    readonly misdemeanor: Rule<Span>;
    readonly ordinance: Rule<Span>;
    readonly unknown: Rule<Span>;
    /** An offense based on misconduct in office: this long from its discovery, but no more than `misconductAtMost` beyond the ordinary end. */
    readonly misconductFromDiscovery: Rule<Span>;
    readonly misconductAtMost: Rule<Span>;
    /** From when a limitation runs: the offense, reckoned at the earliest time of the incident. */
    readonly startsAt: Rule<'OFFENSE'>;
    /** Citations of offenses without a limitation; a longer citation that continues one of them, as `720 ILCS 5/9-1(a)`, is meant too. */
    readonly none: Rule<readonly string[]>;
  };
  readonly clocks: Readonly<Record<Exclude<ClockName, 'FOOTAGE_DELETED' | 'LIMITATION'>, Rule<Span>>>;
  /** Days before a deletion, and before the earliest end of a limitation, at which a warning is due. */
  readonly deletionWarnings: Rule<readonly number[]>;
  readonly limitationWarnings: Rule<readonly number[]>;
  /** `HOLD_CONFIRMED` where the deletion is under `soonHours` away. */
  readonly soonDeletion: Rule<{ readonly soonHours: number; readonly confirmWithin: Span }>;
  /** No footage clock ends later than this before the deletion. */
  readonly deletionMargin: Rule<Span>;
  /** Unanswered follow-ups after which `REFERRED_NO_DECISION` may close a case. */
  readonly followUpsBeforeClosing: Rule<number>;
  /** Duties that no clock of a case measures, in words. */
  readonly duties: { readonly disclosure: Rule<string>; readonly federalRequests: Rule<string> };
  /** From the receipt of a request for public records; the extension on listed grounds. */
  readonly publicRecords: { readonly answer: Rule<Span>; readonly extension: Rule<Span> };
}
