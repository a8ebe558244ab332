import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStore } from '#libs/event-store';
import { FeedProgress } from '#libs/feeds';
import { readModelFeeds } from '#libs/read-models';
import { accessCategory, decodeReads, type RecordedRead } from '#libs/reads';
import { EVENT_STORE } from '#libs/service';
import { type RunningApp, startApp } from '../../../../../test/support/app.js';

interface Job {
  readonly id: string;
  readonly state: string;
  readonly path: string | null;
  readonly bytes: number | null;
  readonly events: number | null;
  readonly sha256: string | null;
  readonly caseId: string | null;
  readonly format: string | null;
}

const asked = 'id state path bytes events sha256 caseId format';
const ask = `mutation ($format: TrailFormat!, $purpose: String!, $filter: AuditFilter) { exportAuditTrail(format: $format, purpose: $purpose, filter: $filter) { ${asked} } }`;

describe('the export of the audit trail across cases', () => {
  let running: RunningApp;
  let oversight: string;
  let records: string;
  let cases: readonly string[];

  const act = async (token: string, action: string, input: object): Promise<string> => {
    const query = `mutation ($input: ${action[0]?.toUpperCase() ?? ''}${action.slice(1)}Input!) { answer: ${action}(input: $input) { ... on Recorded { caseId } ... on Refused { code } } }`;
    const { data, errors } = await running.graphql<{ answer: { caseId?: string; code?: string } }>(token, query, { input });
    expect([errors, data?.answer.code]).toEqual([[], undefined]);
    return data?.answer.caseId ?? '';
  };
  const shown = async (): Promise<void> => {
    const head = await running.app.get<EventStore>(EVENT_STORE).head();
    if (head !== null) await running.app.get(FeedProgress).waitFor(readModelFeeds.cases, head, 10_000);
  };
  const exported = async (token: string, format: string, filter: object | null = null): Promise<Job> => {
    await shown();
    const { data, errors } = await running.graphql<{ exportAuditTrail: Job }>(token, ask, { format, purpose: 'an invented inspection', filter });
    expect(errors).toEqual([]);
    for (let job = data?.exportAuditTrail; ; ) {
      if (job === undefined) throw new Error('the export was not taken');
      if (job.state !== 'WAITING' && job.state !== 'RUNNING') return job;
      job = (await running.graphql<{ exportJob: Job }>(token, `query ($id: ID!) { exportJob(id: $id) { ${asked} } }`, { id: job.id })).data?.exportJob;
    }
  };
  const fetched = (job: Job, token: string) => fetch(new URL(job.path ?? '', running.url), { headers: { authorization: `Bearer ${token}` } });
  const codes = async (token: string, variables: object): Promise<unknown[]> => (await running.graphql(token, ask, variables)).errors.map(({ extensions }) => extensions['code']);

  beforeAll(async () => {
    running = await startApp();
    const intake = await running.token('=intake-1', 'INTAKE');
    [oversight, records] = await Promise.all([running.token('oversight-1', 'OVERSIGHT'), running.token('records-1', 'RECORDS')]);
    const report = {
      ...{ origin: 'CIVILIAN', incident: {}, place: {}, narrative: 'An invented account.', injuries: 'NO' },
      occurredAt: { precision: 'UNKNOWN', source: 'intake', zone: 'America/Chicago' },
    };
    cases = [await act(intake, 'fileReport', report), await act(intake, 'fileReport', { ...report, category: { text: 'An invented category' } })];
  });
  afterAll(() => running.close());

  it('holds the steps of every case that its asker sees, in their order, and is what the job says it is', async () => {
    const job = await exported(oversight, 'NDJSON');
    expect(job).toMatchObject({ state: 'DONE', events: 2, caseId: null, format: 'NDJSON' });
    const answer = await fetched(job, oversight);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([200, 'application/x-ndjson', expect.stringContaining('.ndjson"')]);
    const text = await answer.text();
    expect(Buffer.byteLength(text)).toBe(job.bytes);
    expect(text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { caseId: string }).caseId)).toEqual(cases);
    expect(text).not.toContain('An invented account');
  });

  it('takes the filters of the trail, and guards what a spreadsheet would run', async () => {
    const job = await exported(oversight, 'CSV', { text: 'invented category', types: ['ReportFiled'] });
    const lines = (await (await fetched(job, oversight)).text()).trimEnd().split('\r\n');
    expect([job.events, lines.length]).toEqual([1, 2]);
    expect(lines[1]).toContain(`"'=intake-1"`);
    expect(await exported(oversight, 'OCEL_JSON', { to: '2020-01-01T00:00:00.000Z' })).toMatchObject({ state: 'DONE', events: 0 });
  });

  it('is recorded as an export, with its purpose and what was asked, words sealed', async () => {
    await exported(records, 'CSV', { text: 'a lantern', outcomes: ['CHARGED'] });
    const reads: RecordedRead[] = [];
    for await (const page of running.app.get<EventStore>(EVENT_STORE).readAll({ categories: [accessCategory] })) reads.push(...page.flatMap(decodeReads));
    const made = reads.filter(({ read }) => read.source === 'Mutation.exportAuditTrail' && read.actor === 'records-1');
    expect(made.map(({ read }) => [read.kind, read.purpose, read.detail])).toEqual([['ExportMade', 'an invented inspection', { format: 'CSV', filter: { outcomes: ['CHARGED'] } }]]);
    expect(made[0]?.words).not.toBeNull();
  });

  it('is for oversight and records alone, with a purpose and a filter that can be asked', async () => {
    for (const role of ['LEGAL', 'SUPERVISOR', 'ADMIN', 'EXECUTIVE'] as const) {
      expect(await codes(await running.token(`other-${role.toLowerCase()}`, role), { format: 'CSV', purpose: 'invented' })).toEqual(['NOT_FOUND']);
    }
    expect(await codes(oversight, { format: 'CSV', purpose: ' ' })).toEqual(['BAD_INPUT']);
    expect(await codes(oversight, { format: 'CSV', purpose: 'invented', filter: { actors: Array.from({ length: 51 }, () => 'a') } })).toEqual(['BAD_INPUT']);
  });

  it('is handed to nobody else, and not after a case in it was sealed; who sees sealed cases has it', async () => {
    const [job, theirs] = [await exported(oversight, 'NDJSON'), await exported(records, 'NDJSON')];
    expect((await fetched(job, records)).status).toBe(404);
    const ordered = new Date(Date.now() - 60_000).toISOString();
    await act(records, 'recordCourtOrder', { caseId: cases[0], kind: 'SEAL', court: 'An invented court', number: 'S-1', subjects: ['legal-9'], orderedAt: ordered });
    const { data } = await running.graphql<{ case: { courtOrders: { id: string }[] } }>(records, 'query ($id: UUID!) { case(caseId: $id) { courtOrders { id } } }', { id: cases[0] });
    await act(records, 'sealCase', { caseId: cases[0], order: data?.case.courtOrders[0]?.id });
    await shown();
    expect((await fetched(job, oversight)).status).toBe(404);
    expect((await fetched(theirs, records)).status).toBe(200);
    expect(await exported(oversight, 'NDJSON')).toMatchObject({ events: 1 });
  });
});
