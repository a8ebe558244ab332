import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Actor, CaseId, CommandId, Role, UserId } from '#libs/domain';
import type { CaseRecorder, RecordOutcome, RecordRequest } from '#libs/recorder';
import { CONFIG, DELIVERY_RETRIES, POLICY, POLICY_RECORDER, RECORDER, TELEMETRY, USER_RECORDER, vocabulary } from '#libs/service';
import { Metrics, noTracing } from '#libs/telemetry';
import type { GraphqlContext } from '../auth/viewer-context.js';
import { formatErrors } from '../graphql/errors.js';
import { ActionsModule } from './actions.module.js';

const caseId = '0192f0c1-2b3c-7d4e-8f50-123456789abc' as CaseId;
const commandId = '0192f0c1-2b3c-7d4e-8f50-123456789abd' as CommandId;
const correlationId = '0192f0c1-2b3c-7d4e-8f50-123456789abe';

/** Remembers what it was asked to record, and answers as it is told. */
class ScriptedRecorder implements CaseRecorder {
  requests: RecordRequest[] = [];
  answer: (request: RecordRequest) => RecordOutcome | Promise<RecordOutcome> = recorded;

  async record(request: RecordRequest): Promise<RecordOutcome> {
    this.requests.push(request);
    return this.answer(request);
  }
}

const recorded = (request: RecordRequest): RecordOutcome => ({
  kind: 'RECORDED',
  receipt: {
    commandId: request.commandId,
    caseId: request.caseId,
    stream: `case-${request.caseId}`,
    caseNumber: '2026-000123',
    eventIds: [commandId],
    eventTypes: ['SomethingRecorded'],
    revision: 4,
    position: 'log:17',
    leafHash: 'leaf',
    repeated: false,
  },
});

const recorder = new ScriptedRecorder();
let roles: Role[] = ['OFFICER'];
const actor = (): Actor => ({ actor: 'officer-1' as UserId, roles, unit: 'U-1', purpose: 'of the token', authority: null });

@Resolver()
class AnyQuery {
  @Query(() => Boolean)
  there(): boolean {
    return true;
  }
}

@Global()
@Module({
  providers: [
    { provide: RECORDER, useValue: recorder },
    { provide: TELEMETRY, useValue: { metrics: new Metrics(vocabulary), tracing: noTracing } },
    ...[USER_RECORDER, POLICY_RECORDER, DELIVERY_RETRIES, POLICY, CONFIG].map((provide) => ({ provide, useValue: {} })),
    AnyQuery,
  ],
  exports: [RECORDER, TELEMETRY, USER_RECORDER, POLICY_RECORDER, DELIVERY_RETRIES, POLICY, CONFIG],
})
class ScriptedService {}

let app: NestFastifyApplication;

beforeAll(async () => {
  const context = (): GraphqlContext => ({ viewer: { actor: actor(), expiresAt: 0 }, correlationId });
  const module = await Test.createTestingModule({
    imports: [
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        autoSchemaFile: true,
        playground: false,
        csrfPrevention: false,
        context,
        formatError: formatErrors(() => undefined),
      }),
      CqrsModule.forRoot(),
      ScriptedService,
      ActionsModule,
    ],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});

afterAll(() => app.close());
beforeEach(() => {
  recorder.requests = [];
  recorder.answer = recorded;
  roles = ['OFFICER'];
});

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string; readonly fields?: unknown } }[];
}

async function post(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  const response = await app.inject({ method: 'POST', url: '/graphql', payload: { query, variables } });
  return response.json<Answer>();
}

const answered = `__typename
  ... on Recorded { commandId caseId caseNode caseNumber eventIds eventTypes revision position leafHash repeated nothingToRecord }
  ... on Refused { code message gaps { code message about } }
  ... on Conflict { expectedRevision actualRevision message }`;

const mutation = (name: string, input: string): string => `mutation ($input: ${input}!) { ${name}(input: $input) { ${answered} } }`;

const when = { earliest: { local: '2026-11-01T01:30', offset: '-05:00' }, precision: 'MINUTE', source: 'reporter', zone: 'America/Chicago' };
const report = {
  origin: 'OFFICER',
  incident: { dispatch: 'D-1' },
  occurredAt: when,
  reportedAt: '2026-11-01T03:00:00.5-05:00',
  place: { beat: '0112' },
  narrative: 'An invented account.',
  injuries: 'UNKNOWN',
};

