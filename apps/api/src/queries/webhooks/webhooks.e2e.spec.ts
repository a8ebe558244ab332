import { createSecretKey, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { ClockKeeper, type DeliveryIds, type Endpoint, webhookLimits, WebhookSender } from '#libs/clocks';
import { decodeCaseEvent } from '#libs/codec';
import { deliveryStream } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { FeedProgress } from '#libs/feeds';
import { KEY_STORE } from '#libs/keys/port';
import { readModelFeeds } from '#libs/read-models';
import { Recorder } from '#libs/recorder';
import { DATABASE, DELIVERY_IDS, EVENT_STORE, policiesOf, POLICY, type PolicySource, WEBHOOK_ENDPOINTS } from '#libs/service';
import { type RunningApp, startApp } from '../../../../../test/support/app.js';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const log = { warn: () => undefined };
const report = { origin: 'CIVILIAN', incident: {}, place: { district: '4' }, narrative: 'An invented account.', injuries: 'NO', occurredAt: { precision: 'UNKNOWN', source: 'intake', zone: 'America/Chicago' } };
const fields = 'messageId endpoint kind clock subjectKind dueAt caseId state attempts retries lastStatus lastError nextTryAt settledAt';

interface Delivery {
  readonly messageId: string;
  readonly caseId: string | null;
  readonly state: string;
  readonly dueAt: string;
}
interface Answer {
  readonly __typename: string;
  readonly code?: string;
  readonly caseId?: string;
  readonly stream?: string;
  readonly eventIds?: readonly string[];
  readonly repeated?: boolean;
  readonly nothingToRecord?: boolean;
}

let service: RunningApp;
let folder: string;
let receiver: Server;
let answer = 503;
const got: { readonly id: string; readonly body: string; readonly isSigned: boolean }[] = [];
let tokens: Readonly<Record<'admin' | 'oversight' | 'intake' | 'supervisor' | 'legal' | 'records' | 'executive', string>>;
const cases: string[] = [];
/** Missed deadlines of both cases. */
let told = 0;
let nowMs = Date.now();
const now = () => new Date(nowMs);

/** The service's own sender and keeper, on its own parts, at a time of the test's choosing. */
const sender = () => new WebhookSender({ pool: service.app.get(DATABASE), endpoints: service.app.get<readonly Endpoint[]>(WEBHOOK_ENDPOINTS), log, now });
function keeper(): ClockKeeper {
  const [pool, store, policy] = [service.app.get(DATABASE), service.app.get<EventStore>(EVENT_STORE), service.app.get<PolicySource>(POLICY)];
  const elsewhere = { caseNumber: () => Promise.reject(new Error('unreachable: it opens no case')), claims: () => Promise.resolve([]) };
  const recorder = new Recorder({ store, keys: service.app.get(KEY_STORE), pepper: createSecretKey(randomBytes(32)), elsewhere, policy: () => policy.current(), now });
  return new ClockKeeper({ pool, store, recorder, decode: decodeCaseEvent, ...policiesOf(policy), endpoints: service.app.get<readonly Endpoint[]>(WEBHOOK_ENDPOINTS), deliveryIds: service.app.get<DeliveryIds>(DELIVERY_IDS), log, now });
}

async function ask<Data>(token: string, query: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await service.graphql<Data>(token, query, variables);
  expect(errors).toEqual([]);
  if (data === null) throw new Error('no data');
  return data;
}
async function act(token: string, action: string, input: object): Promise<Answer> {
  const document = `mutation ($input: ${action[0]?.toUpperCase() ?? ''}${action.slice(1)}Input!) { answer: ${action}(input: $input) { __typename ... on Recorded { caseId stream eventIds repeated nothingToRecord } ... on Refused { code } } }`;
  return (await ask<{ answer: Answer }>(token, document, { input })).answer;
}
const list = async (token: string, args = ''): Promise<readonly Delivery[]> =>
  (await ask<{ list: { edges: readonly { node: Delivery }[] } }>(token, `{ list: webhookDeliveries${args} { edges { node { ${fields} } } } }`)).list.edges.map(({ node }) => node);
const counts = async (token: string) => (await ask<{ webhookEndpoints: readonly object[] }>(token, '{ webhookEndpoints { name isConfigured kinds pending delivered dead } }')).webhookEndpoints;
async function caughtUp(): Promise<void> {
  const head = await service.app.get<EventStore>(EVENT_STORE).head();
  if (head !== null) for (const feed of [readModelFeeds.clocks, readModelFeeds.cases]) await service.app.get(FeedProgress).waitFor(feed, head, 20_000);
}

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      const [id, at] = [String(request.headers['webhook-id']), new Date(Number(request.headers['webhook-timestamp']) * 1_000)];
      // Signed again, since its time lies ahead of the receiver's clock, which `verify` refuses.
      got.push({ id, body, isSigned: request.headers['webhook-signature'] === new Webhook(secret).sign(id, at, body) });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(join(tmpdir(), 'caseledger-webhooks-'));
  const { port } = receiver.address() as AddressInfo;
  const endpoint = { name: 'desk', url: `http://127.0.0.1:${port}/a-word-in-the-path`, secret, kinds: ['WARNING', 'BREACH'], privateNetwork: true };
  await writeFile(join(folder, 'webhooks.yaml'), JSON.stringify({ endpoints: [endpoint] }));
  service = await startApp({ CASELEDGER_WEBHOOKS: join(folder, 'webhooks.yaml') });
  const tokenOf = (role: Parameters<RunningApp['token']>[1]) => service.token(`${role.toLowerCase()}-1`, role);
  tokens = {
    ...{ admin: await tokenOf('ADMIN'), oversight: await tokenOf('OVERSIGHT'), intake: await tokenOf('INTAKE'), supervisor: await tokenOf('SUPERVISOR') },
    ...{ legal: await tokenOf('LEGAL'), records: await tokenOf('RECORDS'), executive: await tokenOf('EXECUTIVE') },
  };
  for (let number = 0; number < 2; number += 1) cases.push((await act(tokens.intake, 'fileReport', report)).caseId ?? '');
  await caughtUp();
  // A minute after the first deadlines of both: a day after they were filed, by the shipped policy.
  const { clocks } = await ask<{ clocks: { edges: readonly { node: { dueAt: string } }[] } }>(tokens.intake, '{ clocks(running: true, first: 1) { edges { node { dueAt } } } }');
  nowMs = Date.parse(clocks.edges[0]?.node.dueAt ?? '') + 60_000;
  told = await keeper().look();
  expect(told).toBeGreaterThanOrEqual(cases.length);
});
afterAll(async () => {
  await service.close();
  receiver.closeAllConnections();
  receiver.close();
  await rm(folder, { recursive: true, force: true });
});

