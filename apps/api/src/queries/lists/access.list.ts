import { Inject } from '@nestjs/common';
import { Args, ArgsType, Field, ID, Int, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import { type CaseId, type Role, sealedOf } from '#libs/domain';
import type { PlacedSealed } from '#libs/envelope';
import { openSealed } from '#libs/keys';
import { KEY_STORE, type KeyStore } from '#libs/keys/port';
import { type AccessHourNode, accessLogFeed, type AccessReadNode, BadInput, browsingLimits } from '#libs/read-models';
import type { ReadChannel, ReadKind, ReadOutcome } from '#libs/reads/port';
import { CaseGate, type Reader } from '../../auth/case-gate.js';
import { CurrentReader } from '../../auth/current-reader.js';
import { CurrentViewer } from '../../auth/current-viewer.js';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, JsonScalar, UuidScalar } from '../../graphql/scalars.js';
import { RoleEnum } from './audit.list.js';
import { connectionType, type GraphqlConnection } from './connection.types.js';
import { Lists } from './lists.service.js';
import { PageArgs, pageOf } from './page.args.js';

export const ReadKindEnum = graphqlEnum<ReadKind>('AccessKind', 'What somebody did without changing anything.', {
  CaseViewed: 'Opened a case, or a part of it.',
  FootageViewed: 'Saw recordings as they are registered.',
  ProtectedFieldViewed: 'Opened protected text.',
  SearchRun: 'Ran a query across cases.',
  ExportMade: 'Took something out.',
  AccessDenied: 'Asked for what is not there, or not for them.',
});
export const ReadOutcomeEnum = graphqlEnum<ReadOutcome>('AccessOutcome', 'What came of it.', {
  SHOWN: 'It was shown.',
  ASKED: 'Recorded as it was asked, before it was known what is found.',
  DENIED: 'Nothing was shown.',
});
export const ReadChannelEnum = graphqlEnum<ReadChannel>('AccessChannel', 'By what way.', { HTTP: 'A request.', WEBSOCKET: 'A live connection.', COMMAND_LINE: 'A command on the machine.' });

@ObjectType({ description: 'One recorded read.' })
export class AccessRead {
  constructor(readonly sealedWords: PlacedSealed<string> | null) {}

  @Field(() => ID, { description: 'Event and field of the access stream: what a bundle discloses of the event.' })
  readonly id!: string;

  @Field(() => DateTimeScalar, { description: 'When, to the millisecond.' })
  readonly at!: string;

  @Field(() => ReadKindEnum, { description: 'What was done.' })
  readonly kind!: ReadKind;

  @Field(() => ReadOutcomeEnum, { description: 'What came of it.' })
  readonly outcome!: ReadOutcome;

  @Field(() => String, { nullable: true, description: 'User id of who read; null: nobody known.' })
  readonly actor!: string | null;

  @Field(() => [RoleEnum], { description: 'In which roles.' })
  readonly roles!: readonly Role[];

  @Field(() => String, { nullable: true, description: 'For which unit.' })
  readonly unit!: string | null;

  @Field(() => String, { nullable: true, description: 'What for, in their words.' })
  readonly purpose!: string | null;

  @Field(() => String, { description: 'The query, field, action or export.' })
  readonly source!: string;

  @Field(() => UuidScalar, { nullable: true, description: 'The case; null for what runs across cases.' })
  readonly caseId!: string | null;

  @Field(() => [String], { description: 'What was shown: `footage:<id>`, `event:<id>`, `key:<id of a data key>`.' })
  readonly things!: readonly string[];

  @Field(() => JsonScalar, { nullable: true, description: 'What else was asked, without anything typed.' })
  readonly detail!: Readonly<Record<string, unknown>> | null;

  @Field(() => ReadChannelEnum, { description: 'By what way.' })
  readonly channel!: ReadChannel;

  @Field(() => String, { nullable: true, description: 'From which network address.' })
  readonly address!: string | null;

  @Field(() => String, { nullable: true, description: 'In which of their sessions.' })
  readonly session!: string | null;

  @Field(() => UuidScalar, { description: 'The request, as the logs have it.' })
  readonly correlationId!: string;
}

const accessReadOf = ({ read_id, case_id, correlation_id, words, position: _p, ...row }: AccessReadNode): AccessRead =>
  Object.assign(new AccessRead(words), { ...row, id: read_id, caseId: case_id, correlationId: correlation_id });

@ObjectType({ description: 'An hour in which somebody read more than one does who works on a few cases.' })
export class AccessAlert {
  @Field(() => String, { description: 'User id.' })
  readonly actor!: string;

  @Field(() => DateTimeScalar, { description: 'The beginning of the hour.' })
  readonly hour!: string;

