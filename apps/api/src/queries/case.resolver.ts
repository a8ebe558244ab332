import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { CaseId } from '#libs/domain';
import { CaseGate, type Reader } from '../auth/case-gate.js';
import { CurrentReader } from '../auth/current-reader.js';
import { UuidScalar } from '../graphql/scalars.js';
import { CaseNode, caseNodeOf } from './types/case.types.js';

/** One case, folded from its own stream: what was just recorded is there, whatever the projections do. */
@Resolver(() => CaseNode)
export class CaseResolver {
  constructor(@Inject(CaseGate) private readonly gate: CaseGate) {}

  @Query(() => CaseNode, { nullable: true, name: 'case', description: 'One case, as its stream has it now. Null where there is none that you may see.' })
  async case(
    @Args('caseId', { type: () => UuidScalar, description: 'Id of the case.' }) caseId: string,
    @CurrentReader() reader: Reader,
  ): Promise<CaseNode | null> {
    // A codec: the scalar took a UUID; whether a case has it is answered here.
    const state = await this.gate.find(reader, caseId as CaseId);
    return state === null ? null : caseNodeOf(state);
  }
}
