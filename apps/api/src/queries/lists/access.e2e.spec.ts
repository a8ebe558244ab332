import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStore } from '#libs/event-store';
import { FeedProgress } from '#libs/feeds';
import { accessLogFeed, browsingLimits } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import { type RunningApp, startApp } from '../../../../../test/support/app.js';

const report = {
  origin: 'CIVILIAN',
  incident: { dispatch: 'D-1' },
  place: {},
  occurredAt: { precision: 'UNKNOWN', source: 'intake', zone: 'America/Chicago' },
  narrative: 'An invented account.',
  injuries: 'NO',
};

let service: RunningApp;
let intake: string;
let legal: string;
let oversight: string;
let records: string;
const cases: string[] = [];

beforeAll(async () => {
  service = await startApp();
  [intake, legal, oversight, records] = await Promise.all([
    service.token('intake-1', 'INTAKE'),
    service.token('legal-1', 'LEGAL'),
    service.token('oversight-1', 'OVERSIGHT'),
    service.token('records-1', 'RECORDS'),
  ]);
  for (let n = 0; n < 3; n += 1) cases.push((await act(intake, 'fileReport', report)).caseId ?? '');
});
afterAll(() => service.close());

interface Answer {
  readonly __typename: string;
  readonly caseId?: string;
}
async function act(token: string, action: string, input: object): Promise<Answer> {
  const document = `mutation ($input: ${action[0]?.toUpperCase() ?? ''}${action.slice(1)}Input!) { answer: ${action}(input: $input) { __typename ... on Recorded { caseId } ... on Refused { code message } } }`;
  const { data, errors } = await service.graphql<{ answer: Answer }>(token, document, { input });
  expect([errors, data?.answer.__typename]).toEqual([[], 'Recorded']);
  return data?.answer ?? { __typename: 'none' };
}

interface Read {
  readonly kind: string;
  readonly actor: string;
  readonly caseId: string | null;
  readonly outcome: string;
  readonly purpose: string | null;
  readonly words: string | null;
  readonly at: string;
}

/** The access log as of now: everything recorded is shown first. */
async function log(token: string, args: string): Promise<readonly Read[]> {
  const head = await service.app.get<EventStore>(EVENT_STORE).head();
  if (head !== null) await service.app.get(FeedProgress).waitFor(accessLogFeed, head, 10_000);
  const { data, errors } = await service.graphql<{ accessLog: { edges: { node: Read }[] } }>(token, `{ accessLog(${args}) { edges { node { kind actor caseId outcome purpose words at } } } }`);
  expect(errors).toEqual([]);
  return data?.accessLog.edges.map(({ node }) => node) ?? [];
}
const open = (token: string, id: string) => service.graphql(token, 'query ($id: UUID!) { case(caseId: $id, purpose: "a test") { number } }', { id });

