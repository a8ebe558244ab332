import { Field, Int, ObjectType } from '@nestjs/graphql';
import type {
  Case,
  ContactParty,
  ContactState,
  EvidenceBearing,
  EvidenceLinkState,
  EvidenceRef,
  Jurisdiction,
  OffenseClass,
  ProsecutorOutcome,
  ReceiptOutcome,
  ReferralState,
  ViolationAgentPair,
  ViolationState,
} from '#libs/domain';
import { ContactPartyEnum, EvidenceBearingEnum, JurisdictionEnum, OffenseClassEnum, ProsecutorOutcomeEnum, ReceiptOutcomeEnum } from '../../graphql/enums.js';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';
import { SignatureType } from './shared.types.js';

export const EvidenceKindEnum = graphqlEnum<EvidenceRef['kind']>('EvidenceKind', 'What a piece of evidence is.', {
  FOOTAGE: 'A recording.',
  EXHIBIT: 'An exhibit.',
  STATEMENT: 'A statement.',
  REPORT: 'A report.',
  SCENE_DETAIL: 'A detail of the scene.',
});

export const ReferralStatusEnum = graphqlEnum<ReferralState['status']>('ReferralStatus', 'Where a referral stands.', {
  APPROVED: 'Approved, not delivered yet.',
  VOIDED: 'Approved, and voided before it was delivered.',
  DELIVERED: 'Delivered to its addressee.',
  WITHDRAWN: 'Withdrawn.',
});

export const ContactRulingStateEnum = graphqlEnum<'UNRULED' | 'CLEARED' | 'IMPROPER'>('ContactRulingState', 'Whether an outside contact was ruled on.', {
  UNRULED: 'Nobody has ruled on it yet.',
  CLEARED: 'Found to be no attempt at influence.',
  IMPROPER: 'Found improper; the named people are replaced.',
});

@ObjectType({ description: 'Evidence for or against one element of a violation.' })
export class EvidenceLink {
  @Field(() => UuidScalar, { description: 'Id of the link.' })
  readonly id!: string;

  @Field(() => Int, { description: 'Which element, counted from 0.' })
  readonly element!: number;

  @Field(() => EvidenceKindEnum, { description: 'What kind of evidence.' })
  readonly kind!: EvidenceRef['kind'];

  @Field(() => UuidScalar, { description: 'Id of the evidence.' })
  readonly evidence!: string;

  @Field(() => EvidenceBearingEnum, { description: 'Whether it supports or contradicts the element.' })
  readonly bearing!: EvidenceBearing;

  @Field(() => Boolean, { description: 'Whether the link was withdrawn.' })
  readonly withdrawn!: boolean;
}

const linkOf = (state: EvidenceLinkState): EvidenceLink => ({ ...state, kind: state.evidence.kind, evidence: state.evidence.id });

