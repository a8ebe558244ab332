import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningApp, startApp } from '../../../test/support/app.js';
import { type DurableCluster, startDurableCluster } from '../../../test/support/database.js';

/** The longest that an answer may take while the database is away, in milliseconds: the log's own bounds, and a busy machine. */
const answerMsMax = 20_000;
const commands = 24;

const fileReport = /* GraphQL */ `
  mutation ($input: FileReportInput!) { fileReport(input: $input) { __typename ... on Recorded { caseId } } }
`;
const input = {
  origin: 'OFFICER',
  incident: {},
  place: {},
  occurredAt: { precision: 'UNKNOWN', source: 'officer', zone: 'America/Chicago' },
  narrative: 'An invented account.',
  injuries: 'UNKNOWN',
};

interface Filed {
  readonly fileReport: { readonly __typename: string; readonly caseId: string };
}

let cluster: DurableCluster;
let service: RunningApp;
let officer: string;

beforeAll(async () => {
  cluster = await startDurableCluster();
  service = await startApp({}, cluster);
  officer = await service.token('officer-1', 'OFFICER');
}, 60_000);
afterAll(async () => {
  await service.close();
  await cluster.remove();
}, 60_000);

async function postmaster(): Promise<number> {
  const [pid] = (await readFile(join(cluster.dataFolder, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n');
  return Number(pid);
}

const file = () => service.graphql<Filed>(officer, fileReport, { input });

/** Files until it works again, for as long as an answer may take and a server takes to come back. */
async function recovered(): Promise<boolean> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    const { data } = await file();
    if (data?.fileReport.__typename === 'Recorded') return true;
  }
  return false;
}

describe('a database that goes away', () => {
  it(
    'makes commands fail as retryable within seconds, loses none that was acknowledged, and the service recovers by itself',
    async () => {
      expect((await file()).data?.fileReport.__typename).toBe('Recorded');
      process.kill(await postmaster(), 'SIGKILL');
      const started = Date.now();
      const answers = await Promise.all(Array.from({ length: commands }, file));
      expect(Date.now() - started).toBeLessThan(answerMsMax);
      for (const { errors } of answers) {
        for (const error of errors) expect(error.extensions).toEqual({ code: 'UNAVAILABLE', retryable: true });
      }
      expect(await recovered()).toBe(true);
      for (const { data } of answers) {
        if (data === null || data.fileReport.__typename !== 'Recorded') continue;
        const { data: read } = await service.graphql(officer, 'query ($id: UUID!) { case(caseId: $id) { stage } }', { id: data.fileReport.caseId });
        expect(read).toEqual({ case: { stage: 'REPORTED' } });
      }
    },
    120_000,
  );
});
