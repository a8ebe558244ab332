import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { EventStore } from '#libs/event-store';
import { KEY_STORE, type KeyStore } from '#libs/keys/port';
import { openSealed } from '#libs/keys';
import { accessCategory, decodeReads, type RecordedRead } from '#libs/reads';
import { READ_RECORDER, ReadNotRecordable, type ReadRecorder } from '#libs/reads/port';
import { EVENT_STORE } from '#libs/service';
import { type RunningApp, startApp } from '../../../../test/support/app.js';

const fileReport = `mutation ($input: FileReportInput!) { fileReport(input: $input) { ... on Recorded { caseId caseNode position } } }`;
const report = {
  origin: 'OFFICER',
  incident: { dispatch: 'D-1' },
  place: { beat: '411', district: '4', description: 'STREET' },
  occurredAt: { earliest: { instant: '2026-03-01T18:00:00Z' }, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' },
  narrative: 'An invented account of a lantern.',
  injuries: 'NO',
};

let service: RunningApp;
let officer: string;
let caseId: string;
let seen: number;

beforeAll(async () => {
  service = await startApp();
  officer = await service.token('officer-1', 'OFFICER');
  const { data } = await service.graphql<{ fileReport: { caseId: string } }>(officer, fileReport, { input: report });
  caseId = data?.fileReport.caseId ?? '';
  seen = 0;
});
afterAll(() => service.close());

/** What was recorded since the last call. */
async function recorded(): Promise<readonly RecordedRead[]> {
  const all: RecordedRead[] = [];
  for await (const page of service.app.get<EventStore>(EVENT_STORE).readAll({ categories: [accessCategory] })) all.push(...page.flatMap(decodeReads));
  const fresh = all.slice(seen);
  seen = all.length;
  return fresh;
}

describe('reads by GraphQL', () => {
  it('one case opened is one record, whatever is asked of it, with who, when, why and from where; each protected text is one more', async () => {
    await recorded();
    const query = `query ($id: UUID!) { case(caseId: $id, purpose: "review of the invented incident") { number reports { narrative { text } } persons { id } auditTrail { edges { node { title } } } } }`;
    const { data, errors } = await service.graphql(officer, query, { id: caseId });
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ case: { reports: [{ narrative: { text: report.narrative } }] } });
    const reads = await recorded();
    expect(reads.map(({ read }) => [read.kind, read.outcome, read.source])).toEqual([
      ['CaseViewed', 'SHOWN', 'Query.case'],
      ['ProtectedFieldViewed', 'SHOWN', 'ProtectedText.text'],
    ]);
    for (const { read } of reads) {
      expect(read).toMatchObject({ actor: 'officer-1', roles: ['OFFICER'], unit: expect.any(String), case: caseId, purpose: 'review of the invented incident', address: '127.0.0.1', channel: 'HTTP' });
      expect(read.at).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
      expect(read.session).toMatch(/^[\w-]{16}$/);
    }
    expect(reads[1]?.read).toMatchObject({ detail: { field: 'narrative' }, things: [expect.stringMatching(/^key:/), expect.stringMatching(/^event:/)] });
  });

  it('what people type into a search is sealed; the rest of what they ask stands in the clear', async () => {
    const { errors } = await service.graphql(officer, `{ cases(first: 5, filter: { search: "lantern", sealed: false }) { edges { node { number } } } }`);
    expect(errors).toEqual([]);
    const [only, ...others] = await recorded();
    expect(others).toEqual([]);
    expect(only?.read).toMatchObject({ kind: 'SearchRun', outcome: 'ASKED', source: 'Query.cases', case: null, detail: { first: 5, filter: { sealed: false } } });
    expect(JSON.stringify(only?.read)).not.toContain('lantern');
    if (only?.words === null || only?.words === undefined) throw new Error('the words were not kept');
    expect(await openSealed(service.app.get<KeyStore>(KEY_STORE), [only.words])).toMatchObject([{ kind: 'OPENED', value: 'filter.search: lantern' }]);
  });

  it('a case that is not there, or not for who asks, is a denied access', async () => {
    const stranger = await service.token('officer-2', 'OFFICER');
    const absent = '0190b5a0-0000-8000-8000-000000000001';
    for (const [token, id] of [[officer, absent], [stranger, caseId]] as const) {
      const { data } = await service.graphql(token, `query ($id: UUID!) { case(caseId: $id) { number } }`, { id });
      expect(data).toEqual({ case: null });
      expect((await recorded()).map(({ read }) => [read.kind, read.outcome, read.case])).toEqual([['AccessDenied', 'DENIED', id]]);
    }
  });

  it('an action that is refused to who asks is a denied access; one that is refused for another reason is none', async () => {
    const assign = `mutation ($input: AssignInvestigatorInput!) { assignInvestigator(input: $input) { __typename ... on Refused { code } } }`;
    const { data } = await service.graphql(officer, assign, { input: { caseId, investigator: 'investigator-1' } });
    expect(data).toMatchObject({ assignInvestigator: { code: 'ROLE_NOT_ALLOWED' } });
    expect((await recorded()).map(({ read }) => [read.kind, read.source, read.case])).toEqual([['AccessDenied', 'Mutation.assignInvestigator', caseId]]);
  });

  it('recordings shown are named one by one', async () => {
    const register = `mutation ($input: RegisterFootageInput!) { registerFootage(input: $input) { __typename ... on Recorded { position } ... on Refused { code message } } }`;
    const input = { caseId, kind: 'BODY_WORN', sourceSystem: 'invented', sourceReference: 'R-1', wearer: 'officer-1', flagGround: 'INVESTIGATION' };
    const registered = await service.graphql<{ registerFootage: { position: string } }>(officer, register, { input });
    expect(registered.errors).toEqual([]);
    await recorded();
    const { data } = await service.graphql<{ footage: { edges: { node: { footageId: string; id: string } }[] } }>(
      officer,
      `query ($id: UUID!, $at: Position) { footage(caseId: $id, atLeast: $at) { edges { node { footageId id } } } }`,
      { id: caseId, at: registered.data?.registerFootage.position },
    );
    const shown = data?.footage.edges[0]?.node;
    expect((await recorded()).map(({ read }) => [read.kind, read.case, read.things])).toEqual([['FootageViewed', caseId, [`footage:${shown?.footageId ?? ''}`]]]);
  });

  it('nothing of an answer is given out where one of its reads can not be recorded, over HTTP and over a socket', async () => {
    const recorder = service.app.get<ReadRecorder>(READ_RECORDER);
    const record = recorder.record.bind(recorder);
    recorder.record = async (reads) => {
      if (reads.some(({ what }) => what.kind === 'ProtectedFieldViewed')) throw new ReadNotRecordable('That this was read could not be recorded, so it is not shown. Try again.');
      return record(reads);
    };
    try {
      const query = `query ($id: UUID!) { case(caseId: $id) { number reports { narrative { text } } } }`;
      const { data, errors } = await service.graphql(officer, query, { id: caseId });
      expect(data).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryable: true } }]);
      const client = createClient({ url: service.url.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${officer}` }, retryAttempts: 0 });
      const answer = await client.iterate({ query, variables: { id: caseId } }).next();
      expect(answer.value).toMatchObject({ data: { case: { reports: [{ narrative: { text: null } }] } }, errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
      await client.dispose();
    } finally {
      recorder.record = record;
    }
  });
});
