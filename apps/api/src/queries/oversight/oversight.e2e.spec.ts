import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStore } from '#libs/event-store';
import { FeedProgress } from '#libs/feeds';
import { accessLogFeed, readModelFeeds } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import { type RunningApp, startApp } from '../../../../../test/support/app.js';

const report = {
  origin: 'CIVILIAN',
  incident: { dispatch: 'D-1' },
  place: { district: '4' },
  occurredAt: { precision: 'UNKNOWN', source: 'intake', zone: 'America/Chicago' },
  narrative: 'An invented account.',
  injuries: 'NO',
};

interface Answer {
  readonly __typename: string;
  readonly caseId?: string;
  readonly eventIds?: readonly string[];
  readonly code?: string;
}

let service: RunningApp;
let tokens: Readonly<Record<'intake' | 'supervisor' | 'legal' | 'oversight' | 'records' | 'admin', string>>;
let caseId: string;

async function act(token: string, action: string, input: object): Promise<Answer> {
  const document = `mutation ($input: ${action[0]?.toUpperCase() ?? ''}${action.slice(1)}Input!) { answer: ${action}(input: $input) { __typename ... on Recorded { caseId eventIds } ... on Refused { code } } }`;
  const { data, errors } = await service.graphql<{ answer: Answer }>(token, document, { input });
  expect(errors).toEqual([]);
  return data?.answer ?? { __typename: 'none' };
}

/** The nodes of a list, once everything recorded is shown in it. */
async function list<Node>(token: string, query: string): Promise<readonly Node[]> {
  const head = await service.app.get<EventStore>(EVENT_STORE).head();
  const progress = service.app.get(FeedProgress);
  if (head !== null) for (const feed of [readModelFeeds.cases, accessLogFeed]) await progress.waitFor(feed, head, 20_000);
  const { data, errors } = await service.graphql<{ list: { edges: readonly { node: Node }[] } }>(token, `{ list: ${query} }`);
  expect(errors).toEqual([]);
  return data?.list.edges.map(({ node }) => node) ?? [];
}

const nodes = (fields: string): string => `{ edges { node { ${fields} } } }`;

beforeAll(async () => {
  service = await startApp();
  const [intake, supervisor, legal, oversight, records, admin] = await Promise.all([
    service.token('intake-1', 'INTAKE'),
    service.token('supervisor-1', 'SUPERVISOR'),
    service.token('legal-1', 'LEGAL'),
    service.token('oversight-1', 'OVERSIGHT'),
    service.token('records-1', 'RECORDS'),
    service.token('admin-1', 'ADMIN'),
  ]);
  tokens = { intake, supervisor, legal, oversight, records, admin };
  const filed = await act(intake, 'fileReport', report);
  caseId = filed.caseId ?? '';
  await act(intake, 'correctFact', { caseId, event: filed.eventIds?.[0], field: 'injuries', to: 'UNKNOWN', reason: 'not asked' });
  const contact = { caseId, party: 'ELECTED_OFFICIAL', office: 'An invented office', direction: 'TO_THE_CITY', members: ['legal-1'], substance: 'An invented call.' };
  await act(legal, 'recordOutsideContact', contact);
});
afterAll(() => service.close());

describe('oversight across cases', () => {
  it('lists corrections, with whose fact was corrected and both values', async () => {
    const fields = 'caseId correctedType author field from to isProtected isMaterial reason actor';
    const correction = { caseId, correctedType: 'ReportFiled', author: 'intake-1', field: 'injuries', from: 'NO', to: 'UNKNOWN', isProtected: false, isMaterial: true, reason: 'not asked', actor: 'intake-1' };
    expect(await list(tokens.oversight, `corrections(types: [ReportFiled], persons: ["intake-1"]) ${nodes(fields)}`)).toEqual([correction]);
    expect(await list(tokens.oversight, `corrections(types: [PersonRecorded]) ${nodes('caseId')}`)).toEqual([]);
    expect(await list(tokens.oversight, `corrections(to: "2020-01-01T00:00:00Z") ${nodes('caseId')}`)).toEqual([]);
  });

  it('lists contacts by how they stand, and an attempt to rule on one’s own contact among the refused', async () => {
    const open = await list<{ contact: string }>(tokens.oversight, `independenceContacts(statuses: [UNRULED]) ${nodes('caseId contact office members status ruledBy')}`);
    expect(open).toEqual([{ caseId, contact: expect.any(String), office: 'An invented office', members: ['legal-1'], status: 'UNRULED', ruledBy: null }]);
    const ruling = { caseId, contact: open[0]?.contact, ruling: 'CLEARED', reason: 'a courtesy call' };
    expect(await act(tokens.legal, 'ruleOnContact', ruling)).toMatchObject({ code: 'BARRED' });
    expect(await act(await service.token('legal-2', 'LEGAL'), 'ruleOnContact', ruling)).toMatchObject({ __typename: 'Recorded' });
    expect(await list(tokens.oversight, `independenceContacts(statuses: [CLEARED]) ${nodes('ruledBy ruling')}`)).toEqual([{ ruledBy: 'legal-2', ruling: 'a courtesy call' }]);
    expect(await list(tokens.oversight, `accessLog(codes: ["BARRED", "ONESELF"]) ${nodes('actor source caseId outcome')}`)).toEqual([
      { actor: 'legal-1', source: 'Mutation.ruleOnContact', caseId, outcome: 'DENIED' },
    ]);
  });

  it('finds steps by what they came to', async () => {
    expect(await list(tokens.oversight, `auditTrail(outcomes: [CLEARED]) ${nodes('type outcome things')}`)).toEqual([{ type: 'OutsideContactCleared', outcome: 'CLEARED', things: [expect.stringMatching(/^contact:/)] }]);
    expect(await list(tokens.oversight, `auditTrail(outcomes: [CHARGED, IMPROPER]) ${nodes('type')}`)).toEqual([]);
  });

  it('shows findings to nobody but oversight, and records who asked', async () => {
    for (const token of [tokens.intake, tokens.supervisor, tokens.legal, tokens.records, tokens.admin]) {
      for (const query of ['corrections', 'voidedReviews', 'independenceContacts', 'fourEyesExceptions']) expect(await list(token, `${query} ${nodes('caseId')}`)).toEqual([]);
    }
    const asked = await list<{ source: string }>(tokens.oversight, `accessLog(actor: "admin-1", kinds: [SearchRun]) ${nodes('source')}`);
    expect(asked.map(({ source }) => source)).toContain('Query.fourEyesExceptions');
  });

  it('shows nobody the findings of a sealed case, and refuses a page of a foreign list', async () => {
    const ordered = new Date(Date.now() - 60_000).toISOString();
    await act(tokens.records, 'recordCourtOrder', { caseId, kind: 'SEAL', court: 'An invented court', number: 'S-1', subjects: ['legal-9'], orderedAt: ordered });
    const { data } = await service.graphql<{ case: { courtOrders: { id: string }[] } }>(tokens.records, 'query ($id: UUID!) { case(caseId: $id) { courtOrders { id } } }', { id: caseId });
    await act(tokens.records, 'sealCase', { caseId, order: data?.case.courtOrders[0]?.id });
    expect(await list(tokens.oversight, `corrections ${nodes('caseId')}`)).toEqual([]);
    const foreign = await service.graphql(tokens.oversight, '{ corrections(after: "bm9uZQ") { edges { cursor } } }');
    expect(foreign.errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_INPUT']);
  });
});