describe('actions by GraphQL', () => {
  it('dispatches one command with what the input says, times in UTC and what is absent as null', async () => {
    const { data, errors } = await post(mutation('fileReport', 'FileReportInput'), { input: { ...report, commandId, purpose: 'of the input' } });
    expect(errors).toBeUndefined();
    expect(data?.['fileReport']).toMatchObject({ __typename: 'Recorded', caseNumber: '2026-000123', repeated: false, nothingToRecord: false });
    expect(recorder.requests).toHaveLength(1);
    expect(recorder.requests[0]).toMatchObject({ commandId, correlationId, causationId: null, expectedRevision: null });
    expect(recorder.requests[0]?.actor).toEqual({ ...actor(), purpose: 'of the input' });
    expect(recorder.requests[0]?.command).toEqual({
      type: 'fileReport',
      data: {
        target: 'NEW',
        source: null,
        origin: 'OFFICER',
        incident: { dispatch: 'D-1', records: null, other: [] },
        occurredAt: { ...when, latest: null },
        reportedAt: '2026-11-01T08:00:00.500Z',
        place: { beat: '0112', district: null, description: null },
        address: null,
        category: null,
        narrative: 'An invented account.',
        onSceneAt: null,
        unit: null,
        camera: null,
        officersPresent: [],
        injuries: 'UNKNOWN',
        footageViewed: false,
      },
    });
  });

  it('opens the same case for the same command, another for another, and names an existing one where it is given', async () => {
    for (const input of [{ commandId }, { commandId }, {}, { caseId }]) await post(mutation('fileReport', 'FileReportInput'), { input: { ...report, ...input } });
    const cases = recorder.requests.map((request) => request.caseId);
    expect(cases[1]).toBe(cases[0]);
    expect(cases[2]).not.toBe(cases[0]);
    expect(cases[3]).toBe(caseId);
    expect(recorder.requests.map(({ command }) => command.type === 'fileReport' && command.data.target)).toEqual(['NEW', 'NEW', 'NEW', 'EXISTING']);
  });

  it('makes a UUIDv7 where the client gives no command id, and returns it', async () => {
    const { data } = await post(mutation('closeCase', 'CloseCaseInput'), { input: { caseId, reason: 'Done.' } });
    expect(data?.['closeCase']).toMatchObject({ commandId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) });
  });

  it('turns unions into those of the domain', async () => {
    const evidence = { caseId, violation: caseId, element: 0, bearing: 'SUPPORTS', evidence: { report: commandId.toUpperCase() } };
    await post(mutation('linkEvidence', 'LinkEvidenceInput'), { input: evidence });
    await post(mutation('grantAccess', 'GrantAccessInput'), {
      input: { caseId, person: 'reader-1', accessPurpose: 'an audit', purpose: 'oversight', expiresAt: '2026-12-01T00:00:00Z' },
    });
    expect(recorder.requests[0]?.command).toMatchObject({ data: { evidence: { kind: 'REPORT', id: commandId }, note: null } });
    expect(recorder.requests[1]?.command).toEqual({
      type: 'grantAccess',
      data: { person: 'reader-1', purpose: 'an audit', expiresAt: '2026-12-01T00:00:00.000Z' },
    });
    expect(recorder.requests[1]?.actor.purpose).toBe('oversight');
  });

  it('answers refusals with their gaps, and conflicts, as values', async () => {
    const gaps = [{ code: 'NO_VIOLATION', message: 'No violation is alleged.', about: null }];
    recorder.answer = () => ({ kind: 'REFUSED', code: 'GAPS', message: 'Something is missing.', gaps });
    const refused = await post(mutation('submitForReview', 'SubmitForReviewInput'), { input: { caseId } });
    expect(refused.data?.['submitForReview']).toEqual({ __typename: 'Refused', code: 'GAPS', message: 'Something is missing.', gaps });
    recorder.answer = () => ({ kind: 'CONFLICT', expected: 3, actual: 5 });
    const conflict = await post(mutation('submitForReview', 'SubmitForReviewInput'), { input: { caseId, expectedRevision: 3 } });
    const message = 'The case is at revision 5, not 3. Read it again and decide.';
    expect(conflict.data?.['submitForReview']).toEqual({ __typename: 'Conflict', expectedRevision: 3, actualRevision: 5, message });
    expect(recorder.requests[1]?.expectedRevision).toBe(3);
  });

  it('says that nothing had to be recorded', async () => {
    recorder.answer = (request) => {
      const outcome = recorded(request);
      if (outcome.kind !== 'RECORDED') throw new Error('unreachable');
      return { kind: 'RECORDED', receipt: { ...outcome.receipt, eventIds: [], eventTypes: [], position: null, leafHash: null } };
    };
    const { data } = await post(mutation('closeCase', 'CloseCaseInput'), { input: { caseId, reason: 'Done.' } });
    expect(data?.['closeCase']).toMatchObject({ nothingToRecord: true, position: null, leafHash: null, eventIds: [] });
  });
});

