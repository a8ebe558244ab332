import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { userStreamId, UserStandings } from '#libs/accounts';
import { developmentIssuer } from '#libs/access';
import { decodeReads } from '#libs/reads';
import type { EventStore } from '#libs/event-store';
import { EVENT_STORE } from '#libs/service';
import { type RunningApp, startApp } from '../../../../test/support/app.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';

/** Goal of the issue: within a second, in every process. */
const goneWithinMs = 1_000;

const key = Buffer.alloc(32, 1).toString('base64');
/** What processes of one service have in common. */
const sharedKeys = { CASELEDGER_MASTER_KEY: key, CASELEDGER_PEPPER: key, CASELEDGER_LEDGER_KEY: key };

let database: TestDatabase;
let here: RunningApp;
let elsewhere: RunningApp;
let admin: string;
beforeAll(async () => {
  database = await createTestDatabase();
  here = await startApp(sharedKeys, database);
  // Another process in all but name: its own log reader, caches and sockets.
  elsewhere = await startApp({ ...sharedKeys, CASELEDGER_WORKER: 'off' }, database);
  admin = await here.token('admin-1', 'ADMIN');
});
afterAll(async () => {
  await elsewhere.close();
  await here.close();
  await database.drop();
});

interface Answer {
  readonly stream?: string;
  readonly eventIds?: readonly string[];
  readonly caseId?: string | null;
  readonly repeated?: boolean;
  readonly nothingToRecord?: boolean;
  readonly code?: string;
  readonly actualRevision?: number;
}

async function act(as: string, action: 'disableUser' | 'enableUser', input: object): Promise<Answer> {
  const type = `${action === 'disableUser' ? 'Disable' : 'Enable'}UserInput`;
  const selection = '... on Recorded { stream eventIds caseId repeated nothingToRecord } ... on Refused { code } ... on Conflict { actualRevision }';
  const { data, errors } = await here.graphql<{ answer: Answer }>(as, `mutation ($input: ${type}!) { answer: ${action}(input: $input) { ${selection} } }`, { input });
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.answer;
}

const ask = (service: RunningApp, token: string) => service.graphql(token, '{ cases(first: 1) { edges { node { number } } } }');

async function openSocket(service: RunningApp, token: string): Promise<{ readonly closed: Promise<number> }> {
  const socket = new WebSocket(service.url.replace('http', 'ws'), 'graphql-transport-ws');
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })));
    socket.once('message', () => resolve());
    // Not let in: then nothing is subscribed to.
    socket.once('close', () => resolve());
  });
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { caseChanged { revision } }' } }));
  return { closed };
}

describe('a user who is disabled', () => {
  it('loses all access within a second, in every process, their open subscriptions too; enabled again, they come in', async () => {
    const user = 'officer-leaving';
    const [there, away] = [await here.token(user, 'OFFICER'), await elsewhere.token(user, 'OFFICER')];
    expect([(await ask(here, there)).status, (await ask(elsewhere, away)).status]).toEqual([200, 200]);
    const [socket, socketAway] = [await openSocket(here, there), await openSocket(elsewhere, away)];
    const disabled = await act(admin, 'disableUser', { user, reason: 'Left the department (invented).' });
    const began = performance.now();
    expect(disabled).toMatchObject({ stream: `user-${userStreamId(developmentIssuer, user)}`, caseId: null, nothingToRecord: false });
    expect(disabled.eventIds).toHaveLength(1);
    expect(await Promise.all([socket.closed, socketAway.closed])).toEqual([4403, 4403]);
    expect([(await ask(here, there)).status, (await ask(elsewhere, away)).status]).toEqual([401, 401]);
    expect(performance.now() - began).toBeLessThan(goneWithinMs);
    // A token made since then is no better.
    expect((await ask(here, await here.token(user, 'OFFICER'))).status).toBe(401);
    await expect(openSocket(here, there).then(({ closed }) => closed)).resolves.toBe(4403);

    expect((await act(admin, 'enableUser', { user, reason: 'Came back (invented).' })).eventIds).toHaveLength(1);
    while ((await ask(here, there)).status !== 200);
  });

  it('is known to a process that starts later', async () => {
    await act(admin, 'disableUser', { user: 'officer-gone', reason: 'Invented.' });
    const later = await startApp({ ...sharedKeys, CASELEDGER_WORKER: 'off' }, database);
    try {
      expect((await ask(later, await later.token('officer-gone', 'OFFICER'))).status).toBe(401);
      expect((await ask(later, await later.token('officer-here', 'OFFICER'))).status).toBe(200);
    } finally {
      await later.close();
    }
  });

  it('is recorded once for each command, refused to other roles and for oneself, and judged at the revision that was seen', async () => {
    const input = { commandId: '01930000-0000-7000-8000-000000000001', user: 'officer-2', reason: 'Invented.' };
    const first = await act(admin, 'disableUser', input);
    expect(await act(admin, 'disableUser', input)).toEqual({ ...first, repeated: true });
    expect(await act(admin, 'disableUser', { ...input, reason: 'Another.' })).toEqual({ code: 'COMMAND_ID_REUSED' });
    expect(await act(admin, 'disableUser', { ...input, commandId: null })).toMatchObject({ nothingToRecord: true, eventIds: [] });
    expect(await act(admin, 'enableUser', { ...input, commandId: null, expectedRevision: 7 })).toEqual({ actualRevision: 0 });
    expect(await act(admin, 'disableUser', { user: 'admin-1', reason: 'Invented.' })).toEqual({ code: 'ONESELF' });
    const supervisor = await here.token('supervisor-1', 'SUPERVISOR');
    expect(await act(supervisor, 'disableUser', { user: 'officer-3', reason: 'Invented.' })).toEqual({ code: 'ROLE_NOT_ALLOWED' });
  });
});

describe('while it can’t be known who is disabled', () => {
  it('nobody is let in, and the answer says that it may be asked again', async () => {
    const alone = await startApp();
    try {
      await alone.app.get(UserStandings).stop();
      const { status, errors } = await ask(alone, await alone.token('officer-5', 'OFFICER'));
      expect([status, errors[0]?.extensions]).toEqual([503, { code: 'UNAVAILABLE', retryable: true }]);
    } finally {
      await alone.close();
    }
  });
});

describe('a sign-in that fails', () => {
  it('is recorded with whence, when and why, and with nothing of the token', async () => {
    const token = `${await here.token('officer-4', 'OFFICER')}x`;
    expect((await ask(here, token)).status).toBe(401);
    const store = here.app.get<EventStore>(EVENT_STORE);
    const denied = [];
    for await (const page of store.readAll({ categories: ['access'] })) {
      for (const event of page) {
        expect(event.body).not.toContain(token.slice(-40));
        denied.push(...decodeReads(event).filter(({ read }) => read.source === 'signIn'));
      }
    }
    expect(denied.at(-1)?.read).toMatchObject({ kind: 'AccessDenied', outcome: 'DENIED', actor: null, channel: 'HTTP', address: '127.0.0.1', detail: { reason: expect.any(String) } });
  });
});
