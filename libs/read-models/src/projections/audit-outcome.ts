import {
  type CaseEvent,
  type CaseEventType,
  dispositions,
  federalAnswers,
  identificationOutcomes,
  mismatchExplanations,
  prosecutorOutcomes,
  receiptOutcomes,
  type StoredCaseEventData,
  triageOutcomes,
  unavailabilityReasons,
  voidCauses,
} from '#libs/domain';

/** What a step can come to, in the words of the domain's closed lists. Some stand in several of them. */
export const auditOutcomes = [
  ...new Set([
    ...(['APPROVED', 'RETURNED', 'WITHDRAWN', 'ESCALATED', 'CLEARED', 'IMPROPER', 'MATCHES', 'DIFFERS', 'RELEASED', 'RELEASE_REFUSED', 'MISSED', 'ANSWERED', 'NO_ANSWER'] as const),
    ...identificationOutcomes,
    ...triageOutcomes,
    ...federalAnswers,
    ...mismatchExplanations,
    ...unavailabilityReasons,
    ...receiptOutcomes,
    ...prosecutorOutcomes,
    ...dispositions,
    ...voidCauses,
  ] as const),
];
export type AuditOutcome = (typeof auditOutcomes)[number];

type Outcomes = { readonly [T in CaseEventType]?: (data: StoredCaseEventData<T>) => AuditOutcome };

/** Steps that come to something; what is not here is a step that was taken, and has no outcome beside that. */
const outcomes: Outcomes = {
  CaseTriaged: (d) => d.outcome,
  FederalSupervisorIdentificationAttempted: (d) => d.outcome,
  FederalRecordsAnswered: (d) => d.answer,
  FootageVerified: () => 'MATCHES',
  FootageMismatchFound: () => 'DIFFERS',
  MismatchExplained: (d) => d.explanation,
  FootageReportedUnavailable: (d) => d.reason,
  HoldReleased: () => 'RELEASED',
  HoldReleaseRefused: () => 'RELEASE_REFUSED',
  ReviewApproved: () => 'APPROVED',
  LegalReviewApproved: () => 'APPROVED',
  ReferralApproved: () => 'APPROVED',
  SubmissionWithdrawn: () => 'WITHDRAWN',
  ReviewReturned: () => 'RETURNED',
  ReviewEscalated: () => 'ESCALATED',
  OutsideContactCleared: () => 'CLEARED',
  OutsideContactFoundImproper: () => 'IMPROPER',
  ReferralReceiptRecorded: (d) => d.outcome,
  FollowUpRecorded: (d) => (d.answer === null ? 'NO_ANSWER' : 'ANSWERED'),
  ProsecutorDecisionRecorded: (d) => d.outcome,
  ReferralWithdrawn: () => 'WITHDRAWN',
  ClosingProposed: (d) => d.disposition,
  CaseClosed: (d) => d.disposition,
  ReviewVoided: (d) => d.cause,
  DeadlineMissed: () => 'MISSED',
};

export function outcomeOf(event: CaseEvent): AuditOutcome | null {
  // Type and data come from the same event; the compiler can't pair them inside the union.
  const outcome = outcomes[event.type] as ((data: unknown) => AuditOutcome) | undefined;
  return outcome === undefined ? null : outcome(event.data);
}

/** Fields that name a thing of the case, by the kind of thing; in whatever event they stand. */
const thingFields: Readonly<Record<string, string>> = {
  footage: 'footage',
  recording: 'footage',
  of: 'footage',
  exhibit: 'exhibit',
  agent: 'agent',
  agents: 'agent',
  violation: 'violation',
  violations: 'violation',
  referral: 'referral',
  contact: 'contact',
  order: 'order',
  statement: 'statement',
  preservation: 'preservation',
};

/** The things of a case that an event names, each as `kind:id`: recordings, exhibits, agents, violations, referrals and the like; no person. */
export function thingsOf({ type, data }: CaseEvent): readonly string[] {
  if (type === 'ProsecutorDecisionRecorded') return [`referral:${data.referral}`, `violation:${data.pair.violation}`, `agent:${data.pair.agent}`];
  const found = type === 'EvidenceLinked' ? [`${data.evidence.kind.toLowerCase()}:${data.evidence.id}`] : [];
  for (const name in data) {
    const kind = thingFields[name];
    if (kind === undefined) continue;
    const value: unknown = (data as Readonly<Record<string, unknown>>)[name]; // A walk over whatever fields the event has.
    for (const id of Array.isArray(value) ? value : [value]) if (typeof id === 'string') found.push(`${kind}:${id}`);
  }
  return found;
}