@ObjectType({ description: 'A state or local law that is alleged to have been violated.' })
export class Violation {
  @Field(() => UuidScalar, { description: 'Id of the violation.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'The event that alleges it.' })
  readonly event!: string;

  @Field(() => JurisdictionEnum, { description: 'State or local law.' })
  readonly jurisdiction!: Jurisdiction;

  @Field(() => String, { description: 'The citation.' })
  readonly citation!: string;

  @Field(() => [String], { description: 'Its elements.' })
  readonly elements!: readonly string[];

  @Field(() => [UuidScalar], { description: 'Agents against whom it is alleged.' })
  readonly agents!: readonly string[];

  @Field(() => OffenseClassEnum, { description: 'The class of the offense.' })
  readonly offenseClass!: OffenseClass;

  @Field(() => String, { description: 'User id of who alleged it.' })
  readonly allegedBy!: string;

  @Field(() => Boolean, { description: 'Whether it was withdrawn.' })
  readonly withdrawn!: boolean;

  @Field(() => [EvidenceLink], { description: 'Evidence linked to its elements.' })
  readonly evidence!: readonly EvidenceLink[];

  @Field(() => [UuidScalar], { description: 'Agents for whom federal immunity was assessed.' })
  readonly immunityAssessedFor!: readonly string[];
}

export function violationOf(state: ViolationState, of: Case): Violation {
  const evidence = [...of.evidenceLinks.values()].filter((link) => link.violation === state.id).map(linkOf);
  const assessed = of.immunity.filter(({ pair }) => pair.violation === state.id).map(({ pair }) => pair.agent);
  return { ...state, evidence, immunityAssessedFor: [...new Set(assessed)] };
}

@ObjectType({ description: 'A communication about this case from an elected official, their staff, a party or a federal agency.' })
export class OutsideContact {
  @Field(() => UuidScalar, { description: 'Id of the contact.' })
  readonly id!: string;

  @Field(() => ContactPartyEnum, { description: 'From whom.' })
  readonly party!: ContactParty;

  @Field(() => [String], { description: 'User ids of members who were party to it.' })
  readonly members!: readonly string[];

  @Field(() => String, { description: 'User id of who recorded it.' })
  readonly recordedBy!: string;

  @Field(() => ContactRulingStateEnum, { description: 'Whether it was ruled on.' })
  readonly ruling!: 'UNRULED' | 'CLEARED' | 'IMPROPER';
}

export const outsideContactOf = (state: ContactState): OutsideContact => ({ ...state, ruling: state.ruling?.kind ?? 'UNRULED' });

@ObjectType('ViolationAgentPair', { description: 'One violation and one agent.' })
export class ViolationAgentPairType implements ViolationAgentPair {
  @Field(() => UuidScalar, { description: 'The violation.' })
  readonly violation!: ViolationAgentPair['violation'];

  @Field(() => UuidScalar, { description: 'The agent.' })
  readonly agent!: ViolationAgentPair['agent'];
}

@ObjectType({ description: "A prosecutor's decision on one violation and agent. A later one stands beside an earlier one." })
export class ProsecutorDecision {
  @Field(() => ViolationAgentPairType, { description: 'On what.' })
  readonly pair!: ViolationAgentPairType;

  @Field(() => ProsecutorOutcomeEnum, { description: 'What was decided.' })
  readonly outcome!: ProsecutorOutcome;

  @Field(() => UuidScalar, { description: 'The event that recorded it.' })
  readonly event!: string;

  @Field(() => DateTimeScalar, { description: 'When it was decided.' })
  readonly at!: string;
}

@ObjectType({ description: 'A referral to a prosecutor.' })
export class Referral {
  @Field(() => UuidScalar, { description: 'Id of the referral.' })
  readonly id!: string;

  @Field(() => String, { description: 'To whom.' })
  readonly addressee!: string;

  @Field(() => ReferralStatusEnum, { description: 'Where it stands.' })
  readonly status!: ReferralState['status'];

  @Field(() => [ViolationAgentPairType], { description: 'The violations and agents that it covers.' })
  readonly pairs!: readonly ViolationAgentPairType[];

  @Field(() => String, { nullable: true, description: 'SHA-256 of the delivered packet, lower-case hexadecimal.' })
  readonly packetSha256!: string | null;

  @Field(() => ReceiptOutcomeEnum, { nullable: true, description: 'Receipt, or refusal of it.' })
  readonly receipt!: ReceiptOutcome | null;

  @Field(() => [ProsecutorDecision], { description: 'Decisions, in order.' })
  readonly decisions!: readonly ProsecutorDecision[];

  @Field(() => Int, { description: 'Follow-ups that were not answered.' })
  readonly unansweredFollowUps!: number;
}

export const referralOf = (state: ReferralState): Referral => state;

@ObjectType({ description: 'The review that runs, with the approvals given so far.' })
export class Review {
  @Field(() => SignatureType, { description: 'The submission.' })
  readonly submission!: SignatureType;

  @Field(() => SignatureType, { nullable: true, description: "The supervisor's approval." })
  readonly supervisor!: SignatureType | null;

  @Field(() => SignatureType, { nullable: true, description: 'The legal approval.' })
  readonly legal!: SignatureType | null;

  @Field(() => SignatureType, { nullable: true, description: "The referral authority's approval." })
  readonly authority!: SignatureType | null;

  @Field(() => String, { nullable: true, description: 'User id of the supervisor to whom the review was escalated.' })
  readonly escalatedTo!: string | null;
}

/** The running review; null where none runs. */
export function reviewOf({ stage }: Case): Review | null {
  if (!('submission' in stage)) return null;
  return {
    submission: stage.submission,
    supervisor: 'supervisor' in stage ? stage.supervisor : null,
    legal: 'legal' in stage ? stage.legal : null,
    authority: 'authority' in stage ? stage.authority : null,
    escalatedTo: stage.name === 'SUPERVISOR_REVIEW' ? stage.escalatedTo : null,
  };
}
