import type { Relation } from '#libs/access';
import type { Instant, StageName, UserId } from '#libs/domain';
import { defineTable, flag, instant, orNull, type RowOf, text, uuid } from '../engine/columns.js';
import { type At, change, defineProjection, type Fold, put, type Rows } from '../engine/projection.js';

const caseAccess = defineTable({
  columns: {
    case_id: uuid(),
    /** Of the first report, else of who filed it. */
    unit: orNull(text()),
    stage: text<StageName>(),
    sealed: flag(),
    /** Whether a referral of it was ever approved. */
    referred: flag(),
  },
  id: null,
  // With the case's id: the cases of a unit, as many as are asked for, are read from the index alone.
  indexes: ['(unit, case_id)', '(stage, case_id)', '(case_id) WHERE referred', '(case_id) WHERE sealed'],
});

/** How persons stand to a case, and to what of it (an item in their hands); one row each. */
const casePerson = defineTable({
  columns: {
    case_id: uuid(),
    entry: text(),
    person: text<UserId>(),
    relation: text<Relation>(),
    /** The item or event that it is about; empty: the case. */
    about: text(),
    /** Null: until another event ends it. */
    until: orNull(instant()),
  },
  id: 'entry',
  indexes: ['(person, case_id)'],
});

const tables = { case_access: caseAccess, case_person: casePerson };
type AccessRows = Rows<typeof tables>;
type PersonRow = RowOf<typeof casePerson>;

function stand(rows: AccessRows, at: At, person: UserId, relation: Relation, more: { readonly until?: Instant; readonly about?: string } = {}): AccessRows {
  const { about = '', until = null } = more;
  const entry = JSON.stringify([relation, about, person]);
  return put(rows, 'case_person', entry, { case_id: at.caseId, entry, person, relation, about, until });
}

/** Ends every standing that `ends` picks. */
function end(rows: AccessRows, ends: (row: PersonRow) => boolean): AccessRows {
  const kept = [...rows.case_person].filter(([, row]) => !ends(row));
  return kept.length === rows.case_person.size ? rows : { ...rows, case_person: new Map(kept) };
}

const endOf = (rows: AccessRows, relation: Relation, person?: UserId): AccessRows =>
  end(rows, (row) => row.relation === relation && (person === undefined || row.person === person));

/** A review that ends or begins anew is in nobody's hands that it was passed to. */
const toStage = (stage: StageName) => (rows: AccessRows): AccessRows => endOf(change(rows, 'case_access', '', { stage }), 'ESCALATED');

function inHandsOf(rows: AccessRows, at: At, item: string, custodian: UserId | null, pendingTo: UserId | null): AccessRows {
  let after = end(rows, (row) => row.relation === 'HOLDS_ITEM' && row.about === item);
  for (const person of [custodian, pendingTo]) if (person !== null) after = stand(after, at, person, 'HOLDS_ITEM', { about: item });
  return after;
}

type Report = Parameters<NonNullable<Fold<typeof tables>['ReportFiled']>>[1];

function withReport(rows: AccessRows, data: Report, at: At): AccessRows {
  const opened = rows.case_access.has('')
    ? rows
    : put(rows, 'case_access', '', { case_id: at.caseId, unit: data.unit ?? at.by.unit, stage: 'REPORTED', sealed: false, referred: false });
  let after = stand(opened, at, at.by.actor, 'FILED');
  for (const { officer } of data.officersPresent) after = stand(after, at, officer, 'ON_SCENE');
  return after;
}

/** Access and duties end at once; that the person filed, or was there, stays true. */
function recuse(rows: AccessRows, person: UserId, at: At): AccessRows {
  const ended: readonly Relation[] = ['ASSIGNED', 'GRANTED', 'ESCALATED', 'APPOINTED'];
  return stand(end(rows, (row) => row.person === person && ended.includes(row.relation)), at, person, 'RECUSED');
}

