import { Inject } from '@nestjs/common';
import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import type { CaseId } from '#libs/domain';
import { isUuid } from '#libs/envelope';
import type { EventStore } from '#libs/event-store';
import { EVENT_STORE } from '#libs/service';
import { CaseGate, type Reader } from '../auth/case-gate.js';
import { CurrentReader } from '../auth/current-reader.js';
import { parseGlobalId } from '../graphql/global-id.js';
import { type AsOf, eventsAsOf } from '#libs/history';
import { footageRowsOf } from '#libs/read-models';
import { AsOfInput, asOfOf } from './history/as-of.input.js';
import { CaseHistories } from './history/case-histories.js';
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
    @Inject(CaseHistories) private readonly histories: CaseHistories,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Query(() => Node, { nullable: true, description: 'What a global id names; null where there is nothing that you may see.' })
  async node(
    @Args('id', { type: () => ID, description: 'A global id.' }) id: string,
    @Args('asOf', { type: () => AsOfInput, nullable: true, description: 'As it was at that time; now, where none is given.' }) asOf: AsOfInput | null,
    @CurrentReader() reader: Reader,
  ): Promise<CaseNode | Footage | AuditEntry | null> {
    const named = parseGlobalId(id);
    if (named === null || !isUuid(named.id)) return null;
    if (asOf !== null && asOf !== undefined) return this.past(named, asOfOf(asOf, this.store), reader);
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

  /** Which case it belongs to is asked of the read models, as it is now; what it was then, of that case's events. */
  private async past({ type, id }: { readonly type: string; readonly id: string }, asOf: AsOf, reader: Reader): Promise<CaseNode | Footage | AuditEntry | null> {
    const queries = this.lists.queriesFor(reader.viewer);
    // As above, here and below.
    if (type === 'Case') return this.histories.findAsOf(reader, id as CaseId, asOf);
    const row = type === 'Footage' ? await queries.footageById(id) : type === 'AuditEntry' ? await queries.eventById(id) : null;
    const events = row === null ? null : await this.histories.find(reader, row.case_id as CaseId);
    if (row === null || events === null) return null;
    const then = eventsAsOf(events, asOf);
    if ('footage_id' in row) {
      const item = footageRowsOf(then).find(({ footage_id: footage }) => footage === id);
      return item === undefined ? null : footageOfRow(item);
    }
    return then.some(({ event }) => event.meta.id === id) ? auditEntryOf(this.store.logId)(row) : null;
  }
}
