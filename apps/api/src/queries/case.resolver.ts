import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { CaseId } from '#libs/domain';
import type { CaseLoader } from '#libs/recorder';
import { CASE_LOADER } from '#libs/service';
import { UuidScalar } from '../graphql/scalars.js';
import { CaseNode, caseNodeOf } from './types/case.types.js';

/** One case, folded from its own stream: what was just recorded is there, whatever the projections do. */
@Resolver(() => CaseNode)
export class CaseResolver {
  constructor(@Inject(CASE_LOADER) private readonly loader: CaseLoader) {}

  @Query(() => CaseNode, { nullable: true, name: 'case', description: 'One case, as its stream has it now. Null where there is none that you may see.' })
  async case(@Args('caseId', { type: () => UuidScalar, description: 'Id of the case.' }) caseId: string): Promise<CaseNode | null> {
    // A codec: the scalar took a UUID; whether a case has it is answered here.
    const { state } = await this.loader.load(caseId as CaseId);
    return state.exists ? caseNodeOf(state) : null;
  }
}
