import type {
  AgentId,
  EventId,
  EvidenceBearing,
  EvidenceLinkId,
  EvidenceRef,
  Instant,
  Jurisdiction,
  Limb,
  OffenseClass,
  ProsecutorOutcome,
  ReceiptOutcome,
  ReferralId,
  Sealed,
  UserId,
  ViolationAgentPair,
  ViolationId,
} from '#libs/domain';
import { bigint, defineTable, flag, instant, integer, json, orNull, type RowOf, text, texts, uuid } from '../engine/columns.js';
import { change, defineProjection, put, type Rows } from '../engine/projection.js';

export interface ViolationEvidence {
  readonly link: EvidenceLinkId;
  readonly event: EventId;
  /** Index into the violation's elements, from 0. */
  readonly element: number;
  readonly evidence: EvidenceRef;
  readonly bearing: EvidenceBearing;
  readonly note: Sealed<string> | null;
  readonly withdrawn: boolean;
}

export interface ViolationImmunity {
  readonly event: EventId;
  readonly agent: AgentId;
  readonly authorized: Limb;
  readonly necessaryAndProper: Limb;
  readonly reportedBelief: string | null;
  readonly beliefReasonable: string | null;
  readonly removalNote: string | null;
  readonly by: UserId;
  readonly at: Instant;
}

const violation = defineTable({
  columns: {
    case_id: uuid(),
    violation_id: text<ViolationId>(),
    event_id: text<EventId>(),
    position: bigint(),
    jurisdiction: text<Jurisdiction>(),
    citation: text(),
    text_version: text(),
    elements: json<readonly string[]>(),
    agents: texts<AgentId>(),
    offense_class: text<OffenseClass>(),
    description: orNull(json<Sealed<string>>()),
    evidence: json<readonly ViolationEvidence[]>(),
    /** A later assessment of a pair stands beside the earlier ones. */
    immunity: json<readonly ViolationImmunity[]>(),
    /** Agents for whom an assessment is there. */
    assessed: texts<AgentId>(),
    withdrawn: flag(),
    withdrawn_reason: orNull(text()),
    alleged_by: text<UserId>(),
    alleged_at: instant(),
  },
  id: 'violation_id',
  indexes: ['(alleged_at, violation_id)', '(citation, alleged_at, violation_id)', '(violation_id)'],
});

const violationTables = { violation };

function withdrawLink(rows: Rows<typeof violationTables>, link: EvidenceLinkId): Rows<typeof violationTables> {
  for (const [id, row] of rows.violation) {
    if (!row.evidence.some((one) => one.link === link)) continue;
    return change(rows, 'violation', id, { evidence: row.evidence.map((one) => (one.link === link ? { ...one, withdrawn: true } : one)) });
  }
  return rows;
}

/** Alleged violations with their elements, the evidence for and against each, and the assessments of immunity. */
export const violationProjection = defineProjection({
  name: 'violation',
  version: 1,
  tables: violationTables,
  fold: {
    ViolationAlleged: (rows, data, at) =>
      put(rows, 'violation', data.violation, {
        case_id: at.caseId,
        violation_id: data.violation,
        event_id: at.id,
        position: at.position,
        jurisdiction: data.jurisdiction,
        citation: data.citation,
        text_version: data.textVersion,
        elements: data.elements,
        agents: data.agents,
        offense_class: data.offenseClass,
        description: data.description,
        evidence: [],
        immunity: [],
        assessed: [],
        withdrawn: false,
        withdrawn_reason: null,
        alleged_by: at.by.actor,
        alleged_at: at.recordedAt,
      }),
    EvidenceLinked: (rows, { link, violation: id, element, evidence, bearing, note }, at) =>
      change(rows, 'violation', id, (row) => ({
        evidence: [...row.evidence, { link, event: at.id, element, evidence, bearing, note, withdrawn: false }],
      })),
    EvidenceLinkWithdrawn: (rows, { link }) => withdrawLink(rows, link),
    ViolationWithdrawn: (rows, { violation: id, reason }) => change(rows, 'violation', id, { withdrawn: true, withdrawn_reason: reason }),
    ImmunityAssessed: (rows, { violation: id, ...assessment }, at) =>
      change(rows, 'violation', id, (row) => ({
        immunity: [...row.immunity, { event: at.id, ...assessment, by: at.by.actor, at: at.recordedAt }],
        assessed: row.assessed.includes(assessment.agent) ? row.assessed : [...row.assessed, assessment.agent],
      })),
  },
});

export type ReferralStatus = 'APPROVED' | 'VOIDED' | 'DELIVERED' | 'WITHDRAWN';

export interface ReferralDecisionRow {
  readonly event: EventId;
  readonly pair: ViolationAgentPair;
  readonly outcome: ProsecutorOutcome;
  readonly reference: string | null;
  readonly at: Instant;
}

