import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { Case, ReportOrigin, StageName } from '#libs/domain';
import { ReportOriginEnum } from '../../graphql/enums.js';
import { globalId } from '../../graphql/global-id.js';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';

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

/**
 * A case. What stands here comes from a row of a list, or from the folded stream when one case is asked for; what is resolved beside it
 * (reports, footage, violations…) comes from the folded stream always, so that one case never waits for a projection.
 */
@ObjectType('Case', { description: "The city's inquiry into one incident." })
export class CaseNode {
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

  /** The state that the fields beside this come from; null for a row of a list, whose state is loaded when it is asked for. */
  readonly state!: Case | null;
}

export function caseNodeOf(state: Case): CaseNode {
  return {
    id: globalId('Case', state.id),
    caseId: state.id,
    number: state.number,
    stage: state.stage.name,
    sealed: state.sealed,
    origin: state.origin,
    openedAt: state.openedAt,
    investigator: state.investigator,
    revision: state.facts.length - 1,
    materialRevision: state.material.materialRevision,
    state,
  };
}
