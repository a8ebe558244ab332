import { Inject } from '@nestjs/common';
import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import type { CaseId } from '#libs/domain';
import { isUuid } from '#libs/envelope';
import type { EventStore } from '#libs/event-store';
import { EVENT_STORE } from '#libs/service';
import { CaseGate, type Reader } from '../auth/case-gate.js';
import { CurrentReader } from '../auth/current-reader.js';
import { parseGlobalId } from '../graphql/global-id.js';
import { type AuditEntry, auditEntryOf } from './lists/audit.list.js';
import { type Footage, footageOfRow } from './lists/footage.list.js';
import { Lists } from './lists/lists.service.js';
import { type CaseNode, caseNodeOf } from './types/case.types.js';
import { Node } from './types/node.type.js';

@Resolver(() => Node)
export class NodeResolver {
  constructor(
    @Inject(CaseGate) private readonly gate: CaseGate,
    @Inject(Lists) private readonly lists: Lists,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Query(() => Node, { nullable: true, description: 'What a global id names; null where there is nothing that you may see.' })
  async node(
    @Args('id', { type: () => ID, description: 'A global id.' }) id: string,
    @CurrentReader() reader: Reader,
  ): Promise<CaseNode | Footage | AuditEntry | null> {
    const named = parseGlobalId(id);
    if (named === null || !isUuid(named.id)) return null;
    const queries = this.lists.queriesFor(reader.viewer);
    switch (named.type) {
      case 'Case': {
        // A codec: whether a UUID is that of a case is answered by its stream.
        const state = await this.gate.find(reader, named.id as string as CaseId);
        return state === null ? null : caseNodeOf(state);
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
