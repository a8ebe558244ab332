import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { systemRandom, uuidv7 } from '#libs/envelope';
import type { EventStore } from '#libs/event-store';
import { EVENT_STORE } from '#libs/service';
import { ask, type GraphqlAnswer, type RunningApp, startApp } from '../../../test/support/app.js';

const fileReport = /* GraphQL */ `
  mutation ($input: FileReportInput!) {
    fileReport(input: $input) {
      __typename
      ... on Recorded { commandId caseId caseNode caseNumber eventIds eventTypes revision position leafHash repeated }
      ... on Refused { code message gaps { code } }
      ... on Conflict { expectedRevision actualRevision }
    }
  }
`;
const triageCase = /* GraphQL */ `
  mutation ($input: TriageCaseInput!) {
    triageCase(input: $input) {
      __typename
      ... on Recorded { revision position }
      ... on Refused { code }
      ... on Conflict { expectedRevision actualRevision }
    }
  }
`;

interface Recorded {
  readonly __typename: string;
  readonly code?: string;
  readonly commandId: string;
  readonly caseId: string;
  readonly caseNode: string;
  readonly caseNumber: string;
  readonly position: string;
  readonly revision: number;
  readonly repeated: boolean;
}

let service: RunningApp;
let officer: string;
let supervisor: string;

beforeAll(async () => {
  service = await startApp();
  officer = await service.token('officer-1', 'OFFICER');
  supervisor = await service.token('supervisor-1', 'SUPERVISOR');
});
afterAll(() => service.close());

