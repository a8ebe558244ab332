import type { Disposition, ReportOrigin, StageName, UserId, YesNoUnknown } from '#libs/domain';
import { bigint, defineTable, flag, instant, integer, json, orNull, type RowOf, text, uuid } from '../engine/columns.js';
import { change, defineProjection, put, type At, type Fold, type Rows } from '../engine/projection.js';

/** How far the identification of the federal supervisor has come, in rising order. */
export const federalSupervisorStatuses = ['NONE', 'ATTEMPTED', 'DECLINED', 'IDENTIFIED', 'CONFIRMED'] as const;
export type FederalSupervisorStatus = (typeof federalSupervisorStatuses)[number];

/** What the counts are made from; read by the fold alone. */
interface CaseFacts {
  /** By report: its answer, or that of its last supplement. */
  readonly injuries: Readonly<Record<string, YesNoUnknown>>;
  /** By recording: its hold, and whether it was reported unavailable since. */
  readonly holds: Readonly<Record<string, { readonly status: 'NONE' | 'PLACED' | 'CONFIRMED' | 'RELEASED'; readonly unavailable: boolean }>>;
  /** Preservation requests that nobody has confirmed. */
  readonly requests: readonly string[];
  /** Mismatch events that nobody has explained. */
  readonly mismatches: readonly string[];
  readonly persons: readonly string[];
}

const caseList = defineTable({
  columns: {
    case_id: uuid(),
    number: text(),
    stage: text<StageName>(),
    sealed: flag(),
    origin: text<ReportOrigin>(),
    /** When the case was opened here. */
    opened_at: instant(),
    /** When the city was first told. */
    reported_at: instant(),
    /** Over all reports; null: unknown. */
    occurred_earliest: orNull(instant()),
    occurred_latest: orNull(instant()),
    /** Of the first report that says. */
    beat: orNull(text()),
    district: orNull(text()),
    category: orNull(text()),
    category_code: orNull(text()),
    unit: orNull(text()),
    triaged: flag(),
    investigator: orNull(text<UserId>()),
    filed_by: text<UserId>(),
    report_count: integer(),
    person_count: integer(),
    agent_count: integer(),
    violation_count: integer(),
    referral_count: integer(),
    footage_count: integer(),
    /** Recordings flagged here whose source has not confirmed it, and which nobody reported unavailable. */
    holds_unconfirmed: integer(),
    /** Preservation requests that the holder of the recordings has not confirmed. */
    requests_unconfirmed: integer(),
    mismatches_open: integer(),
    federal_supervisor: text<FederalSupervisorStatus>(),
    /** `YES` where any report says so, else `UNKNOWN` where any leaves it open. */
    injuries: text<YesNoUnknown>(),
    disposition: orNull(text<Disposition>()),
    duplicate_of: orNull(text()),
    facts: json<CaseFacts>(),
  },
  id: null,
  indexes: [
    '(number, case_id)',
    '(opened_at, case_id)',
    '(stage, opened_at, case_id)',
    '(district, opened_at, case_id)',
    '(beat, opened_at, case_id)',
    '(unit, opened_at, case_id) WHERE unit IS NOT NULL',
    '(category, opened_at, case_id)',
    // The two that people join most: of a million cases, a few hundred.
    '(district, category, opened_at, case_id)',
    '(category_code, opened_at, case_id) WHERE category_code IS NOT NULL',
    '(investigator, opened_at, case_id) WHERE investigator IS NOT NULL',
    '(origin, opened_at, case_id)',
    '(occurred_earliest, occurred_latest)',
    '(opened_at, case_id) WHERE holds_unconfirmed > 0',
    '(opened_at, case_id) WHERE sealed',
  ],
});

/** What changes with every event, apart from what is indexed in many ways: an event then rewrites this narrow row, and seldom the other. */
const caseActivity = defineTable({
  columns: {
    case_id: uuid(),
    last_event_at: instant(),
    last_position: bigint(),
    revision: integer(),
    material_revision: integer(),
    /** As in the other row: here for lists of a district by last event, which read this index in its order. */
    district: orNull(text()),
  },
  id: null,
  indexes: ['(last_event_at, case_id)', '(district, last_event_at, case_id)'],
});

const tables = { case_list: caseList, case_activity: caseActivity };
type CaseRows = Rows<typeof tables>;
type CaseRow = RowOf<typeof caseList>;

const edit = (rows: CaseRows, how: Partial<CaseRow> | ((row: CaseRow) => Partial<CaseRow>)): CaseRows => change(rows, 'case_list', '', how);
const toStage = (stage: StageName) => (rows: CaseRows): CaseRows => edit(rows, { stage });

