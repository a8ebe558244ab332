import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { type RunningApp, startApp } from '../../../../test/support/app.js';

let service: RunningApp;
let officer: string;
let supervisor: string;
const clients: Client[] = [];

beforeAll(async () => {
  service = await startApp();
  officer = await service.token('officer-1', 'OFFICER');
  supervisor = await service.token('supervisor-1', 'SUPERVISOR');
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  await service.close();
});

function clientOf(token: string): Client {
  const client = createClient({ url: service.url.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${token}` }, retryAttempts: 0 });
  clients.push(client);
  return client;
}

interface Recorded {
  readonly caseId: string;
  readonly position: string;
  readonly revision: number;
}

async function act(as: string, action: string, input: object): Promise<Recorded> {
  const type = `${action.charAt(0).toUpperCase()}${action.slice(1)}Input`;
  const { data, errors } = await service.graphql<{ answer: Recorded }>(as, `mutation ($input: ${type}!) { answer: ${action}(input: $input) { ... on Recorded { caseId position revision } ... on Refused { code message } } }`, { input });
  if (data === null || data.answer.caseId === undefined) throw new Error(JSON.stringify({ data, errors }));
  return data.answer;
}

const file = (): Promise<Recorded> =>
  act(officer, 'fileReport', {
    origin: 'OFFICER',
    incident: {},
    place: {},
    occurredAt: { earliest: { instant: '2026-03-01T18:00:00Z' }, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' },
    narrative: 'An invented account.',
    injuries: 'NO',
  });
const supplement = async (caseId: string): Promise<Recorded> => {
  const { data } = await service.graphql<{ case: { reports: { id: string }[] } }>(officer, 'query ($c: UUID!) { case(caseId: $c) { reports { id } } }', { c: caseId });
  return act(officer, 'supplementReport', { caseId, report: data?.case.reports[0]?.id, narrative: 'An invented supplement.', footageViewed: false });
};

async function take<Data>(messages: AsyncIterable<{ data?: Data | null }>, count: number): Promise<Data[]> {
  const taken: Data[] = [];
  for await (const { data } of messages) {
    if (data !== null && data !== undefined) taken.push(data);
    if (taken.length === count) break;
  }
  return taken;
}

describe('what is recorded, as it happens', () => {
  it('is told to who was away from where they were, each event once and in order', async () => {
    const { caseId, position } = await file();
    for (let i = 0; i < 5; i += 1) await supplement(caseId);
    const client = clientOf(officer);
    const changes = client.iterate<{ caseChanged: { revision: number; position: string } }>({ query: 'subscription ($c: UUID!, $p: Position) { caseChanged(caseId: $c, after: $p) { revision position } }', variables: { c: caseId, p: position } });
    const missed = take(changes, 7);
    await supplement(caseId);
    await supplement(caseId);
    const revisions = (await missed).map(({ caseChanged }) => caseChanged.revision);
    expect(revisions).toEqual(Array.from({ length: 7 }, (_, i) => (revisions[0] ?? 0) + i));
  });

  it('is told to nobody who may not see the case, judged at each event: who steps back hears no more', async () => {
    const { caseId } = await file();
    const stranger = await service.tokenOf('another-unit', 'officer-9', 'OFFICER');
    const heard: Record<string, number[]> = { stranger: [], officer: [] };
    const follow = (name: string, token: string): void =>
      void clientOf(token).subscribe<{ caseChanged: { revision: number } }>(
        { query: 'subscription ($c: UUID!) { caseChanged(caseId: $c) { revision } }', variables: { c: caseId } },
        { next: ({ data }) => void heard[name]?.push(data?.caseChanged.revision ?? -1), error: () => undefined, complete: () => undefined },
      );
    const witness = clientOf(supervisor).iterate<{ caseChanged: { revision: number; type: string } }>({ query: 'subscription ($c: UUID!) { caseChanged(caseId: $c) { revision type } }', variables: { c: caseId } });
    follow('stranger', stranger);
    follow('officer', officer);
    const all: { revision: number; type: string }[] = [];
    const next = async (): Promise<void> => void all.push((await witness.next()).value?.data?.caseChanged as { revision: number; type: string });
    // What the witness hears is surely there for the others, too, where they may hear it: they ask the same process before.
    const first = next();
    // Until the subscriptions are there nothing comes: supplements go on until one is heard.
    const stop = new AbortController();
    const working = (async () => {
      while (!stop.signal.aborted) await supplement(caseId);
    })();
    await first;
    stop.abort();
    await working;
    await act(officer, 'declareConflict', { caseId, ground: 'An invented ground.' });
    await act(supervisor, 'triageCase', { caseId, outcome: 'INVESTIGATE' });
    while (all.at(-1)?.type !== 'CaseTriaged') await next();
    await witness.return?.(undefined);
    const conflict = all.find(({ type }) => type === 'ConflictDeclared')?.revision ?? -1;
    expect(conflict).toBeGreaterThan(0);
    expect(heard['stranger']).toEqual([]);
    expect(heard['officer']?.every((revision) => revision < conflict)).toBe(true);
  });

  it('refuses a place of another log, in the words of every other answer', async () => {
    const broken = clientOf(officer).iterate({ query: 'subscription { caseChanged(after: "another:1") { revision } }' });
    // The source is refused before the first message: graphql-ws ends the operation with its errors.
    const outcome: unknown = await broken.next().then(({ value }) => value, (error: unknown) => error);
    expect(JSON.stringify(outcome)).toContain('BAD_INPUT');
  });

  it('reaches others at once while one reads nothing at all', async () => {
    const { caseId } = await file();
    const stuck = new WebSocket(service.url.replace('http', 'ws'), 'graphql-transport-ws');
    await once(stuck, 'open');
    stuck.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${officer}` } }));
    await once(stuck, 'message');
    for (let i = 0; i < 20; i += 1) stuck.send(JSON.stringify({ id: String(i), type: 'subscribe', payload: { query: `subscription { caseChanged(caseId: "${caseId}") { revision } }` } }));
    stuck.pause();
    const changes = clientOf(officer).iterate<{ caseChanged: { revision: number } }>({ query: 'subscription ($c: UUID!) { caseChanged(caseId: $c) { revision } }', variables: { c: caseId } });
    const heard = take(changes, 3);
    const stop = new AbortController();
    const working = (async () => {
      while (!stop.signal.aborted) await supplement(caseId);
    })();
    expect(await heard).toHaveLength(3);
    stop.abort();
    await working;
    stuck.terminate();
  });
});