  @Field(() => Int, { description: `Cases of which something was read; ${browsingLimits.cases} alert.` })
  readonly cases!: number;

  @Field(() => Int, { description: `Protected texts opened; ${browsingLimits.protectedFields} alert.` })
  readonly protectedFields!: number;

  @Field(() => Int, { description: `Queries across cases; ${browsingLimits.searches} alert.` })
  readonly searches!: number;

  @Field(() => Int, { description: `Denied accesses; ${browsingLimits.denied} alert.` })
  readonly denied!: number;

  @Field(() => DateTimeScalar, { description: 'The last of them.' })
  readonly lastAt!: string;
}

const alertOf = ({ protected_fields, last_at, ...row }: AccessHourNode): AccessAlert => ({ ...row, protectedFields: protected_fields, lastAt: last_at });

@ArgsType()
class AccessLogArgs extends PageArgs {
  @Field(() => UuidScalar, { nullable: true, description: 'Who saw this case.' })
  readonly caseId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Who saw this recording.' })
  readonly footage?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Who read protected text about this person; with the case that they are on.' })
  readonly person?: string | null;

  @Field(() => String, { nullable: true, description: 'Everything that this user has seen.' })
  readonly actor?: string | null;

  @Field(() => [ReadKindEnum], { nullable: true, description: 'Of one of these kinds.' })
  readonly kinds?: readonly ReadKind[] | null;

  @Field(() => [ReadOutcomeEnum], { nullable: true, description: 'With one of these outcomes.' })
  readonly outcomes?: readonly ReadOutcome[] | null;

  @Field(() => [String], { nullable: true, description: 'Refused with one of these codes. `BARRED` and `ONESELF`: attempts against separate hands.' })
  readonly codes?: readonly string[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'At this time or later.' })
  readonly from?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'At this time or earlier.' })
  readonly to?: string | null;
}

@ArgsType()
class AccessAlertArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Of this user.' })
  readonly actor?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Hours that begin at this time or later.' })
  readonly from?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Hours that begin at this time or earlier.' })
  readonly to?: string | null;
}

const AccessReadConnection = connectionType('AccessRead', AccessRead);
const AccessAlertConnection = connectionType('AccessAlert', AccessAlert);

/** For oversight; everybody else gets empty lists. */
@Resolver(() => AccessRead)
export class AccessLogResolver {
  constructor(
    @Inject(Lists) private readonly lists: Lists,
    @Inject(CaseGate) private readonly gate: CaseGate,
    @Inject(KEY_STORE) private readonly keys: KeyStore,
  ) {}

  @Query(() => AccessReadConnection, { description: 'Who saw what, the newest first. For OVERSIGHT; empty for everybody else.' })
  async accessLog(@Args() args: AccessLogArgs, @CurrentViewer() viewer: Viewer, @CurrentReader() reader: Reader): Promise<GraphqlConnection<AccessRead>> {
    const { caseId, actor, kinds, outcomes, codes, from, to, footage } = args;
    const things = args.person ? await this.keysOf(args.person, caseId ?? null, reader) : footage ? [`footage:${footage}`] : null;
    const ask = { caseId, actor, kinds, outcomes, codes, from, to, things, page: pageOf(args) };
    return this.lists.list({ viewer, feed: accessLogFeed, page: args }, (queries) => queries.reads(ask), accessReadOf);
  }

  @Query(() => AccessAlertConnection, { description: 'Hours of much reading, the newest first. For OVERSIGHT; empty for everybody else.' })
  accessAlerts(@Args() args: AccessAlertArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<AccessAlert>> {
    const { actor, from, to } = args;
    return this.lists.list({ viewer, feed: accessLogFeed, page: args }, (queries) => queries.accessAlerts({ actor, from, to, page: pageOf(args) }), alertOf);
  }

  @ResolveField(() => String, { nullable: true, description: 'What they typed to search for, one line each.' })
  async words(@Parent() { sealedWords }: AccessRead): Promise<string | null> {
    if (sealedWords === null) return null;
    const [opened] = await openSealed<string>(this.keys, [sealedWords]);
    return opened?.kind === 'OPENED' ? opened.value : null;
  }

  /** The keys of what is protected about a person: reads of protected text name them, and go on naming them once they are destroyed. */
  private async keysOf(person: string, caseId: string | null, reader: Reader): Promise<readonly string[]> {
    if (caseId === null) throw new BadInput('caseId', 'is needed beside person');
    const state = await this.gate.find(reader, caseId as CaseId);
    // Codecs: whether these are ids of the case shows in what is found.
    return state === null ? [] : sealedOf(state, person as Parameters<typeof sealedOf>[1]).keys.map((key) => `key:${key}`);
  }
}
