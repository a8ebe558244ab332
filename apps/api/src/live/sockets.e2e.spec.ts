import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { type RunningApp, startApp } from '../../../../test/support/app.js';
import { socketLimits } from './socket-server.js';

const perUser = 3;
let service: RunningApp;
let officer: string;
beforeAll(async () => {
  service = await startApp({ CASELEDGER_SOCKETS_PER_USER: String(perUser), CASELEDGER_SOCKETS_PER_ADDRESS: '5', CASELEDGER_INTROSPECTION: 'off' });
  officer = await service.token('officer-1', 'OFFICER');
});
afterAll(() => service.close());

interface Connected {
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  /** The answer to one document; a code where the connection ended instead. */
  ask(query: string, variables?: object): Promise<string>;
}

/** `token` null: says nothing of who it is. */
async function connect(token: string | null): Promise<Connected> {
  const socket = new WebSocket(service.url.replace('http', 'ws'), 'graphql-transport-ws');
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  socket.removeAllListeners('error').on('error', () => undefined);
  if (token !== null) {
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    await Promise.race([new Promise((resolve) => socket.once('message', resolve)), closed]);
  }
  let id = 0;
  const ask = (query: string, variables = {}): Promise<string> => {
    id += 1;
    socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query, variables } }));
    return Promise.race([new Promise<string>((resolve) => socket.once('message', (data: Buffer) => resolve(data.toString('utf8')))), closed.then(String)]);
  };
  return { socket, closed, ask };
}

const left = async ({ socket, closed }: Connected): Promise<void> => {
  socket.terminate();
  await closed;
};

describe('a connection', () => {
  it.each([
    ['too deep', `{ ${'cases { edges { node { '.repeat(5)}id${' } } }'.repeat(5)} }`, 'Query depth|Cannot query field'],
    ['too many aliases', `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: __typename`).join(' ')} }`, 'Aliases limit'],
    ['too many directives', `{ __typename ${'@include(if: true) '.repeat(9)} }`, 'Directives limit'],
    ['too many tokens', `{ ${'__typename '.repeat(5_000)} }`, 'token'],
    ['no introspection', '{ __schema { queryType { name } } }', 'introspection'],
  ])('takes no document that HTTP would not: %s', async (_, query, why) => {
    const connected = await connect(officer);
    const said = await connected.ask(query);
    expect(said).toContain('"type":"error"');
    expect(said).toMatch(new RegExp(why, 'i'));
    expect(said).toContain('BAD_INPUT');
    await left(connected);
  });

  it('takes no query that costs too much by a page size in a variable', async () => {
    const connected = await connect(officer);
    const many = Array.from({ length: 25 }, (_, i) => `a${i}: number b${i}: stage`).join(' ').replaceAll(/[ab]\d+: /g, '');
    const said = await connected.ask(`query ($n: Int) { ${Array.from({ length: 20 }, (_, i) => `c${i}: cases(first: $n) { edges { node { id ${many} } } }`).join(' ')} }`, { n: 200 });
    expect(said).toMatch(/costs \d+/);
    await left(connected);
  });

  it('ends where it says nothing, or too much at once', async () => {
    const silent = await connect(null);
    expect(await silent.ask('{ __typename }')).toBe('4401');
    const loud = await connect(officer);
    loud.socket.send('x'.repeat(socketLimits.messageBytesMax + 1));
    expect(await loud.closed).toBe(1009);
  });

  it('is one of few for each user and each address', async () => {
    const mine = await Promise.all(Array.from({ length: perUser }, () => connect(officer)));
    expect(await (await connect(officer)).closed).toBe(4403);
    const other = await service.token('officer-2', 'OFFICER');
    const others = await Promise.all([connect(other), connect(other)]);
    expect(await (await connect(other)).closed).toBe(4403);
    await Promise.all([...mine, ...others].map(left));
    const again = await connect(officer);
    expect(await again.ask('{ __typename }')).toContain('"Query"');
    await left(again);
  });
});

describe('an answer over HTTP', () => {
  it('tells browsers to frame, guess and keep nothing, and carries the correlation id', async () => {
    const id = '01930000-0000-7000-8000-000000000009';
    const response = await fetch(service.url, { method: 'POST', headers: { 'content-type': 'application/json', 'x-correlation-id': id }, body: '{"query":"{ __typename }"}' });
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      'x-correlation-id': id,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('is given to no form and no link of another site', async () => {
    const form = await fetch(service.url, { method: 'POST', headers: { 'content-type': 'text/plain', authorization: `Bearer ${officer}` }, body: '{"query":"{ __typename }"}' });
    const link = await fetch(`${service.url}?query={__typename}`, { headers: { authorization: `Bearer ${officer}` } });
    expect([form.status, link.status]).toEqual([expect.any(Number), 400]);
    expect(form.status).toBeGreaterThanOrEqual(400);
    expect(form.status).toBeLessThan(500);
  });
});

describe('a user who asks too often', () => {
  it('is told to wait, and the others are not', async () => {
    const limited = await startApp({ CASELEDGER_REQUESTS_PER_USER: '1' });
    try {
      const [hasty, calm] = await Promise.all([limited.token('hasty', 'OFFICER'), limited.token('calm', 'OFFICER')]);
      const statuses = [];
      for (let i = 0; i < 30; i += 1) statuses.push((await limited.graphql(hasty, '{ __typename }')).status);
      expect(statuses.slice(0, 10)).toEqual(Array<number>(10).fill(200));
      expect(statuses).toContain(429);
      expect((await limited.graphql(calm, '{ __typename }')).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});
