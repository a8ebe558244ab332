import { Inject } from '@nestjs/common';
import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import type { CaseId } from '#libs/domain';
import { isUuid } from '#libs/envelope';
import type { EventStore } from '#libs/event-store';
import type { CaseLoader } from '#libs/recorder';
import { CASE_LOADER, EVENT_STORE } from '#libs/service';
import { CurrentViewer } from '../auth/current-viewer.js';
import { parseGlobalId } from '../graphql/global-id.js';
import { type AuditEntry, auditEntryOf } from './lists/audit.list.js';
import { type Footage, footageOfRow } from './lists/footage.list.js';
import { Lists } from './lists/lists.service.js';
import { type CaseNode, caseNodeOf } from './types/case.types.js';
import { Node } from './types/node.type.js';

@Resolver(() => Node)
export class NodeResolver {
  constructor(
    @Inject(CASE_LOADER) private readonly loader: CaseLoader,
    @Inject(Lists) private readonly lists: Lists,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Query(() => Node, { nullable: true, description: 'What a global id names; null where there is nothing that you may see.' })
  async node(
    @Args('id', { type: () => ID, description: 'A global id.' }) id: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<CaseNode | Footage | AuditEntry | null> {
    const named = parseGlobalId(id);
    if (named === null || !isUuid(named.id)) return null;
    const queries = this.lists.queriesFor(viewer);
    switch (named.type) {
      case 'Case': {
        // A codec: whether a UUID is that of a case is answered by its stream.
        const { state } = await this.loader.load(named.id as string as CaseId);
        return state.exists ? caseNodeOf(state) : null;
      }
      case 'Footage': {
        const row = await queries.footageById(named.id);
        return row === null ? null : footageOfRow(row);
      }
      case 'AuditEntry': {
        const row = await queries.eventById(named.id);
        return row === null ? null : auditEntryOf(this.store.logId)(row);
      }
      default:
        return null;
    }
  }
}
