import { Inject } from '@nestjs/common';
import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Case, CaseId, Disposition } from '#libs/domain';
import { CaseGate, type Reader } from '../auth/case-gate.js';
import { CurrentReader } from '../auth/current-reader.js';
import { DispositionEnum } from '../graphql/enums.js';
import { UuidScalar } from '../graphql/scalars.js';
import { Lists } from './lists/lists.service.js';
import {
  Agent,
  agentOf,
  FederalSupervisor,
  federalSupervisorOf,
  Person,
  personOf,
  Report,
  reportOf,
  SceneDetail,
  sceneDetailOf,
  Statement,
  statementsOf,
} from './types/account.types.js';
import { CaseNode } from './types/case.types.js';
import {
  CaseFootage,
  caseFootageOf,
  CourtOrder,
  courtOrderOf,
  Exhibit,
  exhibitOf,
  Preservation,
  preservationOf,
  Unavailability,
  unavailabilityOf,
} from './types/evidence.types.js';
import { OutsideContact, outsideContactOf, Referral, referralOf, Review, reviewOf, Violation, violationOf } from './types/legal.types.js';

/** What hangs on a case. One stream holds it all, so one fold answers every field, at whatever revision the case was asked for. */
@Resolver(() => CaseNode)
export class CaseDetailResolver {
  constructor(
    @Inject(CaseGate) private readonly gate: CaseGate,
    @Inject(Lists) private readonly lists: Lists,
  ) {}

  @ResolveField(() => DispositionEnum, { nullable: true, description: 'How it was closed; null while it is open.' })
  async disposition(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<Disposition | null> {
    const { stage } = await this.stateOf(node, reader);
    return stage.name === 'CLOSED' ? stage.disposition : null;
  }

  @ResolveField(() => [Report], { description: 'Accounts of the incident, in the order of their recording.' })
  async reports(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<Report[]> {
    return [...(await this.stateOf(node, reader)).reports.values()].map(reportOf);
  }

  @ResolveField(() => [SceneDetail], { description: 'Details of the scene.' })
  async sceneDetails(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<SceneDetail[]> {
    return [...(await this.stateOf(node, reader)).sceneDetails.values()].map(sceneDetailOf);
  }

  @ResolveField(() => [Agent], { description: 'Persons who are, or say they are, federal agents.' })
  async agents(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<Agent[]> {
    return [...(await this.stateOf(node, reader)).agents.values()].map(agentOf);
  }

  @ResolveField(() => [Person], { description: 'Affected persons, witnesses and complainants.' })
  async persons(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<Person[]> {
    return [...(await this.stateOf(node, reader)).persons.values()].map(personOf);
  }

  @ResolveField(() => [Statement], { description: 'Statements. A compelled one is walled off: it is among them for its named reader alone.' })
  async statements(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<Statement[]> {
    const state = await this.stateOf(node, reader);
    return statementsOf(state, reader.viewer.actor);
  }

  @ResolveField(() => FederalSupervisor, { description: 'What is known of the federal supervisor on scene.' })
  async federalSupervisor(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<FederalSupervisor> {
    return federalSupervisorOf((await this.stateOf(node, reader)).federalSupervisor);
  }

  @ResolveField(() => [Preservation], { description: 'Requests to preserve recordings.' })
  async preservations(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<Preservation[]> {
    return [...(await this.stateOf(node, reader)).preservations.values()].map(preservationOf);
  }

  @ResolveField(() => [CaseFootage], { description: 'Recordings.' })
  async footage(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<CaseFootage[]> {
    return [...(await this.stateOf(node, reader)).footage.values()].map(caseFootageOf);
  }

  @ResolveField(() => [Unavailability], { description: 'Recordings reported not to exist, or not to be had.' })
  async unavailabilities(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<Unavailability[]> {
    return (await this.stateOf(node, reader)).unavailabilities.map(unavailabilityOf);
  }

  @ResolveField(() => [Exhibit], { description: 'Exhibits other than footage.' })
  async exhibits(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<Exhibit[]> {
    return [...(await this.stateOf(node, reader)).exhibits.values()].map(exhibitOf);
  }

  @ResolveField(() => [CourtOrder], { description: 'Court orders.' })
  async courtOrders(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<CourtOrder[]> {
    return [...(await this.stateOf(node, reader)).courtOrders.values()].map(courtOrderOf);
  }

  @ResolveField(() => [Violation], { description: 'Laws alleged to have been violated, with the evidence for and against.' })
  async violations(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<Violation[]> {
    const state = await this.stateOf(node, reader);
    return [...state.violations.values()].map((violation) => violationOf(violation, state));
  }

  @ResolveField(() => [UuidScalar], { description: 'Events marked as speaking against the allegation.' })
  async contraryFacts(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<string[]> {
    return [...(await this.stateOf(node, reader)).contrary.keys()];
  }

  @ResolveField(() => [OutsideContact], { description: 'Communications about the case from outside.' })
  async outsideContacts(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<OutsideContact[]> {
    return [...(await this.stateOf(node, reader)).contacts.values()].map(outsideContactOf);
  }

  @ResolveField(() => Review, { nullable: true, description: 'The review that runs; null where none does.' })
  async review(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<Review | null> {
    return reviewOf(await this.stateOf(node, reader));
  }

  @ResolveField(() => [Referral], { description: 'Referrals to prosecutors.' })
  async referrals(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<Referral[]> {
    return [...(await this.stateOf(node, reader)).referrals.values()].map(referralOf);
  }

  @ResolveField(() => [UuidScalar], { description: 'Ids of cases that this one links to, those that you may see.' })
  async linkedCases(@Parent() node: CaseNode, @CurrentReader() reader: Reader): Promise<string[]> {
    const links = [...(await this.stateOf(node, reader)).links];
    const visible = await this.lists.queriesFor(reader.viewer).visibleCases(links);
    return links.filter((id) => visible.has(id));
  }

  private async stateOf(node: CaseNode, reader: Reader): Promise<Case> {
    // A codec: the id of a row is the id of a case.
    return node.state ?? this.gate.get(reader, node.caseId as CaseId);
  }
}