const report = (change: object = {}) => ({
  origin: 'OFFICER',
  incident: { dispatch: 'D-1' },
  place: { beat: '411', district: '4', description: 'STREET' },
  occurredAt: { earliest: { instant: '2026-03-01T18:00:00Z' }, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' },
  narrative: 'An invented account.',
  injuries: 'NO',
  ...change,
});

async function fileCase(change: object = {}): Promise<Recorded> {
  const { data, errors } = await service.graphql<{ fileReport: Recorded }>(officer, fileReport, { input: report(change) });
  expect(errors).toEqual([]);
  if (data === null) throw new Error('nothing was recorded');
  return data.fileReport;
}

const codes = (answer: GraphqlAnswer<unknown>) => answer.errors.map((error) => error.extensions['code']);

/** Events of cases in the log, from the log itself: a projection may be behind. */
async function eventCount(): Promise<number> {
  let count = 0;
  for await (const page of service.app.get<EventStore>(EVENT_STORE).readAll({ categories: ['case'] })) count += page.length;
  return count;
}

describe('an action by GraphQL', () => {
  it('is recorded, answered with a receipt, and read back at once', async () => {
    const filed = await fileCase();
    expect(filed).toMatchObject({ __typename: 'Recorded', eventTypes: ['ReportFiled'], revision: 0, repeated: false });
    const { data } = await service.graphql(officer, 'query ($id: UUID!) { case(caseId: $id) { number stage reports { narrative { text } author } } }', { id: filed.caseId });
    expect(data).toEqual({
      case: { number: filed.caseNumber, stage: 'REPORTED', reports: [{ narrative: { text: 'An invented account.' }, author: 'officer-1' }] },
    });
  });

  it('sent again with its command id is answered with its first receipt', async () => {
    const commandId = uuidv7({ now: Date.now, random: systemRandom });
    const first = await fileCase({ commandId });
    expect(await fileCase({ commandId })).toEqual({ ...first, repeated: true });
  });

  it('is refused by role with a code, and nothing is recorded', async () => {
    const filed = await fileCase();
    const input = { caseId: filed.caseId, outcome: 'INVESTIGATE' };
    const { data } = await service.graphql(officer, triageCase, { input });
    expect(data).toMatchObject({ triageCase: { __typename: 'Refused', code: 'ROLE_NOT_ALLOWED' } });
  });

  it('on another revision than the client saw is a conflict that names both', async () => {
    const filed = await fileCase();
    const { data } = await service.graphql(supervisor, triageCase, { input: { caseId: filed.caseId, outcome: 'INVESTIGATE', expectedRevision: 4 } });
    expect(data).toEqual({ triageCase: { __typename: 'Conflict', expectedRevision: 4, actualRevision: 0 } });
  });

  it('on a case that does not exist is refused as such', async () => {
    const { data } = await service.graphql(supervisor, triageCase, { input: { caseId: randomUUID(), outcome: 'INVESTIGATE' } });
    expect(data).toMatchObject({ triageCase: { __typename: 'Refused', code: 'CASE_UNKNOWN' } });
  });
});

describe('bad input gets a clear, typed error, and nothing is recorded', () => {
  let before: number;
  beforeAll(async () => {
    before = await eventCount();
  });
  afterAll(async () => {
    expect(await eventCount()).toBe(before);
    expect((await service.graphql(officer, '{ cases(first: 1) { edges { cursor } } }')).errors).toEqual([]);
  });

  it.each([
    ['no token', null],
    ['a token that is no token', 'nonsense'],
    ['a token with another signature', 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ4In0.c2ln'],
  ])('%s', async (_name, token) => {
    const answer = await service.graphql(token, '{ cases(first: 1) { edges { cursor } } }');
    expect(codes(answer)).toEqual(['UNAUTHENTICATED']);
  });

  it('a body over the limit', async () => {
    const answer = await ask(service.url, officer, JSON.stringify({ query: fileReport, variables: { input: report({ narrative: 'x'.repeat(10 * 1024 * 1024) }) } }));
    expect([answer.status, codes(answer)]).toEqual([413, ['TOO_LARGE']]);
  });

  it('a narrative over the limit, named', async () => {
    const answer = await service.graphql(officer, fileReport, { input: report({ narrative: 'x'.repeat(1024 * 1024) }) });
    expect(codes(answer)).toEqual(['BAD_INPUT']);
    expect(answer.errors[0]?.extensions['fields']).toMatchObject([{ path: 'narrative' }]);
  });

  it('bytes that are not UTF-8', async () => {
    const body = Uint8Array.from([...Buffer.from('{"query":"{ cases(first: 1) { edges { cursor } } } # '), 0xc3, 0x28, ...Buffer.from('"}')]);
    expect(codes(await ask(service.url, officer, body))).toEqual(['BAD_INPUT']);
  });

  it('a body that is not JSON', async () => {
    expect(codes(await ask(service.url, officer, '{"query":'))).toEqual(['BAD_INPUT']);
  });

  it('a date that does not exist, named', async () => {
    const occurredAt = { earliest: { local: '2026-02-30T10:00' }, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' };
    const answer = await service.graphql(officer, fileReport, { input: report({ occurredAt }) });
    expect(codes(answer)).toEqual(['BAD_INPUT']);
    expect(JSON.stringify(answer.errors[0]?.extensions)).toContain('occurredAt.earliest.local');
  });

  it('a local time that occurred twice, with both offsets offered', async () => {
    const occurredAt = { earliest: { local: '2025-11-02T01:30' }, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' };
    const { data } = await service.graphql<{ fileReport: { code: string; message: string } }>(officer, fileReport, { input: report({ occurredAt }) });
    expect(data?.fileReport).toMatchObject({ code: 'TIME_AMBIGUOUS', message: expect.stringMatching(/-05:00.*-06:00/) });
  });

  it('a query without end', async () => {
    const deep = `{ cases(first: 1) ${'{ edges { node '.repeat(40)}{ number }${' } }'.repeat(40)} }`;
    const wide = `{ ${Array.from({ length: 500 }, (_, n) => `a${n}: cases(first: 200) { edges { node { number } } }`).join('\n')} }`;
    for (const query of [deep, wide]) expect(codes(await service.graphql(officer, query))).toContain('BAD_INPUT');
  });

  it('a page over the limit, and a forged cursor', async () => {
    expect(codes(await service.graphql(officer, '{ cases(first: 5000) { edges { cursor } } }'))).toEqual(['BAD_INPUT']);
    expect(codes(await service.graphql(officer, '{ cases(first: 5, after: "Zm9yZ2Vk") { edges { cursor } } }'))).toEqual(['BAD_INPUT']);
  });
});

describe('lists', () => {
  it('answer with at least what a receipt names, and say how far they show', async () => {
    const filed = await fileCase({ place: { beat: '999', district: '9' } });
    const { data, errors } = await service.graphql<{ cases: { projectedThrough: string; edges: unknown[] } }>(
      officer,
      'query ($p: Position!) { cases(first: 5, atLeast: $p, filter: { districts: ["9"], stages: [REPORTED], beats: ["999"] }) { projectedThrough edges { node { number caseId } } } }',
      { p: filed.position },
    );
    expect(errors).toEqual([]);
    expect(data?.cases.edges).toEqual([{ node: { number: filed.caseNumber, caseId: filed.caseId } }]);
  });

  it('find words of a narrative, which no table but the index holds in the clear', async () => {
    const word = `zebra${randomUUID().slice(0, 8).replaceAll(/\d/g, 'q')}`;
    const filed = await fileCase({ narrative: `An invented account with a ${word} in it.` });
    const find = () =>
      service.graphql<{ cases: { edges: { node: { caseId: string } }[] } }>(officer, 'query ($w: String!) { cases(first: 5, filter: { search: $w }) { edges { node { caseId } } } }', { w: word });
    // Its own feed: the list's position says nothing of it, so the test asks until it is there.
    let found = await find();
    for (let tries = 0; tries < 200 && found.data?.cases.edges.length === 0; tries += 1) found = await find();
    expect(found.data?.cases.edges).toEqual([{ node: { caseId: filed.caseId } }]);
  });

  it('reach a case, its trail and an event by global id', async () => {
    const filed = await fileCase();
    const trail = await service.graphql<{ auditTrail: { edges: { node: { id: string; title: string } }[] } }>(
      supervisor,
      'query ($c: UUID!, $p: Position!) { auditTrail(caseId: $c, atLeast: $p) { edges { node { id title } } } }',
      { c: filed.caseId, p: filed.position },
    );
    const [first] = trail.data?.auditTrail.edges ?? [];
    expect(first?.node.title).toBe('Report filed');
    const both = await service.graphql(
      supervisor,
      'query ($a: ID!, $b: ID!) { a: node(id: $a) { __typename id } b: node(id: $b) { __typename id } none: node(id: "eA") { id } }',
      { a: filed.caseNode, b: first?.node.id },
    );
    expect(both.data).toMatchObject({ a: { __typename: 'Case', id: filed.caseNode }, b: { __typename: 'AuditEntry' }, none: null });
  });
});

describe('live', () => {
  it('tells of each event of a case, and after a break of what was missed', async () => {
    const filed = await fileCase();
    const client = createClient({ url: service.url.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${officer}` }, retryAttempts: 0 });
    const changes = client.iterate<{ caseChanged: { type: string; position: string } }>({
      query: 'subscription ($c: UUID!, $after: Position) { caseChanged(caseId: $c, after: $after) { type position } }',
      variables: { c: filed.caseId, after: `${filed.position.split(':')[0]}:0` },
    });
    await service.graphql(supervisor, triageCase, { input: { caseId: filed.caseId, outcome: 'INVESTIGATE' } });
    const seen: (string | undefined)[] = [];
    for await (const change of changes) {
      seen.push(change.data?.caseChanged.type);
      if (seen.includes('CaseTriaged')) break;
    }
    expect(seen.at(-1)).toBe('CaseTriaged');
    await client.dispose();
  });

  it('takes no connection without a token', async () => {
    const client = createClient({ url: service.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
    const changes = client.iterate({ query: 'subscription { caseChanged { type } }' });
    await expect(changes.next()).rejects.toBeDefined();
    await client.dispose();
  });
});

describe('over plain HTTP', () => {
  it('sends the console compressed to who takes gzip, and plain to who does not', async () => {
    const asked = async (encoding: string) => fetch(service.url, { headers: { accept: 'text/html', 'accept-encoding': encoding } });
    const [small, plain, refused] = await Promise.all([asked('br, gzip'), asked('identity'), asked('gzip;q=0')]);
    expect([small, plain, refused].map((answer) => answer.headers.get('content-encoding'))).toEqual(['gzip', null, null]);
    const [page] = await Promise.all([plain.text(), refused.arrayBuffer()]);
    expect(await small.text()).toBe(page);
    expect(page.trimEnd()).toMatch(/<\/html>$/u);
  });

  it('gives a browser the console from this process alone, and everybody health and readiness', async () => {
    const page = await (await fetch(service.url, { headers: { accept: 'text/html' } })).text();
    expect(page).toContain('Caseledger');
    expect(page).not.toMatch(/<(?:script|link)[^>]+(?:src|href)="https?:/);
    const base = service.url.replace('/graphql', '');
    expect(await (await fetch(`${base}/health`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${base}/ready`)).json()).toMatchObject({ status: 'ready' });
  });
});
