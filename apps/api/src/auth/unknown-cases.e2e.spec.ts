import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { EventStore } from '#libs/event-store';
import { FeedProgress } from '#libs/feeds';
import { readModelFeeds } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import { type GraphqlAnswer, type RunningApp, startApp } from '../../../../test/support/app.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { globalId } from '../graphql/global-id.js';

interface Named {
  readonly caseId: string;
  readonly number: string;
  readonly footage: string;
  readonly event: string;
}

/** Statements of every connection of this process, while a request is under way. */
class Trace {
  private readonly statements: string[] = [];
  private readonly original = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;

  start(): void {
    const { statements, original } = this;
    pg.Client.prototype.query = function traced(this: pg.Client, ...args: unknown[]): unknown {
      const [first] = args;
      const text = typeof first === 'string' ? first : ((first as { readonly text?: string } | undefined)?.text ?? '');
      if (!belongsToNoRequest.test(text)) statements.push(text);
      return Reflect.apply(original, this, args);
    } as typeof pg.Client.prototype.query;
  }

  stop(): readonly string[] {
    pg.Client.prototype.query = this.original as typeof pg.Client.prototype.query;
    return this.statements.splice(0).sort();
  }
}

/** What the process asks by itself, now and then: the log's head, what is new in it for subscribers, and its own sessions. */
const belongsToNoRequest = /log_head|^LISTEN|^SELECT 1$|FROM event WHERE position|ledger_|witness/;