describe('the access log', () => {
  it('says who saw a case, and who saw it before a given time', async () => {
    await open(legal, cases[0] ?? '');
    const between = new Date(Date.now() + 1).toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await open(records, cases[0] ?? '');
    expect((await log(oversight, `first: 10, caseId: "${cases[0] ?? ''}", kinds: [CaseViewed]`)).map(({ actor, purpose }) => [actor, purpose])).toEqual([
      ['records-1', 'a test'],
      ['legal-1', 'a test'],
    ]);
    expect((await log(oversight, `caseId: "${cases[0] ?? ''}", kinds: [CaseViewed], to: "${between}"`)).map(({ actor }) => actor)).toEqual(['legal-1']);
  });

  it('says who saw a recording', async () => {
    const officer = await service.token('custodian-1', 'CUSTODIAN');
    await act(officer, 'registerFootage', { caseId: cases[0], kind: 'BODY_WORN', sourceSystem: 'invented', sourceReference: 'R-1', flagGround: 'INVESTIGATION' });
    const { data } = await service.graphql<{ case: { footage: { id: string }[] } }>(legal, 'query ($id: UUID!) { case(caseId: $id) { footage { id } } }', { id: cases[0] });
    const footage = data?.case.footage[0]?.id ?? '';
    expect((await log(oversight, `footage: "${footage}"`)).map(({ kind, actor }) => [kind, actor])).toEqual([['FootageViewed', 'legal-1']]);
  });

  it('says who read protected text about a person, and who was denied it', async () => {
    await act(intake, 'recordPerson', { caseId: cases[1], roles: ['WITNESS'], identity: 'CONFIDENTIAL', minor: 'NO', name: 'INVENTED Name', contact: 'invented' });
    const read = (token: string, purpose: string) =>
      service.graphql<{ case: { persons: { id: string; name: { text: string | null } }[] } }>(token, `query ($id: UUID!) { case(caseId: $id${purpose}) { persons { id name { text } } } }`, { id: cases[1] });
    const { data } = await read(legal, ', purpose: "legal review"');
    expect(data?.case.persons[0]?.name.text).toBe('INVENTED Name');
    await read(records, '');
    const person = data?.case.persons[0]?.id ?? '';
    expect((await log(oversight, `caseId: "${cases[1] ?? ''}", person: "${person}"`)).map(({ kind, actor, outcome }) => [kind, actor, outcome])).toEqual([
      ['AccessDenied', 'records-1', 'DENIED'],
      ['ProtectedFieldViewed', 'legal-1', 'SHOWN'],
    ]);
  });

  it('says everything that one user has seen, with what they searched for', async () => {
    const liaison = await service.token('legal-9', 'LEGAL');
    await open(liaison, cases[2] ?? '');
    await service.graphql(liaison, '{ cases(filter: { search: "a lantern" }) { edges { cursor } } }');
    expect((await log(oversight, 'actor: "legal-9"')).map(({ kind, caseId, words }) => [kind, caseId, words])).toEqual([
      ['SearchRun', null, 'filter.search: a lantern'],
      ['CaseViewed', cases[2], null],
    ]);
  });

  it('shows nothing to anybody but oversight, and records that they asked', async () => {
    for (const token of [legal, records, intake]) expect(await log(token, `caseId: "${cases[0] ?? ''}"`)).toEqual([]);
    expect((await log(oversight, 'actor: "intake-1", kinds: [SearchRun]')).length).toBeGreaterThan(0);
    // The overseer's own asking is a read, too.
    expect((await log(oversight, 'actor: "oversight-1"')).length).toBeGreaterThan(0);
  });

  it('hides the reads of a sealed case, and shows a denied look at a case that does not exist', async () => {
    await act(records, 'recordCourtOrder', { caseId: cases[2], kind: 'SEAL', court: 'An invented court', number: 'S-1', subjects: ['legal-9'], orderedAt: new Date(Date.now() - 60_000).toISOString() });
    const { data } = await service.graphql<{ case: { courtOrders: { id: string }[] } }>(records, 'query ($id: UUID!) { case(caseId: $id) { courtOrders { id } } }', { id: cases[2] });
    await act(records, 'sealCase', { caseId: cases[2], order: data?.case.courtOrders[0]?.id });
    const head = await service.app.get<EventStore>(EVENT_STORE).head();
    if (head !== null) await service.app.get(FeedProgress).waitFor({ name: 'cases', version: 1 }, head, 10_000);
    expect(await log(oversight, `caseId: "${cases[2] ?? ''}"`)).toEqual([]);
    // The order's named person sees it, nobody else of their role.
    expect((await open(await service.token('legal-9', 'LEGAL'), cases[2] ?? '')).data).toMatchObject({ case: { number: expect.any(String) } });
    expect((await open(legal, cases[2] ?? '')).data).toEqual({ case: null });
    const absent = '0190b5a0-0000-8000-8000-0000000000ab';
    await open(legal, absent);
    expect((await log(oversight, `caseId: "${absent}"`)).map(({ kind, actor }) => [kind, actor])).toEqual([['AccessDenied', 'legal-1']]);
  });

  it('alerts on who asks again and again for what is not for them', async () => {
    const curious = await service.token('curious-1', 'OFFICER');
    for (let n = 0; n < browsingLimits.denied; n += 1) await open(curious, cases[n % 2] ?? '');
    await log(oversight, 'first: 1');
    const { data } = await service.graphql<{ accessAlerts: { edges: { node: object }[] } }>(oversight, '{ accessAlerts { edges { node { actor cases denied } } } }');
    expect(data?.accessAlerts.edges.map(({ node }) => node)).toEqual([{ actor: 'curious-1', cases: 0, denied: browsingLimits.denied }]);
    expect((await service.graphql<{ accessAlerts: { edges: [] } }>(legal, '{ accessAlerts { edges { cursor } } }')).data?.accessAlerts.edges).toEqual([]);
  });
});
