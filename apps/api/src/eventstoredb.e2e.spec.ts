import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import type { EventStore } from '#libs/event-store';
import { auditLog } from '#libs/ledger-feed';
import { cast, graphqlScenarioPort, play, type Play, type Player, scenario } from '#libs/scenario';
import { DATABASE, EVENT_STORE } from '#libs/service';
import { bootstrap, bootstrapAccounts } from '../../../test/eventstoredb-double/bootstrap.js';
import { EventStoreDbDouble } from '../../../test/eventstoredb-double/server.js';
import { type RunningApp, startApp } from '../../../test/support/app.js';
import { selfSignedCertificate } from '../../../test/support/certificate.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { valueOf } from '../../../test/support/metrics.js';

/** How long the ledger may take to number what was recorded, in milliseconds, on a busy machine. */
const ledgerMsMax = 20_000;

let folder: string;
let double: EventStoreDbDouble;
let database: TestDatabase;
let service: RunningApp;
/** The service's environment: starts after the first one find the same keys. */
let env: Readonly<Record<string, string>>;
let played: Play;

async function ask<Data>(as: Player, query: string, variables: object): Promise<Data> {
  const answer = await service.graphql<Data>(await service.token(as.user, as.role), query, variables);
  // A busy machine may need more than one of the service's own waits.
  if (answer.errors[0]?.extensions['code'] === 'PROJECTION_BEHIND') return ask(as, query, variables);
  if (answer.data === null) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

beforeAll(async () => {
  const tls = await selfSignedCertificate();
  folder = await mkdtemp(join(tmpdir(), 'caseledger-esdb-'));
  await writeFile(join(folder, 'ca.crt'), tls.certificate);
  double = await EventStoreDbDouble.start({ tls: { ...tls, accounts: bootstrapAccounts } });
  await bootstrap(double);
  env = {
    EVENTSTORE_URL: `esdb://caseledger:${bootstrapAccounts.caseledger.password}@localhost:${double.port}?tls=true&tlsCaFile=${join(folder, 'ca.crt')}`,
    CASELEDGER_DATA: folder,
  };
  database = await createTestDatabase();
  service = await startApp(env, database);
}, 60_000);
afterAll(async () => {
  await service.close();
  await database.drop();
  await double.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

describe('the whole service with its log in EventStoreDB (the double of test/), over TLS, as the account of the bootstrap', () => {
  it('plays an incident from the first report to the decision', async () => {
    played = await play(scenario, graphqlScenarioPort(ask), new Date());
    expect(played.things.stage).toBe('DECIDED');
    expect(double.log.readable(`case-${played.caseId}`)).toHaveLength(played.things.revision + 1);
  }, 60_000);

  it('has it in its lists as soon as its last position is projected', async () => {
    const query = /* GraphQL */ `
      query ($atLeast: Position) { cases(first: 5, atLeast: $atLeast) { edges { node { number stage } } } }
    `;
    const { cases } = await ask<{ cases: { edges: readonly { node: object }[] } }>(cast.supervisor, query, { atLeast: played.position });
    expect(cases.edges).toEqual([{ node: { number: played.caseNumber, stage: 'DECIDED' } }]);
  });

  it('keeps every event in the ledger, and an audit of log and ledger finds them equal', async () => {
    const store = service.app.get<EventStore>(EVENT_STORE);
    const pool = service.app.get<Pool>(DATABASE);
    const events = BigInt(double.log.all.filter(({ stream }) => /^(case|access)-/.test(stream)).length);
    const until = Date.now() + ledgerMsMax;
    for (let size = 0n; size < events && Date.now() < until; ) {
      const { rows } = await pool.query<{ size: string }>('SELECT size FROM ledger_state');
      size = BigInt(rows[0]?.size ?? 0);
    }
    const result = await auditLog({ store, pool, origin: 'development.caseledger.invalid', pinsFolder: null });
    expect(result).toMatchObject({ kind: 'SOUND', counts: { leaves: Number(events), foreign: 0 } });
  });

  it('sees every feed come to its end: what the feeds call handled, and the log its head, are the same place', async () => {
    let lag: number | null = null;
    while (lag !== 0) lag = valueOf(await (await fetch(new URL('/metrics', service.url))).text(), 'caseledger_feed_lag_positions');
    expect(await (await fetch(new URL('/ready', service.url))).json()).toMatchObject({ status: 'ready', standingStill: [] });
  });

  it('writes nothing into the log of PostgreSQL', async () => {
    const { rows } = await service.app.get<Pool>(DATABASE).query('SELECT (SELECT count(*)::int FROM event) AS events, kind FROM event_log_in_use');
    expect(rows).toEqual([{ events: 0, kind: 'EVENTSTOREDB' }]);
  });

  it('does not start when its database belongs to another log: the variable forgotten, or another server', async () => {
    await expect(startApp({ CASELEDGER_DATA: folder }, database)).rejects.toThrow(/belongs to the event log .* in EventStoreDB.*Set EVENTSTORE_URL/);
    const other = await EventStoreDbDouble.start();
    await expect(startApp({ CASELEDGER_DATA: folder, EVENTSTORE_URL: other.url }, database)).rejects.toThrow(/Connect it to that one/);
    await other.stop();
  }, 30_000);

  it('starts again where it left off', async () => {
    await service.close();
    service = await startApp(env, database);
    const { case: found } = await ask<{ case: { stage: string } }>(cast.supervisor, 'query ($id: UUID!) { case(caseId: $id) { stage } }', { id: played.caseId });
    expect(found.stage).toBe('DECIDED');
  }, 30_000);
});