describe('bad input', () => {
  const bad = async (query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
    const { errors } = await post(query, variables);
    expect(recorder.requests).toEqual([]);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(errors?.map(() => 'BAD_INPUT'));
    expect(JSON.stringify(errors)).not.toContain('secret');
    return errors?.flatMap(({ extensions }) => extensions.fields);
  };

  it('names every bad field at once', async () => {
    const input = { ...report, narrative: ' ', incident: { dispatch: 'a\0b' }, occurredAt: { ...when, earliest: {} } };
    expect(await bad(mutation('fileReport', 'FileReportInput'), { input })).toEqual([
      { path: 'incident.dispatch', problems: ['must not contain the character NUL'] },
      { path: 'occurredAt.earliest', problems: ['must give exactly one of instant, local'] },
      { path: 'narrative', problems: ['must not be blank: leave it out if it is not known'] },
    ]);
  });

  it("names the field that is of another type than GraphQL's, in variables, and never repeats a value", async () => {
    const input = {
      ...report,
      reportedAt: 'secret; at "input.x"; no',
      narrative: { secret: 'secret' },
      injuries: 'secret',
      place: 'secret',
      incident: { other: [7] },
      unknown: 'secret',
      officersPresent: [{ officer: 'o-1' }, { camera: 'secret' }],
    };
    expect(await bad(mutation('fileReport', 'FileReportInput'), { input })).toEqual(
      expect.arrayContaining([
        { path: 'reportedAt', problems: ['must be a date and time that exists, as ISO 8601 with an offset (2026-11-22T04:15:30-06:00)'] },
        { path: 'narrative', problems: ['must be of the type String'] },
        { path: 'injuries', problems: ['must be a value of the enum YesNoUnknown'] },
        { path: 'place', problems: ['must be an object'] },
        { path: 'incident.other.0', problems: ['must be of the type String'] },
        { path: 'unknown', problems: ['is not a field of FileReportInput'] },
        { path: 'officersPresent.1.officer', problems: ['is required'] },
      ]),
    );
  });

  it('names the field in a literal, too', async () => {
    const literal = `{ caseId: "secret", reason: 7, at: null, expectedRevision: "secret", office: "o", other: 1 }`;
    expect(await bad(`mutation { notifyProsecutor(input: ${literal}) { __typename } }`)).toEqual(
      expect.arrayContaining([
        { path: 'caseId', problems: ['must be a UUID'] },
        { path: 'reason', problems: ['must be of the type String'] },
        { path: 'expectedRevision', problems: ['must be of the type Int'] },
        { path: 'other', problems: ['is not a field of NotifyProsecutorInput'] },
      ]),
    );
    const nested = `{ caseId: "${caseId}", officers: [], cameras: ["a", 7] }`;
    expect(await bad(`mutation { requestPreservation(input: ${nested}) { __typename } }`)).toEqual([
      { path: 'cameras.1', problems: ['must be of the type String'] },
    ]);
    expect(await bad(`mutation { closeCase(input: { caseId: "${caseId}" }) { __typename } }`)).toEqual([{ path: 'reason', problems: ['is required'] }]);
    expect(await bad(`mutation ($id: UUID!) { closeCase(input: { caseId: $id, reason: "r" }) { __typename } }`, { id: 'secret' })).toEqual([
      { path: '$id', problems: ['must be a UUID'] },
    ]);
  });

  it('refuses fields that are each within their limit and together larger than an event can be', async () => {
    const input = { ...report, narrative: '\u6f22'.repeat(90_000) };
    const fields = await bad(mutation('fileReport', 'FileReportInput'), { input });
    expect(fields).toEqual([{ path: 'narrative', problems: [expect.stringMatching(/^makes the whole too large: 27\d{4} bytes/)] }]);
  });
});

