import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { NoticeKind } from '#libs/clocks';
import type { ClockName, ClockSubjectKind } from '#libs/domain';
import type { DeliveryNode, DeliveryState } from '#libs/read-models';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';
import { ClockNameEnum, ClockSubjectKindEnum } from '../lists/clocks.list.js';

export const DeliveryStateEnum = graphqlEnum<DeliveryState>('WebhookDeliveryState', 'How a delivery stands.', {
  PENDING: 'It waits for its next try.',
  DELIVERED: 'Its receiver took it.',
  DEAD: 'It was refused too often, or its receiver is gone: it is not tried again unless an administrator has it retried.',
});

const NoticeKindEnum = graphqlEnum<NoticeKind>('WebhookEventKind', 'What is told.', {
  WARNING: 'A deadline comes near.',
  BREACH: 'A deadline was missed.',
});

/** Neither the body, nor the address, which may hold a word that is nobody's to read, nor the secret. */
@ObjectType({ description: 'One notice of a clock for one endpoint. Nothing of its body is shown but what stands here.' })
export class WebhookDelivery {
  @Field(() => UuidScalar, { description: 'Id of the message, the same at every try: the header `webhook-id`.' })
  readonly messageId!: string;

  @Field(() => String, { description: 'Name of the endpoint.' })
  readonly endpoint!: string;

  @Field(() => NoticeKindEnum, { description: 'What it tells.' })
  readonly kind!: NoticeKind;

  @Field(() => ClockNameEnum, { description: 'Of which clock.' })
  readonly clock!: ClockName;

  @Field(() => ClockSubjectKindEnum, { description: 'What the clock is about.' })
  readonly subjectKind!: ClockSubjectKind;

  @Field(() => DateTimeScalar, { description: 'When the clock runs out, or ran out.' })
  readonly dueAt!: string;

  @Field(() => UuidScalar, { nullable: true, description: 'The case, for OVERSIGHT on a case that it sees. Null for everybody else: who runs the system reads no case.' })
  readonly caseId!: string | null;

  @Field(() => DeliveryStateEnum, { description: 'How it stands.' })
  readonly state!: DeliveryState;

  @Field(() => Int, { description: 'Tries since it was written, or since it was last retried.' })
  readonly attempts!: number;

  @Field(() => Int, { description: 'How often an administrator had it sent again.' })
  readonly retries!: number;

  @Field(() => Int, { nullable: true, description: 'Status of the last answer; null: there was none.' })
  readonly lastStatus!: number | null;

  @Field(() => String, { nullable: true, description: 'Why there was no answer to the last try, in fixed words or as a code: it names no host and no address.' })
  readonly lastError!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was written.' })
  readonly createdAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it is tried next, at the earliest; null: it is not.' })
  readonly nextTryAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was taken, or died; null while it waits.' })
  readonly settledAt!: string | null;
}

@ObjectType({ description: 'Where clocks are told of, and how its deliveries stand.' })
export class WebhookEndpoint {
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;

  @Field(() => Boolean, { description: 'Whether the file that this process was started with names it. Deliveries to others wait.' })
  readonly isConfigured!: boolean;

  @Field(() => [NoticeKindEnum], { description: 'What it asks for; nothing where it is not configured.' })
  readonly kinds!: readonly NoticeKind[];

  @Field(() => Int, { description: 'Deliveries that wait for their next try.' })
  readonly pending!: number;

  @Field(() => Int, { description: 'Deliveries that were taken in the last 90 days.' })
  readonly delivered!: number;

  @Field(() => Int, { description: 'Dead deliveries.' })
  readonly dead!: number;
}

export const deliveryOf = (row: DeliveryNode): WebhookDelivery => ({
  messageId: row.delivery_id,
  endpoint: row.endpoint,
  kind: row.kind,
  clock: row.clock,
  subjectKind: row.subject_kind,
  dueAt: row.due_at,
  caseId: row.shown_case,
  state: row.state,
  attempts: row.attempts,
  retries: row.retries,
  lastStatus: row.last_status,
  lastError: row.last_error,
  createdAt: row.created_at,
  nextTryAt: row.next_at,
  settledAt: row.settled_at,
});
