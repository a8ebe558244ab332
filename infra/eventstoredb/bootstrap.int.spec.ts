import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { selfSignedCertificate } from '../../test/support/certificate.js';

/** The parts of the server's HTTP interface that the script uses, as its documentation has them: users, their passwords, events of a stream. */
class HttpDouble {
  readonly passwords = new Map([
    ['admin', 'changeit'],
    ['ops', 'changeit'],
  ]);
  /** Bodies by the id of their event: the server takes an id once. */
  readonly streams = new Map<string, Map<string, { readonly type: string; readonly data: unknown }>>();
  readonly #server: Server;

  constructor(tls: { readonly key: Buffer; readonly certificate: Buffer }) {
    this.#server = createServer({ key: tls.key, cert: tls.certificate }, (request, answer) => {
      void this.#status(request).then((status) => answer.writeHead(status).end());
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo; // A TCP listener has no other kind of address.
    return `https://localhost:${port}`;
  }

  close(): void {
    this.#server.close();
  }

  async #status(request: IncomingMessage): Promise<number> {
    const [user = '', password = ''] = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString().split(':');
    if (this.passwords.get(user) !== password) return 401;
    const body = await text(request);
    const [, kind, name = ''] = (request.url ?? '').split('/');
    if (request.method === 'GET') return this.passwords.has(name) ? 200 : 404;
    if (user !== 'admin') return 403;
    const data = JSON.parse(body) as { readonly newPassword?: string; readonly loginName?: string; readonly password?: string };
    if (kind === 'streams') return this.#append(decodeURIComponent(name), request, data);
    this.passwords.set(data.loginName ?? name, data.newPassword ?? data.password ?? '');
    return 200;
  }

  #append(stream: string, { headers }: IncomingMessage, data: unknown): number {
    const events = this.streams.get(stream) ?? new Map<string, { type: string; data: unknown }>();
    events.set(String(headers['es-eventid']), { type: String(headers['es-eventtype']), data });
    this.streams.set(stream, events);
    return 201;
  }
}

const script = join(dirname(fileURLToPath(import.meta.url)), 'bootstrap.sh');
const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) console.warn('SKIPPED: infra/eventstoredb/bootstrap.sh was not run, as this machine has no curl.');
const passwords = { admin: 'invented-admin', ops: 'invented-ops', service: 'invented-service' };

let folder: string;
let http: HttpDouble;
let url: string;

beforeAll(async () => {
  const tls = await selfSignedCertificate();
  folder = await mkdtemp(join(tmpdir(), 'caseledger-bootstrap-'));
  await writeFile(join(folder, 'ca.crt'), tls.certificate);
  http = new HttpDouble(tls);
  url = await http.listen();
});
afterAll(async () => {
  http.close();
  await rm(folder, { recursive: true, force: true });
});

function run(change: Readonly<Record<string, string>> = {}): Promise<{ readonly code: number; readonly said: string }> {
  const env = {
    PATH: process.env['PATH'],
    EVENTSTORE_HTTP: url,
    EVENTSTORE_CA: join(folder, 'ca.crt'),
    EVENTSTORE_ADMIN_PASSWORD: passwords.admin,
    EVENTSTORE_OPS_PASSWORD: passwords.ops,
    EVENTSTORE_SERVICE_PASSWORD: passwords.service,
    ...change,
  };
  return new Promise((resolve) => {
    execFile('sh', [script], { env }, (error, out, said) => resolve({ code: error === null ? 0 : Number(error.code), said: out + said }));
  });
}

describe('the bootstrap of EventStoreDB', () => {
  it('says what a password may be made of, before it asks the server anything', async () => {
    expect(await run({ EVENTSTORE_SERVICE_PASSWORD: 'with"quote' })).toMatchObject({ code: 1, said: expect.stringContaining('letters, digits') });
    expect(http.passwords.get('admin')).toBe('changeit');
  });

  (hasCurl ? it : it.skip)('replaces the passwords that everybody knows, makes the service its account and the ACLs, and says no password', async () => {
    const { code, said } = await run();
    expect({ code, said }).toEqual({ code: 0, said: 'EventStoreDB is set up for Caseledger.\n' });
    expect(Object.fromEntries(http.passwords)).toEqual({ admin: passwords.admin, ops: passwords.ops, caseledger: passwords.service });
    const [settings] = http.streams.get('$settings')?.values() ?? [];
    expect(settings?.data).toMatchObject({ $userStreamAcl: { $w: 'caseledger', $d: '$admins', $mw: '$admins' }, $systemStreamAcl: { $w: '$admins', $d: '$admins' } });
    const [all] = http.streams.get('$$$all')?.values() ?? [];
    expect(all).toEqual({ type: '$metadata', data: { $acl: { $r: ['$admins', 'caseledger'], $mr: ['$admins', 'caseledger'], $mw: '$admins' } } });
  });

  (hasCurl ? it : it.skip)('run again changes nothing', async () => {
    const before = JSON.stringify([[...http.passwords], [...http.streams].map(([stream, events]) => [stream, [...events]])]);
    expect((await run()).code).toBe(0);
    expect(JSON.stringify([[...http.passwords], [...http.streams].map(([stream, events]) => [stream, [...events]])])).toBe(before);
  });

  it('trusts the authority that made the certificates and no other server', async () => {
    expect(await readFile(script, 'utf8')).not.toMatch(/--insecure|\s-k\s/);
  });
});
