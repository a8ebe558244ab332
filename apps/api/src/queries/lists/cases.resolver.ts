import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import { readModelFeeds } from '#libs/read-models';
import { CurrentViewer } from '../../auth/current-viewer.js';
import { CaseNode, caseNodeOfRow } from '../types/case.types.js';
import { CasesArgs } from './cases.args.js';
import { connectionType, type GraphqlConnection } from './connection.types.js';
import { Lists } from './lists.service.js';
import { pageOf } from './page.args.js';

export const CaseConnection = connectionType('Case', CaseNode);

@Resolver(() => CaseNode)
export class CasesResolver {
  constructor(@Inject(Lists) private readonly lists: Lists) {}

  @Query(() => CaseConnection, { description: 'Cases, filtered and sorted.' })
  cases(@Args() args: CasesArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<CaseNode>> {
    const { filter, sort, direction } = args;
    const ask = { ...(filter ? { filter } : {}), sort, direction, page: pageOf(args) };
    return this.lists.list({ viewer, feed: readModelFeeds.cases, page: args }, (queries) => queries.cases(ask), caseNodeOfRow);
  }

  @Query(() => CaseNode, { nullable: true, description: 'The case of this number; null where there is none that you may see.' })
  async caseByNumber(
    @Args('number', { description: 'The number that people say: `2026-000123`.' }) number: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<CaseNode | null> {
    const row = await this.lists.queriesFor(viewer).caseByNumber(number);
    return row === null ? null : caseNodeOfRow(row);
  }
}
