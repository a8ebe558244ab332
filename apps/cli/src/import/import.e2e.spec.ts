import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphqlScenarioPort, play, type Player, scenario } from '#libs/scenario';
import { type RunningApp, startApp } from '../../../../test/support/app.js';
import { Client } from '../client.js';
import { Importer, type ImportTally } from './importer.js';
import { ImportJournal } from './journal.js';
import { readMapping } from './mapping.js';
import { Rejects } from './rejects.js';

const file = 'test/fixtures/complaints.csv';
let service: RunningApp;
let folder: string;
let client: Client;

beforeAll(async () => {
  service = await startApp();
  folder = await mkdtemp(join(tmpdir(), 'caseledger-import-'));
  client = new Client(service.url, await service.token('intake-1', 'INTAKE'));
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

async function importFile(name: string): Promise<{ readonly tally: ImportTally; readonly rejects: Rejects }> {
  const mapping = await readMapping('infra/mappings/chicago-complaints.yaml');
  const journal = await ImportJournal.open(join(folder, `${name}.json`), { source: mapping.source, file, bytes: 1 });
  const rejects = new Rejects(join(folder, `${name}.csv`), false);
  const tally = await new Importer({ client, mapping, journal, rejects, onProgress: () => undefined }).run(file);
  await rejects.close();
  return { tally, rejects };
}

describe('importing an untidy file', () => {
  it('files each row as a report or rejects it with the reason, and the same file again adds nothing', async () => {
    const first = await importFile('first');
    expect(first.tally).toEqual({ rows: 9, opened: 4, further: 1, repeated: 0 });
    expect((await readFile(first.rejects.path, 'utf8')).trim().split('\r\n').slice(1).map((line) => line.split(',')[0])).toEqual(['6', '7', '8', '9']);
    const again = await importFile('again');
    expect(again.tally).toEqual({ rows: 9, opened: 0, further: 0, repeated: 5 });
  });
});

describe('the scenario', () => {
  it('ends with a decided referral, its refusals refused', async () => {
    const port = graphqlScenarioPort(async <Data>(as: Player, query: string, variables: object) =>
      new Client(service.url, await service.token(as.user, as.role)).ask<Data>(query, variables),
    );
    const ended = await play(scenario, port, new Date());
    expect(ended.things.stage).toBe('DECIDED');
    expect(ended.played.filter(({ answer }) => answer.kind === 'REFUSED').map(({ step }) => step.refused)).toEqual(['GAPS', 'BARRED', 'CONTACT_OPEN']);
  });
});