/** Changes the facts, and the counts that follow from them. */
function editFacts(rows: CaseRows, how: (facts: CaseFacts) => Partial<CaseFacts>): CaseRows {
  return edit(rows, ({ facts: before }) => {
    const facts = { ...before, ...how(before) };
    return { facts, ...counted(facts) };
  });
}

function counted(facts: CaseFacts) {
  const holds = Object.values(facts.holds);
  return {
    footage_count: holds.length,
    holds_unconfirmed: holds.filter((hold) => hold.status === 'PLACED' && !hold.unavailable).length,
    requests_unconfirmed: facts.requests.length,
    mismatches_open: facts.mismatches.length,
    person_count: facts.persons.length,
    injuries: injuriesOf(Object.values(facts.injuries)),
  };
}

function injuriesOf(answers: readonly YesNoUnknown[]): YesNoUnknown {
  if (answers.includes('YES')) return 'YES';
  return answers.includes('UNKNOWN') ? 'UNKNOWN' : 'NO';
}

function editHold(rows: CaseRows, footage: string, how: Partial<CaseFacts['holds'][string]>): CaseRows {
  return editFacts(rows, ({ holds }) => {
    const hold = holds[footage];
    return hold === undefined ? {} : { holds: { ...holds, [footage]: { ...hold, ...how } } };
  });
}

const reachedSupervisor = (rows: CaseRows, status: FederalSupervisorStatus): CaseRows =>
  edit(rows, (row) => {
    const isFurther = federalSupervisorStatuses.indexOf(status) > federalSupervisorStatuses.indexOf(row.federal_supervisor);
    return isFurther ? { federal_supervisor: status } : {};
  });

const offCase = (rows: CaseRows, person: UserId): CaseRows => edit(rows, (row) => (row.investigator === person ? { investigator: null } : {}));

const earlier = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b < a) ? b : a);
const later = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b > a) ? b : a);

type Report = Parameters<NonNullable<Fold<typeof tables>['ReportFiled']>>[1];

const openedBy = (data: Report, at: At): CaseRow => ({
  case_id: at.caseId,
  number: data.caseNumber ?? '',
  stage: 'REPORTED',
  sealed: false,
  origin: data.origin,
  opened_at: at.recordedAt,
  reported_at: data.reportedAt,
  occurred_earliest: null,
  occurred_latest: null,
  beat: null,
  district: null,
  category: null,
  category_code: null,
  unit: null,
  triaged: false,
  investigator: null,
  filed_by: at.by.actor,
  report_count: 0,
  agent_count: 0,
  violation_count: 0,
  referral_count: 0,
  federal_supervisor: 'NONE',
  disposition: null,
  duplicate_of: null,
  facts: noFacts,
  ...counted(noFacts),
});

const noFacts: CaseFacts = { injuries: {}, holds: {}, requests: [], mismatches: [], persons: [] };

function withReport(rows: CaseRows, data: Report, at: At): CaseRows {
  const opened = rows.case_list.has('') ? rows : put(rows, 'case_list', '', openedBy(data, at));
  const counts = editFacts(opened, (facts) => ({ injuries: { ...facts.injuries, [data.report]: data.injuries } }));
  return edit(counts, (row) => ({
    report_count: row.report_count + 1,
    reported_at: earlier(row.reported_at, data.reportedAt) ?? row.reported_at,
    occurred_earliest: earlier(row.occurred_earliest, data.occurredAt.earliest),
    occurred_latest: later(row.occurred_latest, data.occurredAt.latest),
    beat: row.beat ?? data.place.beat,
    district: row.district ?? data.place.district,
    category: row.category ?? data.category?.text ?? null,
    category_code: row.category_code ?? data.category?.code ?? null,
    unit: row.unit ?? data.unit,
  }));
}