describe('a replay', () => {
  const query = 'subscription ($c: UUID!, $speed: Float, $p: Position) { replay(caseId: $c, speed: $speed, after: $p) { revision event { position type } before { stage } after { stage revision } changes { thing } } }';
  type Step = { replay: { revision: number; event: { position: string; type: string }; after: { stage: string; revision: number } } };

  it('plays a case from its beginning to its end, and after a break goes on where it stopped', async () => {
    const { caseId } = await file();
    await supplement(caseId);
    await act(supervisor, 'triageCase', { caseId, outcome: 'INVESTIGATE' });
    const client = clientOf(officer);
    const play = (p: string | null) => client.iterate<Step>({ query, variables: { c: caseId, speed: 1e6, p } });
    const [first, second] = await take(play(null), 2);
    const rest = await take(play(second?.replay.event.position ?? ''), 99);
    const revisions = [first, second, ...rest].map((step) => step?.replay.revision);
    expect(revisions).toEqual(Array.from({ length: revisions.length }, (_, i) => i));
    expect(rest.at(-1)?.replay).toMatchObject({ event: { type: 'CaseTriaged' }, after: { stage: 'UNDER_INVESTIGATION' } });
    for (const step of [first, second, ...rest]) expect(step?.replay.after.revision).toBe(step?.replay.revision);
  });

  it('refuses a speed that is none, and a case that its reader may not see', async () => {
    const { caseId } = await file();
    const stranger = await service.tokenOf('another-unit', 'officer-9', 'OFFICER');
    const outcome = (token: string, speed: number): Promise<unknown> =>
      clientOf(token).iterate<Step>({ query, variables: { c: caseId, speed } }).next().then(({ value }) => value as unknown, (error: unknown) => error);
    expect(JSON.stringify(await outcome(officer, 0))).toContain('BAD_INPUT');
    expect(JSON.stringify(await outcome(stranger, 1_000))).toContain('NOT_FOUND');
  });
});

describe('signed checkpoints', () => {
  it('come as they are signed, and from the first on to who asks for all', async () => {
    await file();
    const client = clientOf(officer);
    const checkpoints = client.iterate<{ ledgerCheckpoints: { size: number; note: string } }>({ query: 'subscription { ledgerCheckpoints(after: 0) { size note } }' });
    const [first] = await take(checkpoints, 1);
    const size = first?.ledgerCheckpoints.size ?? 0;
    const later = take(client.iterate<{ ledgerCheckpoints: { size: number } }>({ query: 'subscription ($s: SafeInt) { ledgerCheckpoints(after: $s) { size } }', variables: { s: size } }), 1);
    await file();
    expect((await later)[0]?.ledgerCheckpoints.size).toBeGreaterThan(size);
    expect(first?.ledgerCheckpoints.note).toContain('development.caseledger.invalid');
  });
});
