import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import type { EventStore } from '#libs/event-store';
import type { RebuildReport } from '#libs/read-models';
import { cast, graphqlScenarioPort, play, type Player, scenario } from '#libs/scenario';
import { DATABASE, EVENT_STORE } from '#libs/service';
import { type RunningApp, startApp } from '../../../test/support/app.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { runFromSource } from '../../../test/support/from-source.js';
import { collectPages } from '../../../test/support/log-kit.js';
import { differingTables } from '../../../test/support/read-model-oracle.js';
import { query } from '../../../test/support/sql.js';

let folder: string;
let database: TestDatabase;
let service: RunningApp;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'caseledger-rebuild-'));
  database = await createTestDatabase();
  service = await startApp({ CASELEDGER_DATA: folder }, database);
  await play(scenario, graphqlScenarioPort(ask), new Date());
}, 60_000);
afterAll(async () => {
  await service.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function ask<Data>(as: Player, text: string, variables: object): Promise<Data> {
  const answer = await service.graphql<Data>(await service.token(as.user, as.role), text, variables);
  if (answer.data === null) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

const run = (...words: string[]) => runFromSource(words, { database, folder });

describe('caseledger rebuild', () => {
  it('builds every table beside the running service, the clocks in a thread of their own, and swaps what equals the fold', async () => {
    const rebuilt = await run('apps/cli/src/main.ts', '--json', 'rebuild');
    expect(rebuilt).toMatchObject({ code: 0 });
    const report = JSON.parse(rebuilt.out) as RebuildReport;
    expect(report.feeds).toEqual(['cases', 'clocks', 'search', 'access']);
    expect(report.tables.filter(({ same }) => !same)).toEqual([]);
    expect(report.tables.find(({ table }) => table === 'clock.clock')?.rows).toBeGreaterThan(0);
    expect(await query(database.ownerUrl, 'SELECT DISTINCT phase FROM rebuild')).toEqual([{ phase: 'SWAPPED' }]);
    const events = await collectPages(service.app.get<EventStore>(EVENT_STORE).readAll());
    expect(await differingTables(service.app.get<Pool>(DATABASE), events)).toEqual({});
    const seen = await ask<{ cases: { edges: readonly object[] } }>(cast.supervisor, '{ cases(first: 5) { edges { node { id } } } }', {});
    expect(seen.cases.edges).toHaveLength(1);
  }, 90_000);

  it('takes a thread that fails for a feed that fails, and says why', async () => {
    const { out } = await run('test/support/failing-thread.ts');
    expect(JSON.parse(out)).toEqual({ state: 'REFUSED', lastError: 'there is no feed none' });
  }, 60_000);
});
