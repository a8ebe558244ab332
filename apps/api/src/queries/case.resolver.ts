import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { CaseId } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { EVENT_STORE } from '#libs/service';
import { CaseGate, type Reader } from '../auth/case-gate.js';
import { CurrentReader } from '../auth/current-reader.js';
import { UuidScalar } from '../graphql/scalars.js';
import { AsOfInput, asOfOf } from './history/as-of.input.js';
import { CaseHistories } from './history/case-histories.js';
import { CaseNode, caseNodeOf } from './types/case.types.js';

/** One case, folded from its own stream: what was just recorded is there, whatever the projections do. */
@Resolver(() => CaseNode)
export class CaseResolver {
  constructor(
    @Inject(CaseGate) private readonly gate: CaseGate,
    @Inject(CaseHistories) private readonly histories: CaseHistories,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Query(() => CaseNode, { nullable: true, name: 'case', description: 'One case, as its stream has it now. Null where there is none that you may see.' })
  async case(
    @Args('caseId', { type: () => UuidScalar, description: 'Id of the case.' }) caseId: string,
    @Args('asOf', { type: () => AsOfInput, nullable: true, description: 'As it was at that time; now, where none is given.' }) asOf: AsOfInput | null,
    @CurrentReader() reader: Reader,
  ): Promise<CaseNode | null> {
    // A codec: the scalar took a UUID; whether a case has it is answered here.
    const id = caseId as CaseId;
    if (asOf !== null && asOf !== undefined) return this.histories.findAsOf(reader, id, asOfOf(asOf, this.store));
    const state = await this.gate.find(reader, id);
    return state === null ? null : caseNodeOf(state);
  }
}