const fold: Fold<typeof tables> = {
  ReportFiled: withReport,
  SceneDetailRecorded: (rows, { officer }, at) => (officer === null ? rows : stand(rows, at, officer.officer, 'ON_SCENE')),
  StatementTaken: (rows, { reader }, at) => (reader === null ? rows : stand(rows, at, reader, 'STATEMENT_READER', { about: at.id })),
  InvestigatorAssigned: (rows, { investigator }, at) => stand(endOf(rows, 'ASSIGNED'), at, investigator, 'ASSIGNED'),
  InvestigatorUnassigned: (rows, { investigator }) => endOf(rows, 'ASSIGNED', investigator),
  ConflictDeclared: (rows, { person }, at) => recuse(rows, person, at),
  ConflictRecorded: (rows, { person }, at) => recuse(rows, person, at),
  AccessGranted: (rows, { person, expiresAt }, at) => stand(rows, at, person, 'GRANTED', { until: expiresAt }),
  AccessRevoked: (rows, { person }) => endOf(rows, 'GRANTED', person),
  ApproverAppointed: (rows, { person }, at) => stand(rows, at, person, 'APPOINTED'),
  ReviewEscalated: (rows, { to }, at) => stand(endOf(rows, 'ESCALATED'), at, to, 'ESCALATED'),

  FootageRegistered: (rows, { footage, custodian }, at) => inHandsOf(rows, at, footage, custodian, null),
  ExhibitRegistered: (rows, { exhibit, custodian }, at) => inHandsOf(rows, at, exhibit, custodian, null),
  CustodyTransferred: (rows, { footage, exhibit, from, to }, at) => inHandsOf(rows, at, footage ?? exhibit ?? '', from, to),
  CustodyAccepted: (rows, { footage, exhibit, by }, at) => inHandsOf(rows, at, footage ?? exhibit ?? '', by, null),

  CaseTriaged: (rows, { outcome }) => (outcome === 'INVESTIGATE' ? toStage('UNDER_INVESTIGATION')(rows) : rows),
  ReviewSubmitted: toStage('SUPERVISOR_REVIEW'),
  SubmissionWithdrawn: toStage('UNDER_INVESTIGATION'),
  ReviewReturned: toStage('UNDER_INVESTIGATION'),
  ReviewVoided: toStage('UNDER_INVESTIGATION'),
  ReviewApproved: toStage('LEGAL_REVIEW'),
  LegalReviewApproved: toStage('READY_FOR_REFERRAL'),
  ReferralApproved: (rows) => change(toStage('REFERRAL_APPROVED')(rows), 'case_access', '', { referred: true }),
  ReferralDelivered: toStage('REFERRED'),
  ProsecutorDecisionRecorded: (rows, { outcome, allDecided }) => {
    const stage = rows.case_access.get('')?.stage;
    // A review that runs again, or a closed case, is not moved by what comes back from an earlier referral.
    if (outcome === 'RETURNED') return stage === 'REFERRED' || stage === 'DECIDED' ? toStage('UNDER_INVESTIGATION')(rows) : rows;
    return allDecided && stage === 'REFERRED' ? toStage('DECIDED')(rows) : rows;
  },
  // Where the case stands after it depends on what other referrals still await.
  ReferralWithdrawn: (rows, _data, at) => (at.state === null ? rows : toStage(at.state.stage.name)(rows)),
  InvestigationResumed: toStage('UNDER_INVESTIGATION'),
  CaseSealed: (rows, { named }, at) => {
    let after = endOf(change(rows, 'case_access', '', { sealed: true }), 'NAMED_BY_COURT');
    for (const person of named) after = stand(after, at, person, 'NAMED_BY_COURT');
    return after;
  },
  CaseUnsealed: (rows) => endOf(change(rows, 'case_access', '', { sealed: false }), 'NAMED_BY_COURT'),

  CaseClosed: toStage('CLOSED'),
  CaseReopened: toStage('UNDER_INVESTIGATION'),
};

/**
 * What the access predicate reads: how cases stand and who stands how to them (`factsOf` of libs/access, in rows). A stream that is parked
 * here is hidden from everybody.
 */
export const accessProjection = defineProjection({ name: 'case_access', version: 1, tables, fold, stateOn: ['ReferralWithdrawn'] });