export interface FollowUpRow {
  readonly event: EventId;
  readonly to: string;
  readonly answer: string | null;
  readonly at: Instant;
}

const referral = defineTable({
  columns: {
    case_id: uuid(),
    referral_id: text<ReferralId>(),
    event_id: text<EventId>(),
    position: bigint(),
    addressee: text(),
    status: text<ReferralStatus>(),
    violations: texts<ViolationId>(),
    agents: texts<AgentId>(),
    approved_by: text<UserId>(),
    approved_at: instant(),
    packet_sha256: orNull(text()),
    channel: orNull(text()),
    delivered_at: orNull(instant()),
    receipt: orNull(text<ReceiptOutcome>()),
    receipt_at: orNull(instant()),
    follow_ups: json<readonly FollowUpRow[]>(),
    /** Since the last answer. */
    unanswered_follow_ups: integer(),
    decisions: json<readonly ReferralDecisionRow[]>(),
    withdrawn_reason: orNull(text()),
  },
  id: 'referral_id',
  indexes: ['(approved_at, referral_id)', '(status, approved_at, referral_id)', '(addressee, approved_at, referral_id)', '(referral_id)'],
});

const referralTables = { referral };
type ReferralRows = Rows<typeof referralTables>;

/** An approved referral that was not delivered falls with the approvals. */
function voidUndelivered(rows: ReferralRows): ReferralRows {
  const approved = [...rows.referral].filter(([, row]) => row.status === 'APPROVED');
  return approved.reduce((changed, [id]) => change(changed, 'referral', id, { status: 'VOIDED' }), rows);
}

const edit = (rows: ReferralRows, id: string, how: Partial<RowOf<typeof referral>> | ((row: RowOf<typeof referral>) => Partial<RowOf<typeof referral>>)) =>
  change(rows, 'referral', id, how);

/** Referrals to prosecutors, with what came back. */
export const referralProjection = defineProjection({
  name: 'referral',
  version: 1,
  tables: referralTables,
  fold: {
    ReferralApproved: (rows, data, at) =>
      put(rows, 'referral', data.referral, {
        case_id: at.caseId,
        referral_id: data.referral,
        event_id: at.id,
        position: at.position,
        addressee: data.addressee,
        status: 'APPROVED',
        violations: data.violations,
        agents: data.agents,
        approved_by: at.by.actor,
        approved_at: at.recordedAt,
        packet_sha256: null,
        channel: null,
        delivered_at: null,
        receipt: null,
        receipt_at: null,
        follow_ups: [],
        unanswered_follow_ups: 0,
        decisions: [],
        withdrawn_reason: null,
      }),
    SubmissionWithdrawn: voidUndelivered,
    ReviewReturned: voidUndelivered,
    ReviewVoided: voidUndelivered,
    CaseClosed: voidUndelivered,
    ReferralDelivered: (rows, { referral: id, packetSha256, channel, deliveredAt }) =>
      edit(rows, id, { status: 'DELIVERED', packet_sha256: packetSha256, channel, delivered_at: deliveredAt }),
    ReferralReceiptRecorded: (rows, { referral: id, outcome, at }) => edit(rows, id, { receipt: outcome, receipt_at: at }),
    FollowUpRecorded: (rows, { referral: id, to, answer, at: toldAt }, at) =>
      edit(rows, id, (row) => ({
        follow_ups: [...row.follow_ups, { event: at.id, to, answer, at: toldAt }],
        unanswered_follow_ups: answer === null ? row.unanswered_follow_ups + 1 : 0,
      })),
    ProsecutorDecisionRecorded: (rows, { referral: id, pair, outcome, reference, decidedAt }, at) =>
      edit(rows, id, (row) => ({ decisions: [...row.decisions, { event: at.id, pair, outcome, reference, at: decidedAt }] })),
    ReferralWithdrawn: (rows, { referral: id, reason }) => edit(rows, id, { status: 'WITHDRAWN', withdrawn_reason: reason }),
  },
});

const caseLink = defineTable({
  columns: {
    case_id: uuid(),
    /** The case that the link points to; shown on both. */
    other_case_id: uuid(),
    reason: text(),
    linked_by: text<UserId>(),
    linked_at: instant(),
    event_id: text<EventId>(),
  },
  id: 'other_case_id',
  indexes: ['(other_case_id)'],
});

/** Links between cases, recorded in one case's stream. */
export const caseLinkProjection = defineProjection({
  name: 'case_link',
  version: 1,
  tables: { case_link: caseLink },
  fold: {
    CasesLinked: (rows, { other, reason }, at) =>
      put(rows, 'case_link', other, {
        case_id: at.caseId,
        other_case_id: other,
        reason,
        linked_by: at.by.actor,
        linked_at: at.recordedAt,
        event_id: at.id,
      }),
    CasesUnlinked: (rows, { other }) => ({ ...rows, case_link: new Map([...rows.case_link].filter(([id]) => id !== other)) }),
  },
});
