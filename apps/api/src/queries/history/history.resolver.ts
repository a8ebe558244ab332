import { Inject } from '@nestjs/common';
import { Args, ArgsType, Field, Int, Query, Resolver } from '@nestjs/graphql';
import { mayKnowOf } from '#libs/access';
import { absentCase, type CaseId, type CaseState, foldCase } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { type AsOf, bindingOf, changesBetween, eventsAsOf, happenedAt, type Step, stepsOf, unboundedAsOf } from '#libs/history';
import { auditRowsOf, BadInput, pageOfRows, type PlacedEvent, type RowOrder } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import type { Reader } from '../../auth/case-gate.js';
import { CurrentReader } from '../../auth/current-reader.js';
import { notFound } from '../../graphql/errors.js';
import { UuidScalar } from '../../graphql/scalars.js';
import { type AuditEntry, auditEntryOf } from '../lists/audit.list.js';
import { connectionType, type GraphqlConnection } from '../lists/connection.types.js';
import { Lists } from '../lists/lists.service.js';
import { AsOfInput, asOfOf } from './as-of.input.js';
import { CaseHistories, caseAsOf, findCaseAsOf, wallFor } from './case-histories.js';
import { CaseSteps } from './case-steps.js';
import { CaseDiff, CaseStep, WhatTheyKnew } from './history.types.js';

/** Steps of one answer beside a page. */
const stepsMax = 1_000;

@ArgsType()
class CaseHistoryArgs {
  @Field(() => UuidScalar, { description: 'Id of the case.' })
  readonly caseId!: string;

  @Field(() => Int, { nullable: true, description: 'So many from the beginning, 200 at most. Default 50.' })
  readonly first?: number | null;

  @Field(() => String, { nullable: true, description: 'After this cursor.' })
  readonly after?: string | null;

  @Field(() => Int, { nullable: true, description: 'So many from the end, 200 at most.' })
  readonly last?: number | null;

  @Field(() => String, { nullable: true, description: 'Before this cursor.' })
  readonly before?: string | null;
}

const CaseStepConnection = connectionType('CaseStep', CaseStep);

type PlacedStep = Step<PlacedEvent>;
const byRevision: RowOrder<PlacedStep> = {
  name: 'revision',
  keyKind: 'POSITION',
  idKind: 'UUID',
  keyOf: ({ placed }) => String(placed.event.meta.revision),
  idOf: ({ placed }) => placed.event.meta.id,
};

/** The past of one case. Steps that the reader may not know of are left out, and nothing of them shows in the others. */
@Resolver()
export class HistoryResolver {
  constructor(
    @Inject(CaseHistories) private readonly histories: CaseHistories,
    @Inject(CaseSteps) private readonly steps: CaseSteps,
    @Inject(Lists) private readonly lists: Lists,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Query(() => CaseStepConnection, { description: 'Every step of a case: its event, the case before and after it, and what changed.' })
  async caseHistory(@Args() { caseId, ...page }: CaseHistoryArgs, @CurrentReader() reader: Reader): Promise<GraphqlConnection<CaseStep>> {
    // A codec: the scalar took a UUID; whether a case has it is answered by the gate.
    const events = await this.histories.get(reader, caseId as CaseId);
    const known = [...stepsOf(events)].filter(({ placed }) => mayKnowOf(reader.viewer.actor, placed.event));
    const { edges, pageInfo } = pageOfRows(known, byRevision, 'ASC', page);
    const rows = new Map(auditRowsOf(events).map((row) => [row.event_id as string, row]));
    const steps = edges.map(async ({ node, cursor }) => ({ cursor, node: await this.steps.stepOf(node, rows, events, reader) }));
    return { edges: await Promise.all(steps), pageInfo, projectedThrough: null };
  }

  @Query(() => CaseDiff, { description: 'What lies between a case at one time and at another.' })
  async caseDiff(
    @Args('caseId', { type: () => UuidScalar, description: 'Id of the case.' }) caseId: string,
    @Args('from', { type: () => AsOfInput, description: 'The first time.' }) from: AsOfInput,
    @Args('to', { type: () => AsOfInput, nullable: true, description: 'The second time; now, where none is given.' }) to: AsOfInput | null,
    @CurrentReader() reader: Reader,
  ): Promise<CaseDiff> {
    const times = [asOfOf(from, this.store, 'from'), to === null || to === undefined ? unboundedAsOf : asOfOf(to, this.store, 'to')] as const;
    // As above.
    const events = await this.histories.get(reader, caseId as CaseId);
    const [was, is] = [eventsAsOf(events, times[0]), eventsAsOf(events, times[1])];
    const both = new Set(was.filter((one) => is.includes(one)));
    const between = events.filter((one) => !both.has(one) && (was.includes(one) || is.includes(one)));
    const changes = changesBetween(stateOf(was), stateOf(is), wallFor(reader, events));
    return {
      from: findCaseAsOf(was, times[0]),
      to: findCaseAsOf(is, times[1]),
      changes: await this.histories.visible(reader, changes),
      steps: this.entries(between, events, reader),
    };
  }

  @Query(() => WhatTheyKnew, { description: 'The case exactly as somebody saw it who submitted, approved or delivered it.' })
  async whatTheyKnew(
    @Args('approval', { type: () => UuidScalar, description: 'Id of the event that records the submission, approval or delivery.' }) approval: string,
    @CurrentReader() reader: Reader,
  ): Promise<WhatTheyKnew> {
    const row = await this.lists.queriesFor(reader.viewer).eventById(approval);
    if (row === null) throw notFound();
    // As above.
    const events = await this.histories.get(reader, row.case_id as CaseId);
    const act = events.find(({ event }) => event.meta.id === approval);
    const binds = act === undefined ? null : bindingOf(act.event);
    if (act === undefined || binds === null) throw new BadInput('approval', 'is no submission, approval or delivery');
    const { revision, recordedAt } = act.event.meta;
    const through = (last: number): AsOf => ({ recorded: { kind: 'REVISION', revision: last }, happenedBy: null });
    const seen = eventsAsOf(events, through(revision - 1));
    const since = changesBetween(stateOf(seen), stateOf(events), wallFor(reader, events));
    return {
      approval: auditEntryOf(this.store.logId)(row),
      binds,
      seen: caseAsOf(seen, through(revision - 1)),
      bound: caseAsOf(eventsAsOf(events, through(binds.materialRevision)), through(binds.materialRevision)),
      notYetRecorded: this.entries(events.filter(({ event }) => event.meta.revision > revision && happenedAt(event) <= recordedAt), events, reader),
      since: await this.histories.visible(reader, since),
    };
  }

  private entries(wanted: readonly PlacedEvent[], events: readonly PlacedEvent[], { viewer }: Reader): readonly AuditEntry[] {
    const ids = new Set(wanted.filter(({ event }) => mayKnowOf(viewer.actor, event)).map(({ event }) => event.meta.id as string));
    const rows = auditRowsOf(events).filter((row) => ids.has(row.event_id));
    return rows.slice(0, stepsMax).map(auditEntryOf(this.store.logId));
  }
}

const stateOf = (events: readonly PlacedEvent[]): CaseState => (events.length === 0 ? absentCase : foldCase(events.map(({ event }) => event)));
