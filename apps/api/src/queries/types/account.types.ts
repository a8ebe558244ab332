import { Field, Int, ObjectType } from '@nestjs/graphql';
import { type Asker, mayKnowOf } from '#libs/access';
import type {
  AgentState,
  Case,
  FederalSupervisorState,
  IdentificationOutcome,
  PersonIdentity,
  PersonRole,
  PersonState,
  ReportOrigin,
  ReportState,
  Sealed,
  SceneDetailKind,
  SceneDetailState,
  Voluntariness,
  YesNoUnknown,
} from '#libs/domain';
import {
  IdentificationOutcomeEnum,
  PersonIdentityEnum,
  PersonRoleEnum,
  ReportOriginEnum,
  SceneDetailKindEnum,
  VoluntarinessEnum,
  YesNoUnknownEnum,
} from '../../graphql/enums.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';
import { ProtectedText, protectedText } from './protected-text.js';
import { IncidentNumbersType, OccurredAtType, OfficerPresentType, PlaceType } from './shared.types.js';

@ObjectType({ description: "One person's account of the incident." })
export class Report {
  @Field(() => UuidScalar, { description: 'Id of the report.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'The event that recorded it.' })
  readonly event!: string;

  @Field(() => String, { description: 'User id of its author.' })
  readonly author!: string;

  @Field(() => ReportOriginEnum, { description: 'Where it comes from.' })
  readonly origin!: ReportOrigin;

  @Field(() => IncidentNumbersType, { description: 'Numbers of the incident in other systems.' })
  readonly incident!: IncidentNumbersType;

  @Field(() => OccurredAtType, { description: 'When it happened, by this account.' })
  readonly occurredAt!: OccurredAtType;

  @Field(() => DateTimeScalar, { description: 'When the city was told.' })
  readonly reportedAt!: string;

  @Field(() => DateTimeScalar, { description: 'When this service recorded it.' })
  readonly recordedAt!: string;

  @Field(() => PlaceType, { description: 'Where it happened.' })
  readonly place!: PlaceType;

  @Field(() => String, { nullable: true, description: "The source's own category, where it has one." })
  readonly category!: string | null;

  @Field(() => ProtectedText, { nullable: true, description: 'The account itself.' })
  readonly narrative!: ProtectedText | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the author was on scene.' })
  readonly onSceneAt!: string | null;

  @Field(() => String, { nullable: true, description: "The author's unit." })
  readonly unit!: string | null;

  @Field(() => String, { nullable: true, description: 'The camera that the author wore.' })
  readonly camera!: string | null;

  @Field(() => [OfficerPresentType], { description: 'City officers on scene.' })
  readonly officersPresent!: readonly OfficerPresentType[];

  @Field(() => YesNoUnknownEnum, { description: 'Whether anyone was hurt, as last answered.' })
  readonly injuries!: YesNoUnknown;

  @Field(() => [UuidScalar], { description: 'Events of its supplements, in order.' })
  readonly supplements!: readonly string[];
}

export const reportOf = (state: ReportState): Report => ({ ...state, narrative: protectedText(state.narrative) });

@ObjectType({ description: 'A detail of the scene.' })
export class SceneDetail {
  @Field(() => UuidScalar, { description: 'Id of the detail.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'The event that recorded it.' })
  readonly event!: string;

  @Field(() => SceneDetailKindEnum, { description: 'What kind of detail it is.' })
  readonly kind!: SceneDetailKind;

  @Field(() => OfficerPresentType, { nullable: true, description: 'The officer whose presence it records.' })
  readonly officer!: OfficerPresentType | null;

  @Field(() => String, { nullable: true, description: 'The camera whose presence it records.' })
  readonly camera!: string | null;
}

export const sceneDetailOf = (state: SceneDetailState): SceneDetail => state;

@ObjectType({ description: 'An identity that was linked to an agent.' })
export class AgentIdentity {
  @Field(() => UuidScalar, { description: 'The event that links it.' })
  readonly event!: string;

  @Field(() => ProtectedText, { description: "The agent's name, as linked." })
  readonly name!: ProtectedText;

  @Field(() => String, { nullable: true, description: 'The agency.' })
  readonly agency!: string | null;

  @Field(() => String, { nullable: true, description: 'The badge number.' })
  readonly badge!: string | null;
}

@ObjectType({ description: 'A person who is, or says they are, a federal agent. Nothing presumes that they are one.' })
export class Agent {
  @Field(() => UuidScalar, { description: 'Id of the agent.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'The event that recorded them.' })
  readonly event!: string;

  @Field(() => String, { description: 'A name that stays, whatever is learnt later: `UA-1`.' })
  readonly designation!: string;

  @Field(() => String, { nullable: true, description: 'The agency that they claimed.' })
  readonly agencyClaimed!: string | null;

  @Field(() => String, { nullable: true, description: 'The agency that was confirmed.' })
  readonly agencyConfirmed!: string | null;

  @Field(() => String, { nullable: true, description: 'The badge that was seen.' })
  readonly badgeSeen!: string | null;

  @Field(() => AgentIdentity, { nullable: true, description: 'The identity linked to them, where one is.' })
  readonly identity!: AgentIdentity | null;
}

export function agentOf(state: AgentState): Agent {
  const { identity } = state;
  return { ...state, identity: identity === null ? null : { ...identity, name: named(identity.name) } };
}

@ObjectType({ description: 'An affected person, witness or complainant. There is no field for immigration status, on purpose.' })
export class Person {
  @Field(() => UuidScalar, { description: 'Id of the person.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'The event that recorded them.' })
  readonly event!: string;

  @Field(() => String, { nullable: true, description: 'A designation in place of the name: `C-1`.' })
  readonly designation!: string | null;

  @Field(() => [PersonRoleEnum], { description: 'In which roles they have to do with the case.' })
  readonly roles!: readonly PersonRole[];

  @Field(() => PersonIdentityEnum, { description: 'Whether their identity is open, confidential or not known.' })
  readonly identity!: PersonIdentity;

  @Field(() => YesNoUnknownEnum, { description: 'Whether they are a minor.' })
  readonly minor!: YesNoUnknown;

  @Field(() => Boolean, { description: 'Whether they asked not to be contacted.' })
  readonly contactDeclined!: boolean;

  @Field(() => ProtectedText, { nullable: true, description: 'Their name.' })
  readonly name!: ProtectedText | null;

  @Field(() => ProtectedText, { nullable: true, description: 'How to reach them.' })
  readonly contact!: ProtectedText | null;
}

export const personOf = (state: PersonState): Person => ({ ...state, name: protectedText(state.name), contact: protectedText(state.contact) });

@ObjectType({ description: 'That a statement was taken. A compelled one is walled off.' })
export class Statement {
  @Field(() => UuidScalar, { description: 'Id of the statement.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'The event that recorded it.' })
  readonly event!: string;

  @Field(() => VoluntarinessEnum, { description: 'Whether it was voluntary or compelled.' })
  readonly voluntariness!: Voluntariness;

  @Field(() => String, { description: 'User id of who took it.' })
  readonly by!: string;

  @Field(() => ProtectedText, { description: 'What was said.' })
  readonly text!: ProtectedText;
}

/** Those that the asker may know of, with their texts as corrected. */
export function statementsOf(state: Case, asker: Asker): Statement[] {
  const statements: Statement[] = [];
  for (const event of state.facts) {
    if (event.type !== 'StatementTaken' || !mayKnowOf(asker, event)) continue;
    const taken = state.statements.get(event.data.statement);
    if (taken === undefined) continue;
    // A codec: corrections are laid over fields of their own type.
    const { text } = { ...event.data, ...state.corrections.get(event.meta.id) } as typeof event.data;
    statements.push({ ...taken, text: named(text) });
  }
  return statements;
}

@ObjectType({ description: 'An attempt to identify the federal supervisor. Declining is a complete, valid outcome.' })
export class IdentificationAttempt {
  @Field(() => UuidScalar, { description: 'The event that recorded it.' })
  readonly event!: string;

  @Field(() => IdentificationOutcomeEnum, { description: 'What came of it.' })
  readonly outcome!: IdentificationOutcome;

  @Field(() => String, { description: 'User id of who tried.' })
  readonly by!: string;

  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly at!: string;
}

@ObjectType({ description: 'Who the federal supervisor is said to be.' })
export class FederalSupervisorIdentification {
  @Field(() => UuidScalar, { description: 'The event that recorded it.' })
  readonly event!: string;

  @Field(() => String, { description: 'User id of who identified them.' })
  readonly by!: string;

  @Field(() => ProtectedText, { description: 'Their name.' })
  readonly name!: ProtectedText;

  @Field(() => String, { description: 'Their agency.' })
  readonly agency!: string;

  @Field(() => Boolean, { description: 'Whether another person confirmed it.' })
  readonly confirmed!: boolean;
}

@ObjectType({ description: 'What is known of the federal supervisor on scene.' })
export class FederalSupervisor {
  @Field(() => [IdentificationAttempt], { description: 'Attempts, in order.' })
  readonly attempts!: readonly IdentificationAttempt[];

  @Field(() => [FederalSupervisorIdentification], { description: 'Identifications, in order.' })
  readonly identified!: readonly FederalSupervisorIdentification[];

  @Field(() => Int, { description: 'How many identifications were confirmed.' })
  readonly confirmations!: number;
}

export function federalSupervisorOf(state: FederalSupervisorState): FederalSupervisor {
  const confirmed = new Set(state.confirmed.map((confirmation) => confirmation.identification));
  return {
    attempts: state.attempts,
    identified: state.identified.map((one) => ({ ...one, name: named(one.name), confirmed: confirmed.has(one.event) })),
    confirmations: state.confirmed.length,
  };
}

function named(name: Sealed<string>): ProtectedText {
  const text = protectedText(name);
  if (text === null) throw new Error('unreachable: a sealed value is there');
  return text;
}
