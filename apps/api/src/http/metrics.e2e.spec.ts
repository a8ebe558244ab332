import { get, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { labelValues, metricTable, otherValue } from '#libs/telemetry';
import { vocabulary } from '#libs/service';
import { type RunningApp, startApp } from '../../../../test/support/app.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { samplesOf, valueOf } from '../../../../test/support/metrics.js';
import { query } from '../../../../test/support/sql.js';

const token = 'an-invented-token-of-a-scraper';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** As a program asks that says what it likes in its headers: `fetch` would not let it name another host. */
function ask(address: URL, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get(address, { headers, agent: false }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: body }), reject);
    });
    request.on('error', reject);
  });
}

interface Acted {
  readonly __typename: string;
  readonly caseId?: string;
  readonly revision?: number;
}

async function fileReport(service: RunningApp, as: string, more: object = {}): Promise<Acted> {
  const input = { origin: 'OFFICER', incident: {}, place: {}, occurredAt: { precision: 'UNKNOWN', source: 'officer', zone: 'America/Chicago' }, narrative: 'An invented account.', injuries: 'UNKNOWN', ...more };
  const { data, errors } = await service.graphql<{ fileReport: Acted }>(as, 'mutation ($input: FileReportInput!) { fileReport(input: $input) { __typename ... on Recorded { caseId revision } } }', { input });
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.fileReport;
}

