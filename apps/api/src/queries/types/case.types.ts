import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { Case, ReportOrigin, StageName, YesNoUnknown } from '#libs/domain';
import type { CaseNode as CaseRow, PlacedEvent } from '#libs/read-models';
import { ReportOriginEnum, YesNoUnknownEnum } from '../../graphql/enums.js';
import { globalId } from '../../graphql/global-id.js';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';
import { Node } from './node.type.js';

export const StageEnum = graphqlEnum<StageName>('Stage', 'The stages of a case.', {
  REPORTED: 'Reported; triage decides what becomes of it.',
  UNDER_INVESTIGATION: 'An investigator works on it.',
  SUPERVISOR_REVIEW: 'Submitted; a supervisor reviews it.',
  LEGAL_REVIEW: 'Approved by the supervisor; legal reviews it.',
  READY_FOR_REFERRAL: 'Approved by legal; the referral authority decides.',
  REFERRAL_APPROVED: 'The referral is approved and waits for its delivery.',
  REFERRED: 'Delivered to the prosecutor.',
  DECIDED: 'Every pair of violation and agent in every open referral is finally decided.',
  CLOSED: 'Closed. Evidence is still taken; reopening is possible.',
});

export type FederalSupervisorStatus = CaseRow['federal_supervisor'];

export const FederalSupervisorStatusEnum = graphqlEnum<FederalSupervisorStatus>(
  'FederalSupervisorStatus',
  'How far the identification of the federal supervisor has come. Declining to be identified is a complete outcome.',
  {
    NONE: 'Nobody has tried yet.',
    ATTEMPTED: 'Tried; nobody was identified.',
    DECLINED: 'Asked, and declined.',
    IDENTIFIED: 'Somebody says who it is.',
    CONFIRMED: 'Another person confirmed it.',
  },
);

/** A case at another time than now: the lists that hang on it are cut to it. */
export interface CasePast {
  /** Through this position of the log. */
  readonly through: bigint;
  /** Of these events alone; null: of all through there. */
  readonly events: readonly string[] | null;
  readonly placed: readonly PlacedEvent[];
}

/**
 * A case. What stands here comes from a row of a list, or from the folded stream when one case is asked for; what is resolved beside it
 * (reports, footage, violations…) comes from the folded stream always, so that one case never waits for a projection.
 */