describe('a case that one may not see', () => {
  let database: TestDatabase;
  let service: RunningApp;
  let token: string;
  let folder: string;
  /** Each kind of forbidden case, with a recording in it. */
  const forbidden: (Named & { readonly why: string })[] = [];
  const absent: Named = { caseId: randomUUID(), number: '2026-999999', footage: randomUUID(), event: randomUUID() };

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'caseledger-unknown-'));
    const building = await startApp({ CASELEDGER_DATA: folder }, database);
    await build(building);
    await building.close();
    // Without feeds: what they ask of the database is no part of a request's work.
    service = await startApp({ CASELEDGER_DATA: folder, CASELEDGER_WORKER: 'off' }, database);
    token = await service.token('supervisor-1', 'SUPERVISOR');
  }, 60_000);
  afterAll(async () => {
    await service.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function build(app: RunningApp): Promise<void> {
    const elsewhere = await app.tokenOf('other-unit', 'officer-1', 'OFFICER');
    const here = await app.token('officer-2', 'OFFICER');
    const [records, legal] = [await app.token('records-1', 'RECORDS'), await app.token('legal-1', 'LEGAL')];
    const act = async (as: string, action: string, input: object): Promise<{ readonly caseId: string; readonly caseNumber: string; readonly eventIds: readonly string[] }> => {
      const type = `${action.charAt(0).toUpperCase()}${action.slice(1)}Input`;
      const query = `mutation ($input: ${type}!) { answer: ${action}(input: $input) { __typename ... on Recorded { caseId caseNumber eventIds } ... on Refused { code message } } }`;
      const { data, errors } = await app.graphql<{ answer: { __typename: string; caseId: string; caseNumber: string; eventIds: string[] } }>(as, query, { input });
      if (data?.answer.__typename !== 'Recorded') throw new Error(JSON.stringify({ action, data, errors }));
      return data.answer;
    };
    for (const [why, officer] of [['of another unit', elsewhere], ['recused from', here], ['sealed', here]] as const) {
      const filed = await act(officer, 'fileReport', {
        origin: 'OFFICER', incident: { dispatch: 'D-1' }, place: { beat: '411', district: '4' }, narrative: 'An invented account.', injuries: 'NO',
        occurredAt: { earliest: { instant: '2026-03-01T18:00:00Z' }, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' },
      }); // prettier-ignore
      const { caseId } = filed;
      await act(officer, 'registerFootage', { caseId, kind: 'BODY_WORN', sourceSystem: 'invented', sourceReference: why, flagGround: 'INVESTIGATION' });
      if (why === 'recused from') await act(legal, 'recordConflict', { caseId, person: 'supervisor-1', ground: 'invented' });
      if (why === 'sealed') {
        await act(records, 'recordCourtOrder', { caseId, kind: 'SEAL', court: 'an invented court', number: 'INV-1', subjects: [], orderedAt: '2026-03-02T18:00:00Z' });
        const { data } = await app.graphql<{ case: { courtOrders: { id: string }[] } }>(records, 'query ($c: UUID!) { case(caseId: $c) { courtOrders { id } } }', { c: caseId });
        await act(records, 'sealCase', { caseId, order: data?.case.courtOrders[0]?.id });
      }
      const { data } = await app.graphql<{ case: { footage: { id: string }[] } }>(records, 'query ($c: UUID!) { case(caseId: $c) { footage { id } } }', { c: caseId });
      forbidden.push({ why, caseId, number: filed.caseNumber, footage: data?.case.footage[0]?.id ?? '', event: filed.eventIds[0] ?? '' });
    }
    const head = await app.app.get<EventStore>(EVENT_STORE).head();
    if (head === null) throw new Error('unreachable: cases were recorded');
    for (const feed of Object.values(readModelFeeds)) await app.app.get(FeedProgress).waitFor(feed, head, 20_000);
  }

  const mutation = (action: string, type: string): string => `mutation ($input: ${type}!) { ${action}(input: $input) { __typename ... on Refused { code message gaps { code } } ... on Conflict { expectedRevision actualRevision message } } }`;
  const requests: readonly (readonly [string, string, (named: Named) => object])[] = [
    ['case', 'query ($c: UUID!) { case(caseId: $c) { number reports { id } } }', ({ caseId: c }) => ({ c })],
    ['case, as of its first event', 'query ($c: UUID!) { case(caseId: $c, asOf: { revision: 0 }) { number } }', ({ caseId: c }) => ({ c })],
    ['caseByNumber', 'query ($n: String!) { caseByNumber(number: $n) { caseId } }', ({ number: n }) => ({ n })],
    ['node of a case', 'query ($id: ID!) { node(id: $id) { id } }', ({ caseId }) => ({ id: globalId('Case', caseId) })],
    ['node of a recording', 'query ($id: ID!) { node(id: $id) { id } }', ({ footage }) => ({ id: globalId('Footage', footage) })],
    ['node of a step', 'query ($id: ID!) { node(id: $id) { id } }', ({ event }) => ({ id: globalId('AuditEntry', event) })],
    ['auditTrail', 'query ($c: UUID!) { auditTrail(caseId: $c) { edges { cursor } pageInfo { hasNextPage hasPreviousPage } } }', ({ caseId: c }) => ({ c })],
    ['footage', 'query ($c: UUID!) { footage(caseId: $c) { edges { cursor } } }', ({ caseId: c }) => ({ c })],
    ['cases linked to it', 'query ($c: UUID!) { cases(filter: { linkedTo: $c }) { edges { cursor } } }', ({ caseId: c }) => ({ c })],
    ['caseHistory', 'query ($c: UUID!) { caseHistory(caseId: $c) { edges { cursor } } }', ({ caseId: c }) => ({ c })],
    ['caseDiff', 'query ($c: UUID!) { caseDiff(caseId: $c, from: { revision: 0 }) { changes { thing } } }', ({ caseId: c }) => ({ c })],
    ['whatTheyKnew', 'query ($e: UUID!) { whatTheyKnew(approval: $e) { seen { number } } }', ({ event: e }) => ({ e })],
    ['exportCase', 'mutation ($c: UUID!) { exportCase(caseId: $c, audience: COURT, purpose: "invented") { id } }', ({ caseId: c }) => ({ c })],
    ['an action', mutation('triageCase', 'TriageCaseInput'), ({ caseId }) => ({ input: { caseId, outcome: 'INVESTIGATE' } })],
    ['an action on a revision', mutation('triageCase', 'TriageCaseInput'), ({ caseId }) => ({ input: { caseId, outcome: 'INVESTIGATE', expectedRevision: 1 } })],
    ['an action that its stage forbids', mutation('reopenCase', 'ReopenCaseInput'), ({ caseId }) => ({ input: { caseId, reason: 'invented' } })],
    ['an action on a thing of it', mutation('placeFootageHold', 'PlaceFootageHoldInput'), ({ caseId, footage }) => ({ input: { caseId, footage, ground: 'INVESTIGATION' } })],
    ['an action of another role', mutation('approveLegally', 'ApproveLegallyInput'), ({ caseId }) => ({ input: { caseId } })],
    ['its own conflict', mutation('declareConflict', 'DeclareConflictInput'), ({ caseId }) => ({ input: { caseId, ground: 'invented' } })],
  ];

  it.each(requests)('answers exactly like one that does not exist, after the same statements: %s', async (_name, query, variablesOf) => {
    const trace = new Trace();
    const ask = async (named: Named): Promise<{ readonly answer: GraphqlAnswer; readonly statements: readonly string[] }> => {
      trace.start();
      const answer = await service.graphql(token, query, variablesOf(named));
      return { answer, statements: trace.stop() };
    };
    // Another one before: what a process does the first time only is no part of it. The forbidden cases are asked for cold.
    await ask({ ...absent, caseId: randomUUID() });
    const none = await ask(absent);
    expect(none.statements.length).toBeGreaterThan(0);
    for (const { why, ...named } of forbidden) expect({ why, ...(await ask(named)) }).toEqual({ why, ...none });
  });

  it('is seen by who may, so that the comparison means something', async () => {
    const records = await service.token('records-1', 'RECORDS');
    for (const { caseId } of forbidden) {
      const { data } = await service.graphql<{ case: { number: string } | null }>(records, 'query ($c: UUID!) { case(caseId: $c) { number } }', { c: caseId });
      expect(data?.case?.number).toMatch(/^\d{4}-/);
    }
  });
});
