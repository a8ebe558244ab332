import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import type { EventStore } from '#libs/event-store';
import { decodeReads, type StoredRead } from '#libs/reads';
import { EVENT_STORE } from '#libs/service';
import { type RunningApp, startApp } from '../../../../test/support/app.js';
import { bodyLimits } from './body.js';

/** As in production: the schema is not shown, and a proxy stands before the service. */
let service: RunningApp;
let officer: string;
beforeAll(async () => {
  service = await startApp({ CASELEDGER_INTROSPECTION: 'off', CASELEDGER_TRUSTED_PROXIES: '127.0.0.1', CASELEDGER_CORS_ORIGINS: 'https://desk.example' });
  officer = await service.token('officer-1', 'OFFICER');
});
afterAll(async () => service.close());

/** What a socket is answered to one operation. */
function askBySocket(token: string, query: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(service.url.replace('http', 'ws'), 'graphql-transport-ws', { headers });
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })));
    socket.on('message', (data: Buffer) => {
      const { type } = JSON.parse(data.toString('utf8')) as { type: string };
      if (type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
      else if (type !== 'ping') {
        resolve(data.toString('utf8'));
        socket.close();
      }
    });
    socket.on('close', (code) => resolve(String(code)));
    socket.on('error', reject);
  });
}

async function readsBySource(source: string): Promise<readonly StoredRead[]> {
  const found: StoredRead[] = [];
  for await (const page of service.app.get<EventStore>(EVENT_STORE).readAll({ categories: ['access'] })) {
    for (const event of page) found.push(...decodeReads(event).map(({ read }) => read).filter((read) => read.source === source));
  }
  return found;
}

describe('a service that does not show its schema', () => {
  it('answers no introspection, over HTTP or a socket, and serves no console', async () => {
    const query = '{ __schema { types { name } } }';
    expect(JSON.stringify((await service.graphql(officer, query)).errors)).toContain('introspection');
    expect(await askBySocket(officer, query)).toContain('introspection');
    expect((await fetch(service.url, { headers: { accept: 'text/html' } })).headers.get('content-type')).not.toContain('text/html');
    expect((await fetch(new URL('/', service.url), { headers: { accept: 'text/html' } })).status).toBe(404);
  });

  it('takes nobody for a program of its machine behind a proxy, which may add no header: no metrics without a token, no demonstration tokens, no sign-in', async () => {
    const statusOf = async (path: string): Promise<number> => (await fetch(new URL(path, service.url))).status;
    expect([await statusOf('/metrics'), await statusOf('/development/token?role=ADMIN'), await statusOf('/oidc/auth')]).toEqual([403, 404, 403]);
  });

  it('guesses no name of it, over HTTP or a socket: asked often enough, the guesses are the schema', async () => {
    for (const query of ['{ casees { number } }', '{ cases(fist: 1) { edges { cursor } } }', '{ cases(filter: { stag: REPORTED }) { edges { cursor } } }', '{ cases(filter: { stages: [REPORTD] }) { edges { cursor } } }']) {
      const { errors } = await service.graphql(officer, query);
      expect(errors.length).toBeGreaterThan(0);
      expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
      const said = await askBySocket(officer, query);
      expect(said).toContain('"type":"error"');
      expect(said).not.toMatch(/did you mean/i);
    }
  });
});

describe('a service behind a proxy of its own', () => {
  it('records and counts the address that the proxy vouches for, over HTTP and sockets, and none that the asker wrote', async () => {
    const forwarded = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' };
    await fetch(service.url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer no.such.token', ...forwarded }, body: '{"query":"{ __typename }"}' });
    expect(await askBySocket('no.such.token', '{ __typename }', { 'x-forwarded-for': '203.0.113.10' })).toBe('4403');
    expect((await readsBySource('signIn')).map(({ channel, address }) => [channel, address])).toEqual([
      ['HTTP', '203.0.113.9'],
      ['WEBSOCKET', '203.0.113.10'],
    ]);
  });
});

describe('a request', () => {
  it('ends after a minute at the latest, however slowly it trickles in', () => {
    const server = service.app.getHttpServer() as Server;
    expect([server.requestTimeout, server.headersTimeout <= server.requestTimeout]).toEqual([bodyLimits.requestMsMax, true]);
  });

  it('of a page elsewhere may be read by that page only where its origin is listed', async () => {
    const allowed = async (origin: string): Promise<string | null> => (await fetch(service.url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } })).headers.get('access-control-allow-origin');
    expect(await allowed('https://desk.example')).toBe('https://desk.example');
    for (const origin of ['https://desk.example.evil.example', 'https://evil.example', 'http://desk.example', 'null']) expect(await allowed(origin)).toBeNull();
  });

  it('for an export that is not there, or another’s, is recorded as denied', async () => {
    const id = '0190b5a0-0000-4000-8000-000000000001';
    for (const asked of [id, 'what%20somebody%20typed']) expect((await fetch(new URL(`/exports/${asked}`, service.url), { headers: { authorization: `Bearer ${officer}` } })).status).toBe(404);
    const denied = await readsBySource('GET /exports');
    expect(denied.map(({ kind, outcome, actor, things }) => ({ kind, outcome, actor, things }))).toEqual([
      { kind: 'AccessDenied', outcome: 'DENIED', actor: 'officer-1', things: [`export:${id}`] },
      { kind: 'AccessDenied', outcome: 'DENIED', actor: 'officer-1', things: [] },
    ]);
  });
});
