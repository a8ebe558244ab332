import { createUnionType, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { Gap as DomainGap } from '#libs/domain';
import type { RecordOutcome, StreamOutcome } from '#libs/recorder';
import { RefusalCodeEnum } from '../graphql/enums.js';
import { globalId } from '../graphql/global-id.js';
import { PositionScalar, UuidScalar } from '../graphql/scalars.js';

@ObjectType({ description: 'The action is recorded and durable, or was before, or the case is already so.' })
export class Recorded {
  @Field(() => UuidScalar, { description: 'Id of the command; sent again with the same input it is answered with this receipt.' })
  commandId!: string;

  @Field(() => String, { description: 'The stream that the action is recorded in: `case-…`, `user-…`.' })
  stream!: string;

  @Field(() => UuidScalar, { nullable: true, description: 'The case, as actions name it; null for an action on something else.' })
  caseId!: string | null;

  @Field(() => ID, { nullable: true, description: 'Global id of the case, as `node` takes it.' })
  caseNode!: string | null;

  @Field(() => String, { nullable: true, description: 'The number of the case that people say: `2026-000123`.' })
  caseNumber!: string | null;

  @Field(() => [UuidScalar], { description: 'Ids of the events recorded, in their order.' })
  eventIds!: readonly string[];

  @Field(() => [String], { description: 'Types of the events recorded, in the same order.' })
  eventTypes!: readonly string[];

  @Field(() => Int, { description: 'Revision of the case, or of what else the action is about, after it: the `expectedRevision` of the next.' })
  revision!: number;

  @Field(() => PositionScalar, { nullable: true, description: 'Position of the last event recorded, for `atLeast` of queries; null if nothing was.' })
  position!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Leaf hash of the last event recorded (base64url), to be exchanged for an inclusion proof; null if nothing was.',
  })
  leafHash!: string | null;

  @Field(() => Boolean, { description: 'The command had been recorded before; this is its first receipt.' })
  repeated!: boolean;

  @Field(() => Boolean, { description: 'The case was already as the action wants it: no event was needed.' })
  nothingToRecord!: boolean;
}

@ObjectType({ description: 'One thing that is missing.' })
export class Gap {
  @Field(() => String, { description: 'Stable code of what is missing.' })
  code!: string;

  @Field(() => String, { description: 'What is missing, for a person.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'Id or name of the thing concerned, where there is one.' })
  about!: string | null;
}

@ObjectType({ description: 'The action is not possible, and nothing was recorded.' })
export class Refused {
  @Field(() => RefusalCodeEnum, { description: 'Why, as a stable code.' })
  code!: string;

  @Field(() => String, { description: 'Why, for a person.' })
  message!: string;

  @Field(() => [Gap], { description: 'Everything that is missing, at once; empty where it is no question of gaps.' })
  gaps!: readonly DomainGap[];
}

@ObjectType({ description: 'The case has moved on since the client last saw it, and nothing was recorded. Read it again and decide.' })
export class Conflict {
  @Field(() => Int, { nullable: true, description: 'The revision that the client expected; null where it named none and the case never stood still.' })
  expectedRevision!: number | null;

  @Field(() => Int, { nullable: true, description: 'The revision of the case now; null where there is no such case.' })
  actualRevision!: number | null;

  @Field(() => String, { description: 'The same, for a person.' })
  message!: string;
}

export type ActionAnswer = Recorded | Refused | Conflict;

export const ActionResult = createUnionType({
  name: 'ActionResult',
  description: 'What became of an action. All three are answers; errors are for what was not expected.',
  types: () => [Recorded, Refused, Conflict] as const,
  resolveType: (answer: ActionAnswer) => {
    if ('repeated' in answer) return Recorded;
    return 'code' in answer ? Refused : Conflict;
  },
});

@ObjectType({ description: 'What became of one row of an import.' })
export class ImportAnswer {
  @Field(() => Int, { description: 'The row, as it was sent.' })
  row!: number;

  @Field(() => ActionResult, { description: 'What became of it.' })
  result!: ActionAnswer;
}

export function answerOf(outcome: RecordOutcome | StreamOutcome): ActionAnswer {
  switch (outcome.kind) {
    case 'RECORDED': {
      const { receipt } = outcome;
      const nothingToRecord = receipt.eventIds.length === 0;
      if (!('caseId' in receipt)) return { ...receipt, caseId: null, caseNode: null, caseNumber: null, nothingToRecord };
      const caseNumber = receipt.caseNumber === '' ? null : receipt.caseNumber;
      return { ...receipt, caseNode: globalId('Case', receipt.caseId), caseNumber, nothingToRecord };
    }
    case 'REFUSED':
      return { code: outcome.code, message: outcome.message, gaps: outcome.gaps };
    case 'CONFLICT':
      return { expectedRevision: outcome.expected, actualRevision: outcome.actual, message: conflictMessage(outcome.expected, outcome.actual) };
  }
}

function conflictMessage(expected: number | null, actual: number | null): string {
  if (actual === null) return `There is no case at revision ${expected ?? 'any'}.`;
  if (expected === null) return `The case kept moving; it is at revision ${actual} now. Try again.`;
  return `The case is at revision ${actual}, not ${expected}. Read it again and decide.`;
}