describe('deliveries of webhooks', () => {
  it('are shown while they wait, with what came of the last try and when the next is, and without address, secret or body', async () => {
    expect(await sender().send()).toBe(told);
    const shown = await list(tokens.admin, '(state: PENDING, endpoint: "desk")');
    expect(shown).toHaveLength(told);
    for (const one of shown) {
      expect(one).toMatchObject({ endpoint: 'desk', kind: 'BREACH', clock: expect.any(String), subjectKind: 'CASE', caseId: null, attempts: 1, retries: 0, lastStatus: 503, lastError: null, settledAt: null });
      expect(one).toMatchObject({ nextTryAt: new Date(nowMs + webhookLimits.firstWaitMs).toISOString(), dueAt: new Date(Date.parse(one.dueAt)).toISOString() });
    }
    expect(new Set(shown.map(({ messageId }) => messageId))).toEqual(new Set(got.map(({ id }) => id)));
    expect(await counts(tokens.admin)).toEqual([{ name: 'desk', isConfigured: true, kinds: ['WARNING', 'BREACH'], pending: told, delivered: 0, dead: 0 }]);
    expect(JSON.stringify([shown, await counts(tokens.admin)])).not.toMatch(/whsec|a-word-in-the-path|clock\.missed/);
  });

  it('name the case to OVERSIGHT, and no case to ADMIN', async () => {
    expect(new Set((await list(tokens.oversight)).map(({ caseId }) => caseId))).toEqual(new Set(cases));
    const { data } = await service.graphql(tokens.admin, `{ webhookDeliveries { edges { cursor node { ${fields} } } } }`);
    for (const caseId of cases) expect(JSON.stringify(data)).not.toContain(caseId);
  });

  it('are there for no other role, which may not retry them either', async () => {
    const [first] = await list(tokens.admin);
    for (const token of [tokens.intake, tokens.supervisor, tokens.legal, tokens.records, tokens.executive]) {
      expect(await list(token)).toEqual([]);
      expect(await counts(token)).toEqual([]);
    }
    for (const token of [tokens.oversight, tokens.records, tokens.intake]) {
      expect(await act(token, 'retryWebhookDelivery', { messageId: first?.messageId, reason: 'Invented.' })).toEqual({ __typename: 'Refused', code: 'ROLE_NOT_ALLOWED' });
    }
    expect((await service.graphql(null, '{ webhookDeliveries { edges { cursor } } }')).errors.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHENTICATED']);
  });

  it('are paged by cursors, which no other list takes', async () => {
    interface Page {
      readonly list: { readonly edges: readonly { readonly node: Delivery }[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null } };
    }
    const page = (after: string | null) => ask<Page>(tokens.admin, `query ($after: String) { list: webhookDeliveries(first: 1, after: $after) { edges { node { ${fields} } } pageInfo { hasNextPage endCursor } } }`, { after });
    const first = await page(null);
    const pages = [first];
    for (let last = first; last.list.pageInfo.hasNextPage; pages.push(last)) last = await page(last.list.pageInfo.endCursor);
    expect(pages).toHaveLength(told);
    expect(pages.flatMap(({ list: { edges } }) => edges.map(({ node }) => node))).toEqual(await list(tokens.admin));
    const foreign = await service.graphql(tokens.admin, 'query ($after: String) { corrections(after: $after) { edges { cursor } } }', { after: first.list.pageInfo.endCursor });
    expect(foreign.errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_INPUT']);
  });
});

describe('a delivery that was refused too often', () => {
  const retry = { commandId: '01930000-0000-7000-8000-0000000000aa', reason: 'The desk is back (invented).' };

  it('is dead, is not tried again by itself, and is no delivery to retry before', async () => {
    const [waiting] = await list(tokens.admin, '(state: PENDING)');
    expect(await act(tokens.admin, 'retryWebhookDelivery', { messageId: waiting?.messageId, reason: 'Invented.' })).toMatchObject({ code: 'DELIVERY_NOT_DEAD' });
    expect(await act(tokens.admin, 'retryWebhookDelivery', { messageId: '01930000-0000-7000-8000-00000000dead', reason: 'Invented.' })).toMatchObject({ code: 'DELIVERY_UNKNOWN' });
    while ((await list(tokens.admin, '(state: PENDING)')).length > 0) {
      nowMs += webhookLimits.longestWaitMs;
      expect(await sender().send()).toBe(told);
    }
    nowMs += webhookLimits.longestWaitMs;
    expect(await sender().send()).toBe(0);
    expect(await list(tokens.oversight, '(state: DEAD)')).toMatchObject(Array.from({ length: told }, () => ({ attempts: webhookLimits.attemptsMax, nextTryAt: null, lastStatus: 503, settledAt: expect.any(String) })));
    expect(await counts(tokens.oversight)).toMatchObject([{ pending: 0, delivered: 0, dead: told }]);
  });

  it('waits again once it is retried: on record once, however often the command comes, and delivered with the same id and bytes', async () => {
    const [dead] = await list(tokens.admin, '(state: DEAD)');
    const input = { ...retry, messageId: dead?.messageId };
    const first = await act(tokens.admin, 'retryWebhookDelivery', input);
    expect(first).toMatchObject({ __typename: 'Recorded', caseId: null, stream: `webhook-${dead?.messageId}`, repeated: false, nothingToRecord: false });
    expect(await act(tokens.admin, 'retryWebhookDelivery', input)).toEqual({ ...first, repeated: true });
    expect(await act(tokens.admin, 'retryWebhookDelivery', { ...input, commandId: null })).toMatchObject({ code: 'DELIVERY_NOT_DEAD' });
    expect(await list(tokens.admin, '(state: PENDING)')).toMatchObject([{ messageId: dead?.messageId, attempts: 0, retries: 1, nextTryAt: expect.any(String), settledAt: null }]);
    const refused = got.find(({ id }) => id === dead?.messageId);
    answer = 204;
    got.length = 0;
    nowMs = Math.max(nowMs, Date.now() + 1_000);
    expect(await sender().send()).toBe(1);
    expect(got).toEqual([{ id: dead?.messageId, body: refused?.body, isSigned: true }]);
    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({ type: 'clock.missed', data: { about: 'CASE', clock: expect.any(String) } });
    expect(await list(tokens.admin, '(state: DELIVERED)')).toMatchObject([{ messageId: dead?.messageId, attempts: 1, retries: 1, lastStatus: 204, nextTryAt: null }]);
    // Sent again after all that, the command is answered, and changes nothing.
    expect(await act(tokens.admin, 'retryWebhookDelivery', input)).toEqual({ ...first, repeated: true });
    expect(await counts(tokens.admin)).toMatchObject([{ pending: 0, delivered: 1, dead: told - 1 }]);
  });

  it('has who retried it, when and why in the log, with what it stood at', async () => {
    const [taken] = await list(tokens.admin, '(state: DELIVERED)');
    const events = [];
    for await (const event of service.app.get<EventStore>(EVENT_STORE).readStream(`${deliveryStream.category}-${taken?.messageId ?? ''}`)) events.push(event);
    expect(events.map(({ type, body }) => ({ type, body: JSON.parse(body) as object }))).toMatchObject([
      { type: 'WebhookDeliveryRetried', body: { endpoint: 'desk', retry: 1, attempts: webhookLimits.attemptsMax, lastStatus: 503, reason: retry.reason } },
    ]);
    for (const caseId of cases) expect(events.map(({ head, body }) => head + body).join('')).not.toContain(caseId);
  });

  it('that is about a sealed case is shown to OVERSIGHT no more, nor counted for it', async () => {
    const before = await list(tokens.oversight, '(state: DEAD)');
    const [caseId, other] = cases;
    await act(tokens.records, 'recordCourtOrder', { caseId, kind: 'SEAL', court: 'An invented court', number: 'S-1', subjects: ['legal-9'], orderedAt: new Date(Date.now() - 60_000).toISOString() });
    const found = await ask<{ case: { courtOrders: readonly { id: string }[] } }>(tokens.records, 'query ($id: UUID!) { case(caseId: $id) { courtOrders { id } } }', { id: caseId });
    await act(tokens.records, 'sealCase', { caseId, order: found.case.courtOrders[0]?.id });
    await caughtUp();
    const left = before.filter((one) => one.caseId === other);
    expect(left.length).toBeLessThan(before.length);
    expect(await list(tokens.oversight, '(state: DEAD)')).toEqual(left);
    expect(await counts(tokens.oversight)).toMatchObject([{ dead: left.length }]);
    expect(await list(tokens.admin, '(state: DEAD)')).toEqual(before.map((one) => ({ ...one, caseId: null })));
  });
});
