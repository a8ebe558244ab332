import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { Binding, Json } from '#libs/domain';
import type { ChangedThing, ChangeKind } from '#libs/history';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, JsonScalar } from '../../graphql/scalars.js';
import { AuditEntry } from '../lists/audit.list.js';
import { CaseNode } from '../types/case.types.js';
import { BindingType } from '../types/shared.types.js';

export const ChangeKindEnum = graphqlEnum<ChangeKind>('ChangeKind', 'How something differs.', {
  ADDED: 'It was not there before.',
  CHANGED: 'It is otherwise than before.',
  REMOVED: 'It is no longer there.',
});

export const ChangedThingEnum = graphqlEnum<ChangedThing>('ChangedThing', 'What of a case can come, change or go.', {
  CASE: 'The case itself.',
  STAGE: 'Where it stands, with the submission and approvals of that stage.',
  REPORT: 'A report.',
  SCENE_DETAIL: 'A detail of the scene.',
  LINKED_CASE: 'Another case, by its id.',
  AGENT: 'An agent.',
  PERSON: 'An affected person, witness or complainant.',
  STATEMENT: 'A statement.',
  IDENTIFICATION_ATTEMPT: 'An attempt to identify the federal supervisor, by its event.',
  IDENTIFICATION: 'An identification of the federal supervisor, by its event.',
  IDENTIFICATION_CONFIRMATION: 'A confirmation of it, by its event.',
  RECORDS_REQUEST: 'A request for federal records.',
  PRESERVATION: 'A request to preserve recordings.',
  FOOTAGE: 'A recording, with hold, hashes and custody.',
  RELEASE_REQUEST: 'A request to release the hold on a recording, by the recording.',
  UNAVAILABILITY: 'A recording that cannot be had, by the event that says so.',
  EXHIBIT: 'An exhibit.',
  COURT_ORDER: 'A court order.',
  SEALING: 'The order on which the case is sealed.',
  SHREDDING: 'A request to destroy keys, and what became of it.',
  VIOLATION: 'An alleged violation.',
  EVIDENCE_LINK: 'Evidence for or against an element.',
  IMMUNITY_ASSESSMENT: 'An assessment of immunity, by its event.',
  CONTRARY_FACT: 'An event marked as speaking against the allegation.',
  OUTSIDE_CONTACT: 'A communication from outside.',
  APPOINTED_APPROVER: 'Somebody appointed to approve, by approval and person.',
  REFERRAL: 'A referral.',
  CLOSING_PROPOSAL: 'The proposal to close it.',
  ACCESS_GRANT: 'Access granted to a person.',
  MISSED_DEADLINE: 'A deadline that was missed.',
});

@ObjectType('FieldChange', { description: 'One field of what changed.' })
export class FieldChangeType {
  @Field(() => String, { description: 'Its name.' })
  readonly field!: string;

  @Field(() => JsonScalar, { nullable: true, description: 'As it was; null for nothing, and for protected text.' })
  readonly from!: Json;

  @Field(() => JsonScalar, { nullable: true, description: 'As it is; null for nothing, and for protected text.' })
  readonly to!: Json;

  @Field(() => Boolean, { description: 'Whether it is protected text: that it changed is all that is said here. Read it on the case.' })
  readonly protected!: boolean;
}

@ObjectType('StateChange', { description: 'One thing of a case that came, changed or went.' })
export class StateChangeType {
  @Field(() => ChangeKindEnum, { description: 'How it differs.' })
  readonly kind!: ChangeKind;

  @Field(() => ChangedThingEnum, { description: 'What it is.' })
  readonly thing!: ChangedThing;

  @Field(() => String, { nullable: true, name: 'thingId', description: 'Which one, within the case; null where there is one alone.' })
  readonly id!: string | null;

  @Field(() => [FieldChangeType], { description: 'What of it differs.' })
  readonly fields!: readonly FieldChangeType[];
}

@ObjectType({ description: 'One step of a case: its event, what it found, what it left, and what changed between the two.' })
export class CaseStep {
  @Field(() => Int, { description: 'Its number in the stream of the case, from 0.' })
  readonly revision!: number;

  @Field(() => AuditEntry, { description: 'The event: who, in which roles, when, what.' })
  readonly event!: AuditEntry;

  @Field(() => String, { description: 'User id of who acted.' })
  readonly actor!: string;

  @Field(() => DateTimeScalar, { description: 'When what it tells of happened, where it says so; else when it was recorded.' })
  readonly happenedAt!: string;

  @Field(() => CaseNode, { nullable: true, description: 'The case before it; null before the first step.' })
  readonly before!: CaseNode | null;

  @Field(() => CaseNode, { description: 'The case after it.' })
  readonly after!: CaseNode;

  @Field(() => [StateChangeType], { description: 'What changed.' })
  readonly changes!: readonly StateChangeType[];
}

@ObjectType({ description: 'What lies between a case at one time and at another.' })
export class CaseDiff {
  @Field(() => CaseNode, { nullable: true, description: 'The case at the first time; null where it was not there yet.' })
  readonly from!: CaseNode | null;

  @Field(() => CaseNode, { nullable: true, description: 'The case at the second time; null where it was not there yet.' })
  readonly to!: CaseNode | null;

  @Field(() => [StateChangeType], { description: 'What differs.' })
  readonly changes!: readonly StateChangeType[];

  @Field(() => [AuditEntry], { description: 'The steps that are in one of the two and not in the other, in order; 1,000 at most.' })
  readonly steps!: readonly AuditEntry[];
}

@ObjectType({ description: 'What somebody had before them who submitted, approved or delivered.' })
export class WhatTheyKnew {
  @Field(() => AuditEntry, { description: 'Their act.' })
  readonly approval!: AuditEntry;

  @Field(() => BindingType, { description: 'What it binds: the last material event, and by its hash all before it.' })
  readonly binds!: Binding;

  @Field(() => CaseNode, { description: 'The case as they saw it: through the last event before their act.' })
  readonly seen!: CaseNode;

  @Field(() => CaseNode, { description: 'The case through the revision that they bound. What differs from what they saw is not material.' })
  readonly bound!: CaseNode;

  @Field(() => [AuditEntry], { description: 'What had happened by then and was recorded only later: they could not know it. 1,000 at most.' })
  readonly notYetRecorded!: readonly AuditEntry[];

  @Field(() => [StateChangeType], { description: 'What differs now from what they saw.' })
  readonly since!: readonly StateChangeType[];
}