const fold: Fold<typeof tables> = {
  ReportFiled: withReport,
  ReportSupplemented: (rows, { report, injuries }) =>
    injuries === null ? rows : editFacts(rows, (facts) => ({ injuries: { ...facts.injuries, [report]: injuries } })),
  CaseTriaged: (rows, { outcome }) => edit(rows, outcome === 'INVESTIGATE' ? { triaged: true, stage: 'UNDER_INVESTIGATION' } : { triaged: true }),
  CaseSealed: (rows) => edit(rows, { sealed: true }),
  CaseUnsealed: (rows) => edit(rows, { sealed: false }),
  InvestigatorAssigned: (rows, { investigator }) => edit(rows, { investigator }),
  InvestigatorUnassigned: (rows, { investigator }) => offCase(rows, investigator),
  ConflictDeclared: (rows, { person }) => offCase(rows, person),
  ConflictRecorded: (rows, { person }) => offCase(rows, person),

  AgentRecorded: (rows) => edit(rows, (row) => ({ agent_count: row.agent_count + 1 })),
  PersonRecorded: (rows, { person }) => editFacts(rows, (facts) => ({ persons: facts.persons.includes(person) ? facts.persons : [...facts.persons, person] })),
  FederalSupervisorIdentificationAttempted: (rows, { outcome }) => reachedSupervisor(rows, outcome === 'DECLINED' ? 'DECLINED' : 'ATTEMPTED'),
  FederalSupervisorIdentified: (rows) => reachedSupervisor(rows, 'IDENTIFIED'),
  FederalSupervisorConfirmed: (rows) => reachedSupervisor(rows, 'CONFIRMED'),

  PreservationRequested: (rows, { preservation }) => editFacts(rows, ({ requests }) => ({ requests: [...requests, preservation] })),
  FootageRegistered: (rows, { footage }) =>
    editFacts(rows, ({ holds }) => ({ holds: { ...holds, [footage]: { status: 'NONE', unavailable: false } } })),
  FootageHoldPlaced: (rows, { footage }) => editHold(rows, footage, { status: 'PLACED' }),
  FootageHoldConfirmed: (rows, { footage, preservation }) => {
    if (preservation !== null) return editFacts(rows, ({ requests }) => ({ requests: requests.filter((request) => request !== preservation) }));
    return footage === null ? rows : editHold(rows, footage, { status: 'CONFIRMED', unavailable: false });
  },
  FootageVerified: (rows, { footage }) => editHold(rows, footage, { unavailable: false }),
  FootageReportedUnavailable: (rows, { footage }) => (footage === null ? rows : editHold(rows, footage, { unavailable: true })),
  HoldReleased: (rows, { footage }) => editHold(rows, footage, { status: 'RELEASED' }),
  FootageMismatchFound: (rows, _data, at) => editFacts(rows, ({ mismatches }) => ({ mismatches: [...mismatches, at.id] })),
  MismatchExplained: (rows, data) => editFacts(rows, ({ mismatches }) => ({ mismatches: mismatches.filter((id) => !data.mismatches.some((explained) => explained === id)) })),

  ViolationAlleged: (rows) => edit(rows, (row) => ({ violation_count: row.violation_count + 1 })),
  ViolationWithdrawn: (rows) => edit(rows, (row) => ({ violation_count: row.violation_count - 1 })),

  ReviewSubmitted: toStage('SUPERVISOR_REVIEW'),
  SubmissionWithdrawn: toStage('UNDER_INVESTIGATION'),
  ReviewReturned: toStage('UNDER_INVESTIGATION'),
  ReviewVoided: toStage('UNDER_INVESTIGATION'),
  ReviewApproved: toStage('LEGAL_REVIEW'),
  LegalReviewApproved: toStage('READY_FOR_REFERRAL'),
  ReferralApproved: (rows) => edit(rows, (row) => ({ stage: 'REFERRAL_APPROVED', referral_count: row.referral_count + 1 })),
  ReferralDelivered: toStage('REFERRED'),
  ProsecutorDecisionRecorded: (rows, { outcome, allDecided }) =>
    edit(rows, ({ stage }) => {
      // A review that runs again, or a closed case, is not moved by what comes back from an earlier referral.
      if (outcome === 'RETURNED') return stage === 'REFERRED' || stage === 'DECIDED' ? { stage: 'UNDER_INVESTIGATION' } : {};
      return allDecided && stage === 'REFERRED' ? { stage: 'DECIDED' } : {};
    }),
  // Where the case stands after it depends on what other referrals still await.
  ReferralWithdrawn: (rows, _data, at) => (at.state === null ? rows : edit(rows, { stage: at.state.stage.name })),
  InvestigationResumed: toStage('UNDER_INVESTIGATION'),
  CaseClosed: (rows, { disposition, duplicateOf }) => edit(rows, { stage: 'CLOSED', disposition, duplicate_of: duplicateOf }),
  CaseReopened: (rows) => edit(rows, { stage: 'UNDER_INVESTIGATION', disposition: null, duplicate_of: null }),
};

/** One row a case: what lists are filtered and sorted by. */
export const caseListProjection = defineProjection({
  name: 'case_list',
  version: 2,
  tables,
  fold,
  always: (rows, _event, at) =>
    put(rows, 'case_activity', '', {
      case_id: at.caseId,
      last_event_at: at.recordedAt,
      last_position: at.position,
      revision: at.revision,
      material_revision: at.material ? at.revision : (rows.case_activity.get('')?.material_revision ?? at.revision),
      district: rows.case_list.get('')?.district ?? null,
    }),
  stateOn: ['ReferralWithdrawn'],
});