describe('importReports', () => {
  const importing = `mutation ($input: ImportReportsInput!) { importReports(input: $input) { row result { ${answered} } } }`;
  const row = (n: number, reference: string) => ({
    row: n,
    reference,
    incident: {},
    occurredAt: { precision: 'UNKNOWN', source: 'invented file', zone: 'America/Chicago' },
    place: {},
    category: { text: 'An invented category' },
    injuries: 'UNKNOWN',
    columns: [{ name: 'Outcome', value: 'None' }],
  });
  beforeEach(() => {
    roles = ['INTAKE'];
  });

  it('answers each row in order, with case ids by number and command ids by row', async () => {
    recorder.answer = (request) =>
      request.command.type === 'fileReport' && request.command.data.source?.row === 2
        ? { kind: 'REFUSED', code: 'TIME_IN_FUTURE', message: 'It lies ahead.', gaps: [] }
        : recorded(request);
    const input = { source: 'invented', rows: [row(1, 'A'), row(2, 'B'), row(3, 'A')] };
    const { data, errors } = await post(importing, { input });
    expect(errors).toBeUndefined();
    expect(data?.['importReports']).toMatchObject([
      { row: 1, result: { __typename: 'Recorded' } },
      { row: 2, result: { __typename: 'Refused', code: 'TIME_IN_FUTURE' } },
      { row: 3, result: { __typename: 'Recorded' } },
    ]);
    const byRow = recorder.requests.toSorted((a, b) => rowOf(a) - rowOf(b));
    expect(byRow[0]?.caseId).toBe(byRow[2]?.caseId);
    expect(byRow[1]?.caseId).not.toBe(byRow[0]?.caseId);
    expect(new Set(byRow.map((request) => request.commandId)).size).toBe(3);
    expect(byRow[0]?.command.data).toMatchObject({
      target: 'IMPORT',
      origin: 'IMPORTED',
      source: { system: 'invented', reference: 'A', row: 1, columns: { Outcome: 'None' } },
    });
    const first = recorder.requests.map((request) => request.commandId).toSorted();
    recorder.requests = [];
    await post(importing, { input });
    expect(recorder.requests.map((request) => request.commandId).toSorted()).toEqual(first);
  });

  const rowOf = ({ command }: RecordRequest): number => (command.type === 'fileReport' ? (command.data.source?.row ?? 0) : 0);

  it('records the rows of one case one after the other', async () => {
    let running = 0;
    let most = 0;
    recorder.answer = async (request) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return recorded(request);
    };
    await post(importing, { input: { source: 'invented', rows: [row(1, 'A'), row(2, 'A'), row(3, 'A')] } });
    expect(recorder.requests.map(rowOf)).toEqual([1, 2, 3]);
    expect(most).toBe(1);
  });

  it('waits for every row before it answers with an error, and the same rows may be sent again', async () => {
    let finished = 0;
    recorder.answer = async (request) => {
      if (rowOf(request) === 1) throw new Error('out of order, invented');
      await new Promise(setImmediate);
      finished += 1;
      return recorded(request);
    };
    const { errors } = await post(importing, { input: { source: 'invented', rows: [row(1, 'A'), row(2, 'B')] } });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL']);
    expect(finished).toBe(1);
  });

  it('refuses all rows of a batch in which one is bad, and names it', async () => {
    const rows = [row(1, 'A'), row(1, 'B'), { ...row(3, 'C'), incident: { dispatch: '' } }];
    const first = await post(importing, { input: { source: 'invented', rows } });
    expect(first.errors?.[0]?.extensions.fields).toEqual([
      { path: 'rows.2.incident.dispatch', problems: ['must not be blank: leave it out if it is not known'] },
    ]);
    const second = await post(importing, { input: { source: 'invented', rows: rows.slice(0, 2) } });
    expect(second.errors?.[0]?.extensions.fields).toEqual([{ path: 'rows.1.row', problems: ['must not be the row of an earlier one'] }]);
    expect(recorder.requests).toEqual([]);
  });

  it('is refused to officers, row by row', async () => {
    roles = ['OFFICER'];
    const { data } = await post(importing, { input: { source: 'invented', rows: [row(1, 'A')] } });
    expect(data?.['importReports']).toMatchObject([{ row: 1, result: { __typename: 'Refused', code: 'ROLE_NOT_ALLOWED' } }]);
    expect(recorder.requests).toEqual([]);
  });

  it('takes 200 rows and no more', async () => {
    const rows = Array.from({ length: 201 }, (_, i) => row(i + 1, `N-${i}`));
    const all = await post(importing, { input: { source: 'invented', rows: rows.slice(1) } });
    expect(all.data?.['importReports']).toHaveLength(200);
    const more = await post(importing, { input: { source: 'invented', rows } });
    expect(more.errors?.[0]?.extensions.fields).toEqual([{ path: 'rows', problems: ['must have at most 200 items'] }]);
  });
});
