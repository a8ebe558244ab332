import { Inject } from '@nestjs/common';
import { Args, ArgsType, Field, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import type { CaseEventType, UserId, VoidCause } from '#libs/domain';
import { type ContactStatus, type FindingKind, type FindingNode, type FindingsInput, type FourEyesException, readModelFeeds } from '#libs/read-models';
import { CurrentViewer } from '../../auth/current-viewer.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';
import { EventTypeEnum } from '../lists/audit.list.js';
import { connectionType, type GraphqlConnection } from '../lists/connection.types.js';
import { Lists } from '../lists/lists.service.js';
import { PageArgs, pageOf } from '../lists/page.args.js';
import {
  contactOf,
  ContactStatusEnum,
  Correction,
  correctionOf,
  FourEyesExceptionEnum,
  FourEyesFinding,
  fourEyesOf,
  IndependenceContact,
  VoidCauseEnum,
  VoidedReview,
  voidedReviewOf,
} from './oversight.types.js';

@ArgsType()
class FindingArgs extends PageArgs {
  @Field(() => UuidScalar, { nullable: true, description: 'On this case.' })
  readonly caseId?: string | null;

  @Field(() => [String], { nullable: true, description: 'Recorded by one of these users.' })
  readonly actors?: readonly UserId[] | null;

  @Field(() => [String], { nullable: true, description: 'Concerning one of these users.' })
  readonly persons?: readonly UserId[] | null;

  @Field(() => [String], { nullable: true, description: 'For one of these units.' })
  readonly units?: readonly string[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Recorded at this time or later.' })
  readonly from?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Recorded at this time or earlier.' })
  readonly to?: string | null;
}

@ArgsType()
class CorrectionArgs extends FindingArgs {
  @Field(() => [EventTypeEnum], { nullable: true, description: 'Of events of these types.' })
  readonly types?: readonly CaseEventType[] | null;
}

@ArgsType()
class VoidedReviewArgs extends FindingArgs {
  @Field(() => [VoidCauseEnum], { nullable: true, description: 'For one of these causes.' })
  readonly causes?: readonly VoidCause[] | null;
}

@ArgsType()
class ContactArgs extends FindingArgs {
  @Field(() => [ContactStatusEnum], { nullable: true, description: 'That stand so.' })
  readonly statuses?: readonly ContactStatus[] | null;
}

@ArgsType()
class FourEyesArgs extends FindingArgs {
  @Field(() => [FourEyesExceptionEnum], { nullable: true, description: 'Of these kinds.' })
  readonly exceptions?: readonly FourEyesException[] | null;
}

const CorrectionConnection = connectionType('Correction', Correction);
const VoidedReviewConnection = connectionType('VoidedReview', VoidedReview);
const IndependenceContactConnection = connectionType('IndependenceContact', IndependenceContact);
const FourEyesConnection = connectionType('FourEyesFinding', FourEyesFinding);

/** For oversight; everybody else gets empty lists. */
@Resolver()
export class OversightResolver {
  constructor(@Inject(Lists) private readonly lists: Lists) {}

  @Query(() => CorrectionConnection, { description: 'What was corrected across cases, the newest first. For OVERSIGHT; empty for everybody else.' })
  corrections(@Args() args: CorrectionArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<Correction>> {
    return this.ask('CORRECTION', args, args.types, viewer, correctionOf);
  }

  @Query(() => VoidedReviewConnection, { description: 'Reviews that were voided, the newest first. For OVERSIGHT; empty for everybody else.' })
  voidedReviews(@Args() args: VoidedReviewArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<VoidedReview>> {
    return this.ask('VOIDED_REVIEW', args, args.causes, viewer, voidedReviewOf);
  }

  @Query(() => IndependenceContactConnection, { description: 'Contacts from outside and what was ruled on them, the newest first. For OVERSIGHT; empty for everybody else.' })
  independenceContacts(@Args() args: ContactArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<IndependenceContact>> {
    return this.ask('OUTSIDE_CONTACT', args, args.statuses, viewer, contactOf);
  }

  @Query(() => FourEyesConnection, { description: 'Exceptions to four eyes, the newest first. For OVERSIGHT; empty for everybody else.' })
  fourEyesExceptions(@Args() args: FourEyesArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<FourEyesFinding>> {
    return this.ask('FOUR_EYES', args, args.exceptions, viewer, fourEyesOf);
  }

  private ask<Node>(kind: FindingKind, args: FindingArgs, states: FindingsInput['states'], viewer: Viewer, nodeOf: (row: FindingNode) => Node): Promise<GraphqlConnection<Node>> {
    const { caseId, actors, persons, units, from, to } = args;
    const ask = { kind, caseId, states, actors, persons, units, from, to, page: pageOf(args) };
    return this.lists.list({ viewer, feed: readModelFeeds.cases, page: args }, (queries) => queries.findings(ask), nodeOf);
  }
}
