import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { readConfig } from '#libs/config';
import { traceIdOf } from '#libs/telemetry';
import { type RunningApp, startApp } from '../../../test/support/app.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { valueOf } from '../../../test/support/metrics.js';
import { startOtlpReceiver } from '../../../test/support/otlp-receiver.js';
import { usualPort } from './http.js';
import { type RunningWorker, startWorker } from './worker.js';

const token = 'an-invented-token-of-a-scraper';
const withToken = { headers: { authorization: `Bearer ${token}` } };

let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
let database: TestDatabase;
let folder: string;
let worker: RunningWorker;
let service: RunningApp;

const env = (more: Readonly<Record<string, string>> = {}) => ({
  ...{ NODE_ENV: 'test', DATABASE_URL: database.serviceUrl, CASELEDGER_DATABASE_OWNER_URL: database.ownerUrl, CASELEDGER_DATA: folder, CASELEDGER_LOG_LEVEL: 'silent' },
  ...{ CASELEDGER_METRICS_TOKEN: token, CASELEDGER_FEED_STILL_SECONDS: '1', CASELEDGER_OTLP_URL: receiver.url, ...more },
});
const url = (path: string, of: { readonly port: number } = worker): string => `http://127.0.0.1:${of.port}${path}`;

beforeAll(async () => {
  Logger.overrideLogger(false);
  receiver = await startOtlpReceiver();
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'caseledger-worker-'));
  service = await startApp(env({ CASELEDGER_WORKER: 'off' }), database);
  worker = await startWorker(readConfig(env({ CASELEDGER_WORKER_PORT: '0' })));
});
afterAll(async () => {
  await worker.close();
  await service.close();
  await database.drop();
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

async function fileReport(correlationId = randomUUID()): Promise<void> {
  const input = { origin: 'OFFICER', incident: {}, place: {}, occurredAt: { precision: 'UNKNOWN', source: 'officer', zone: 'America/Chicago' }, narrative: 'An invented account.', injuries: 'UNKNOWN' };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await service.token('officer-1', 'OFFICER')}`, 'x-correlation-id': correlationId };
  const query = 'mutation ($input: FileReportInput!) { fileReport(input: $input) { __typename } }';
  const response = await fetch(service.url, { method: 'POST', headers, body: JSON.stringify({ query, variables: { input } }) });
  expect(await response.text()).toContain('"Recorded"');
}

async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
  }
}

describe('a worker', () => {
  it('answers on a port of its own that it is there and ready, and nothing else', async () => {
    expect(await (await fetch(url('/health'))).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(url('/ready'))).json()).toEqual({ status: 'ready', checks: { database: true, eventLog: true, feeds: true }, standingStill: [] });
    expect((await fetch(url('/graphql'))).status).toBe(404);
    expect((await fetch(url('/health'), { method: 'POST', body: 'x' })).status).toBe(405);
  });

  it('shows to who brings the token what its feeds handled of what another process recorded', async () => {
    expect((await fetch(url('/metrics'))).status).toBe(403);
    await fileReport();
    const page = await until(async () => (await fetch(url('/metrics'), withToken)).text(), (one) => (valueOf(one, 'caseledger_feed_events_total', { feed: 'cases' }) ?? 0) > 0);
    expect(valueOf(page, 'caseledger_commands_total', { action: 'fileReport' })).toBeNull();
    const ofService = await (await fetch(new URL('/metrics', service.url), withToken)).text();
    expect(valueOf(ofService, 'caseledger_commands_total', { action: 'fileReport', outcome: 'RECORDED' })).toBe(1);
    expect(valueOf(ofService, 'caseledger_feed_events_total', { feed: 'cases' })).toBeNull();
  });

  it('is not ready while a feed stands still; the api, which can record without it, names the feed and stays ready', async () => {
    const blocker = new Client({ connectionString: database.ownerUrl });
    await blocker.connect();
    await blocker.query("BEGIN; SELECT FROM feed_checkpoint WHERE feed = 'ledger' FOR UPDATE");
    await fileReport();
    const readyOf = async (address: string | URL) => {
      const response = await fetch(address);
      return { status: response.status, body: (await response.json()) as { readonly standingStill: readonly string[] } };
    };
    // On a busy machine another feed may be late for a moment, too.
    const ledgerAlone = ({ body }: Awaited<ReturnType<typeof readyOf>>): boolean => body.standingStill.join() === 'ledger';
    expect(await until(() => readyOf(url('/ready')), ledgerAlone)).toMatchObject({ status: 503, body: { status: 'not ready' } });
    const ofService = await until(() => readyOf(new URL('/ready', service.url)), ledgerAlone);
    expect(ofService).toEqual({ status: 200, body: { status: 'ready', checks: { database: true, eventLog: true, feeds: false }, standingStill: ['ledger'] } });
    await blocker.end();
    await until(() => fetch(url('/ready')), ({ status }) => status === 200);
  });

  it("traces its feeds under the spans of another process's commands", async () => {
    const correlationId = '019ac000-0000-7000-8000-0000000a71e5';
    await fileReport(correlationId);
    await receiver.until((spans) => spans.filter(({ name }) => name.startsWith('feed ')).some(({ traceId }) => traceId === traceIdOf(correlationId)));
    await receiver.until((spans) => spans.some(({ name, traceId }) => name === 'command fileReport' && traceId === traceIdOf(correlationId)));
    const ofTrace = receiver.spans.filter(({ traceId }) => traceId === traceIdOf(correlationId));
    const command = ofTrace.find(({ name }) => name === 'command fileReport');
    for (const { name, parentSpanId } of ofTrace.filter((one) => one.name.startsWith('feed '))) expect([name, parentSpanId]).toEqual([name, command?.spanId]);
  });

  it('takes a free port where another worker of the machine has the usual one, and does not start where its own is taken', async () => {
    const first = await startWorker(readConfig(env()));
    const second = await startWorker(readConfig(env()));
    expect(first.port === usualPort && second.port === usualPort).toBe(false);
    for (const one of [first, second]) expect((await fetch(url('/health', one))).status).toBe(200);
    await expect(startWorker(readConfig(env({ CASELEDGER_WORKER_PORT: String(worker.port) })))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await Promise.all([first.close(), second.close()]);
  });
});