@ObjectType('Case', { implements: () => Node, description: "The city's inquiry into one incident." })
export class CaseNode implements Node {
  @Field(() => ID, { description: 'Global id, for `node`.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'Id of the case, as actions take it.' })
  readonly caseId!: string;

  @Field(() => String, { description: 'The number that people say: `2026-000123`. Never an id.' })
  readonly number!: string;

  @Field(() => StageEnum, { description: 'Where the case stands.' })
  readonly stage!: StageName;

  @Field(() => Boolean, { description: 'Whether a court sealed it.' })
  readonly sealed!: boolean;

  @Field(() => ReportOriginEnum, { description: 'Where its first report comes from.' })
  readonly origin!: ReportOrigin;

  @Field(() => DateTimeScalar, { description: 'When its first report was recorded.' })
  readonly openedAt!: string;

  @Field(() => String, { nullable: true, description: 'User id of the assigned investigator.' })
  readonly investigator!: string | null;

  @Field(() => Int, { description: 'Revision of its last event: give it as `expectedRevision` to act on exactly this state.' })
  readonly revision!: number;

  @Field(() => Int, { description: 'Revision of the last material event: what approvals bind.' })
  readonly materialRevision!: number;

  @Field(() => DateTimeScalar, { description: 'When the city was first told.' })
  readonly reportedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The earliest time at which it can have happened, over all reports.' })
  readonly occurredEarliest!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The latest time at which it can have happened, over all reports.' })
  readonly occurredLatest!: string | null;

  @Field(() => String, { nullable: true, description: 'Beat, of the first report that says.' })
  readonly beat!: string | null;

  @Field(() => String, { nullable: true, description: 'District, of the first report that says.' })
  readonly district!: string | null;

  @Field(() => String, { nullable: true, description: 'Category, of the first report that says.' })
  readonly category!: string | null;

  @Field(() => YesNoUnknownEnum, { description: 'Whether anyone was hurt: yes where any report says so, else unknown where any leaves it open.' })
  readonly injuries!: YesNoUnknown;

  @Field(() => FederalSupervisorStatusEnum, { description: 'How far the identification of the federal supervisor has come.' })
  readonly federalSupervisorStatus!: FederalSupervisorStatus;

  @Field(() => DateTimeScalar, { description: 'When something last happened on it.' })
  readonly lastEventAt!: string;

  /** Up to where it is shown, where that is not the present. */
  readonly past!: CasePast | null;

  /** The state that the fields beside this come from; null for a row of a list, whose state is loaded when it is asked for. */
  readonly state!: Case | null;
}

/** From the folded stream. */
export function caseNodeOf(state: Case, past: CasePast | null = null): CaseNode {
  return {
    id: globalId('Case', state.id),
    caseId: state.id,
    number: state.number,
    stage: state.stage.name,
    sealed: state.sealed,
    origin: state.origin,
    openedAt: state.openedAt,
    investigator: state.investigator,
    revision: state.facts.at(state.facts.length - 1)?.meta.revision ?? -1,
    materialRevision: state.material.materialRevision,
    lastEventAt: state.facts.at(state.facts.length - 1)?.meta.recordedAt ?? state.openedAt,
    federalSupervisorStatus: federalSupervisorStatusOf(state),
    ...fromReports(state),
    past,
    state,
  };
}

/** From a row of a list. */
export function caseNodeOfRow(row: CaseRow): CaseNode {
  return {
    id: globalId('Case', row.case_id),
    caseId: row.case_id,
    number: row.number,
    stage: row.stage,
    sealed: row.sealed,
    origin: row.origin,
    openedAt: row.opened_at,
    investigator: row.investigator,
    revision: row.revision,
    materialRevision: row.material_revision,
    reportedAt: row.reported_at,
    occurredEarliest: row.occurred_earliest,
    occurredLatest: row.occurred_latest,
    beat: row.beat,
    district: row.district,
    category: row.category,
    injuries: row.injuries,
    federalSupervisorStatus: row.federal_supervisor,
    lastEventAt: row.last_event_at,
    past: null,
    state: null,
  };
}

type FromReports = Pick<CaseNode, 'reportedAt' | 'occurredEarliest' | 'occurredLatest' | 'beat' | 'district' | 'category' | 'injuries'>;

function fromReports(state: Case): FromReports {
  const reports = [...state.reports.values()];
  const earliest = reports.map((report) => report.occurredAt.earliest).filter((time) => time !== null).sort();
  const latest = reports.map((report) => report.occurredAt.latest).filter((time) => time !== null).sort();
  const injuries = new Set(reports.map((report) => report.injuries));
  return {
    reportedAt: reports.map((report) => report.reportedAt).sort()[0] ?? state.openedAt,
    occurredEarliest: earliest[0] ?? null,
    occurredLatest: latest.at(-1) ?? null,
    beat: firstSaid(reports.map((report) => report.place.beat)),
    district: firstSaid(reports.map((report) => report.place.district)),
    category: firstSaid(reports.map((report) => report.category)),
    injuries: injuries.has('YES') ? 'YES' : injuries.has('UNKNOWN') ? 'UNKNOWN' : 'NO',
  };
}

const firstSaid = (values: readonly (string | null)[]): string | null => values.find((value) => value !== null) ?? null;

function federalSupervisorStatusOf({ federalSupervisor: { attempts, identified, confirmed } }: Case): FederalSupervisorStatus {
  if (confirmed.length > 0) return 'CONFIRMED';
  if (identified.length > 0) return 'IDENTIFIED';
  if (attempts.some((attempt) => attempt.outcome === 'DECLINED')) return 'DECLINED';
  return attempts.length > 0 ? 'ATTEMPTED' : 'NONE';
}
