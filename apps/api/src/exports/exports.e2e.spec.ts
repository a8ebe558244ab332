import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyBundle } from '#libs/disclosure';
import type { EventStore } from '#libs/event-store';
import { accessCategory, decodeReads, type RecordedRead } from '#libs/reads';
import { EVENT_STORE } from '#libs/service';
import { type RunningApp, startApp } from '../../../../test/support/app.js';

const name = 'Invented Protected Person';
const asked = 'id state path sha256 bytes events treeSize message';
const ask = `mutation ($caseId: UUID!, $audience: Audience!, $purpose: String!) { exportCase(caseId: $caseId, audience: $audience, purpose: $purpose) { ${asked} } }`;

interface Job {
  readonly id: string;
  readonly state: string;
  readonly path: string | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly events: number | null;
}

describe('the export of a court bundle', () => {
  let running: RunningApp;
  let caseId: string;
  let records: string;

  const finished = async (token: string, { id }: Job): Promise<Job> => {
    for (;;) {
      const { data } = await running.graphql<{ exportJob: Job }>(token, `query ($id: ID!) { exportJob(id: $id) { ${asked} } }`, { id });
      if (data === null) throw new Error('the job is not known');
      if (data.exportJob.state !== 'WAITING' && data.exportJob.state !== 'RUNNING') return data.exportJob;
    }
  };
  const fetched = (path: string, token: string | null) => fetch(new URL(path, running.url), { headers: token === null ? {} : { authorization: `Bearer ${token}` } });

  beforeAll(async () => {
    running = await startApp();
    const officer = await running.token('officer-1', 'OFFICER');
    records = await running.token('records-1', 'RECORDS');
    const filed = await running.graphql<{ fileReport: { caseId: string } }>(
      officer,
      'mutation ($input: FileReportInput!) { fileReport(input: $input) { ... on Recorded { caseId } } }',
      {
        input: {
          origin: 'OFFICER',
          incident: { dispatch: 'D-1', records: null, other: [] },
          occurredAt: { earliest: { instant: '2026-03-01T18:00:00.000Z' }, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' },
          place: { beat: '411', district: '4', description: 'STREET' },
          narrative: 'An invented account.',
          injuries: 'NO',
        },
      },
    );
    caseId = filed.data?.fileReport.caseId ?? '';
    const input = { caseId, identity: 'NAMED', minor: 'NO', name, contact: 'none, invented', roles: ['WITNESS'] };
    await running.graphql(officer, 'mutation ($input: RecordPersonInput!) { recordPerson(input: $input) { __typename } }', { input });
  });
  afterAll(() => running.close());

  it('is made, fetched with the same token, and verifies; its name and hash are what the job says', async () => {
    const { data } = await running.graphql<{ exportCase: Job }>(records, ask, { caseId, audience: 'COURT', purpose: 'invented proceeding' });
    if (data === null) throw new Error('the export was not taken');
    const job = await finished(records, data.exportCase);
    expect(job).toMatchObject({ state: 'DONE', events: 2 });
    const answer = await fetched(job.path ?? '', records);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    const bundle = new Uint8Array(await answer.arrayBuffer());
    expect(bundle.length).toBe(job.bytes);
    expect(await verifyBundle(bundle)).toMatchObject({ kind: 'VERIFIED', bundle: { counts: { events: 2 }, last: { revision: 1 } } });
    expect(Buffer.from(bundle).includes(name)).toBe(true);
  });

  it('shows the public no protected person’s name', async () => {
    const { data } = await running.graphql<{ exportCase: Job }>(records, ask, { caseId, audience: 'PUBLIC', purpose: 'invented request' });
    if (data === null) throw new Error('the export was not taken');
    const job = await finished(records, data.exportCase);
    const bundle = new Uint8Array(await (await fetched(job.path ?? '', records)).arrayBuffer());
    expect(await verifyBundle(bundle)).toMatchObject({ kind: 'VERIFIED' });
    expect(Buffer.from(bundle).includes(name)).toBe(false);
  });

  const recorded = async (): Promise<readonly RecordedRead[]> => {
    const reads: RecordedRead[] = [];
    for await (const page of running.app.get<EventStore>(EVENT_STORE).readAll({ categories: [accessCategory] })) reads.push(...page.flatMap(decodeReads));
    return reads;
  };

  it('is a recorded read, with its purpose and audience, and so is that it was handed out', async () => {
    const before = (await recorded()).map(({ read }) => read);
    expect(before.filter(({ kind, outcome }) => kind === 'ExportMade' && outcome === 'SHOWN').map(({ source, actor, case: of }) => [source, actor, of])).toEqual(Array(2).fill(['GET /exports', 'records-1', caseId]));
    await running.graphql(records, ask, { caseId, audience: 'OVERSIGHT', purpose: 'an invented inspection' });
    const reads = await recorded();
    expect(reads.at(-1)?.read).toMatchObject({ kind: 'ExportMade', actor: 'records-1', case: caseId, purpose: 'an invented inspection', detail: { audience: 'OVERSIGHT' } });
  });

  it('holds who looked at the case, once that is in the ledger', async () => {
    // Until the feeds have come to the reads above.
    for (let access = 0; access === 0; ) {
      const { data } = await running.graphql<{ exportCase: Job }>(records, ask, { caseId, audience: 'COURT', purpose: 'invented proceeding' });
      if (data === null) throw new Error('the export was not taken');
      const job = await finished(records, data.exportCase);
      const bundle = new Uint8Array(await (await fetched(job.path ?? '', records)).arrayBuffer());
      const result = await verifyBundle(bundle);
      if (result.kind !== 'VERIFIED') throw new Error(result.fault.message);
      access = result.bundle.counts.access;
      if (access > 0) expect(Buffer.from(bundle).includes('Bundle asked for')).toBe(true);
    }
  });

  it('is handed to nobody but who asked for it, and to nobody without a token', async () => {
    const { data } = await running.graphql<{ exportCase: Job }>(records, ask, { caseId, audience: 'COURT', purpose: 'invented proceeding' });
    if (data === null) throw new Error('the export was not taken');
    const job = await finished(records, data.exportCase);
    const other = await running.token('records-2', 'RECORDS');
    expect((await running.graphql(other, `query ($id: ID!) { exportJob(id: $id) { ${asked} } }`, { id: job.id })).data).toEqual({ exportJob: null });
    expect((await fetched(job.path ?? '', other)).status).toBe(404);
    expect((await fetched(job.path ?? '', null)).status).toBe(401);
    expect((await fetched('/exports/..%2f..%2fsecrets%2fmaster.key', records)).status).toBe(404);
  });

  it('is refused as not found to roles that may export nothing, for cases that are not there, and without a purpose', async () => {
    const supervisor = await running.token('supervisor-1', 'SUPERVISOR');
    const errors = async (token: string, variables: object) => (await running.graphql(token, ask, variables)).errors.map(({ extensions }) => extensions['code']);
    expect(await errors(supervisor, { caseId, audience: 'COURT', purpose: 'invented' })).toEqual(['NOT_FOUND']);
    expect(await errors(records, { caseId: '0190b5a0-0000-8000-8000-00000000ffff', audience: 'COURT', purpose: 'invented' })).toEqual(['NOT_FOUND']);
    expect(await errors(records, { caseId, audience: 'COURT', purpose: '  ' })).toEqual(['BAD_INPUT']);
  });
});