describe('the metrics of a service', () => {
  let database: TestDatabase;
  let service: RunningApp;
  let officer: string;
  let metrics: URL;
  let ready: URL;
  beforeAll(async () => {
    database = await createTestDatabase();
    service = await startApp({ CASELEDGER_FEED_STILL_SECONDS: '1' }, database);
    officer = await service.token('officer-1', 'OFFICER');
    metrics = new URL('/metrics', service.url);
    ready = new URL('/ready', service.url);
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  const scrape = async (): Promise<string> => (await ask(metrics)).text;
  /** Scrapes until it holds. The test's own time-out bounds it; a page is at least as old as the metrics' freshness. */
  const until = async (holds: (page: string) => boolean): Promise<string> => {
    for (;;) {
      const page = await scrape();
      if (holds(page)) return page;
    }
  };

  it('count commands by action and outcome, conflicts among them, and time each', async () => {
    const { caseId } = await fileReport(service, officer);
    const again = await fileReport(service, officer, { caseId, expectedRevision: 40 });
    expect(again.__typename).toBe('Conflict');
    const page = await scrape();
    expect(valueOf(page, 'caseledger_commands_total', { action: 'fileReport', outcome: 'RECORDED' })).toBe(1);
    expect(valueOf(page, 'caseledger_commands_total', { action: 'fileReport', outcome: 'CONFLICT' })).toBe(1);
    expect(valueOf(page, 'caseledger_command_seconds_count')).toBe(2);
    expect(valueOf(page, 'caseledger_appends_total', { category: 'case', outcome: 'RECORDED' })).toBe(1);
    expect(valueOf(page, 'caseledger_http_request_seconds_count', { route: '/graphql', status: '2xx' })).toBeGreaterThanOrEqual(2);
  });

  it('show every feed at the end of the log, and the ledger grown with it and signed', async () => {
    const { caseId } = await fileReport(service, officer);
    // A page's figures are read one after the other, while the log may grow: one that was read at rest has them all alike.
    const grown = (one: string): boolean => valueOf(one, 'caseledger_ledger_leaves') === (valueOf(one, 'caseledger_log_head_position') ?? 0) + 1;
    const page = await until((one) => valueOf(one, 'caseledger_feed_lag_positions') === 0 && (valueOf(one, 'caseledger_ledger_signed_leaves') ?? 0) > 0 && grown(one));
    const head = valueOf(page, 'caseledger_log_head_position');
    for (const feed of vocabulary.feed) {
      expect([feed, valueOf(page, 'caseledger_feed_position', { feed })]).toEqual([feed, head]);
      expect(valueOf(page, 'caseledger_feed_state', { feed })).toBe(1);
    }
    expect(valueOf(page, 'caseledger_ledger_leaves')).toBe((head ?? 0) + 1);
    expect(valueOf(page, 'caseledger_feed_delay_seconds_count', { feed: 'cases' })).toBeGreaterThan(0);
    expect(valueOf(page, 'caseledger_clock_backlog')).not.toBeNull();
    expect(page).not.toContain(caseId);
    expect(page).not.toContain('officer-1');
  });

  it('hold values of fixed lists alone, whatever was asked', async () => {
    await ask(new URL('/cases/a-name-that-was-typed', service.url));
    await service.graphql(officer, 'mutation aNameThatWasTyped { __typename }');
    const allowed = labelValues(vocabulary);
    const samples = samplesOf(await scrape()).filter(({ name }) => name.startsWith('caseledger_'));
    expect(samples.length).toBeGreaterThan(100);
    for (const { name, labels } of samples) {
      const row = metricTable[name.replace(/_(bucket|sum|count)$/, '') as keyof typeof metricTable] ?? metricTable[name as keyof typeof metricTable];
      for (const [label, value] of Object.entries(labels)) {
        if (label === 'le') continue;
        expect(row.labels).toContain(label);
        expect([...allowed[label as keyof typeof allowed], otherValue]).toContain(value);
      }
    }
  });

  it('count what is parked, by feed and unit, until it is handled', async () => {
    await query(
      database.ownerUrl,
      `WITH head AS (UPDATE log_head SET next_position = next_position + 1 RETURNING next_position - 1 AS position)
       INSERT INTO event SELECT position, 'case-00000000-0000-4000-8000-0000000000aa', 0, '00000000-0000-4000-8000-0000000000ab', 'CaseOpened', '{}', '{}' FROM head`,
    );
    await fileReport(service, officer);
    const page = await until((one) => (valueOf(one, 'caseledger_parked_streams', { feed: 'cases' }) ?? 0) > 0 && (valueOf(one, 'caseledger_parked_streams', { feed: 'clocks' }) ?? 0) > 0);
    expect(valueOf(page, 'caseledger_parked_streams', { feed: 'cases', unit: otherValue })).toBeNull();
    expect(valueOf(page, 'caseledger_parked_streams', { feed: 'access' })).toBe(0);
    expect((await until((one) => (valueOf(one, 'caseledger_ledger_alarms') ?? 0) > 0)).length).toBeGreaterThan(0);
    await query(database.ownerUrl, 'DELETE FROM parked_event');
    await until((one) => valueOf(one, 'caseledger_parked_streams') === 0);
  });

  it('are not ready while a feed stands still, and say which, and are ready again when it moves', async () => {
    /** Asks until it says so of these feeds: on a busy machine another one may be late for a moment. */
    const says = async (status: number, standingStill: readonly string[]): Promise<unknown> => {
      for (;;) {
        const answer = await ask(ready);
        const said = JSON.parse(answer.text) as { readonly standingStill: readonly string[] };
        if (answer.status === status && said.standingStill.join() === standingStill.join()) return said;
      }
    };
    expect(await says(200, [])).toEqual({ status: 'ready', checks: { database: true, eventLog: true, feeds: true }, standingStill: [] });
    const blocker = new Client({ connectionString: database.ownerUrl });
    await blocker.connect();
    await blocker.query("BEGIN; SELECT FROM feed_checkpoint WHERE feed = 'search' FOR UPDATE");
    await fileReport(service, officer);
    expect(await says(503, ['search'])).toEqual({ status: 'not ready', checks: { database: true, eventLog: true, feeds: false }, standingStill: ['search'] });
    const page = await until((one) => (valueOf(one, 'caseledger_feed_still_seconds', { feed: 'search' }) ?? 0) >= 1);
    expect(valueOf(page, 'caseledger_feed_still_seconds', { feed: 'cases' })).toBe(0);
    expect((await ask(new URL('/health', service.url))).status).toBe(200);
    await blocker.end();
    expect(await says(200, [])).toMatchObject({ checks: { feeds: true } });
  });

  it('are for programs on this machine, by its own name and through no proxy', async () => {
    const answer = await ask(metrics);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const others: Record<string, string>[] = [{ host: 'rebound.example' }, { 'x-forwarded-for': '198.51.100.1' }, { forwarded: 'for=198.51.100.1' }, { host: 'rebound.example', authorization: `Bearer ${token}` }];
    for (const headers of others) {
      const refused = await ask(metrics, headers);
      expect([headers, refused.status]).toEqual([headers, 403]);
      expect(refused.text).not.toContain('caseledger_');
    }
  });
});

describe('the metrics of a service with a token for them', () => {
  let service: RunningApp;
  beforeAll(async () => {
    service = await startApp({ CASELEDGER_METRICS_TOKEN: token });
  });
  afterAll(async () => service.close());

  it('are for who brings it, through a proxy too, and for nobody else, on this machine neither', async () => {
    const metrics = new URL('/metrics', service.url);
    const statusOf = async (headers: Record<string, string>): Promise<number> => (await ask(metrics, headers)).status;
    expect(await statusOf({ authorization: `Bearer ${token}`, 'x-forwarded-for': '198.51.100.1' })).toBe(200);
    const officer = await service.token('admin-1', 'ADMIN');
    for (const authorization of ['', 'Bearer ', token, `Basic ${token}`, `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Bearer ${officer}`]) {
      expect([authorization, await statusOf(authorization === '' ? {} : { authorization })]).toEqual([authorization, 403]);
    }
  });
});
