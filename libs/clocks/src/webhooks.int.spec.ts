import { createSecretKey, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { Webhook } from 'standardwebhooks';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { deliveryIdsOf, type Endpoint, EndpointsRefused, readEndpoints, webhookLimits, WebhookSender } from './index.js';
import { note } from './notices.js';
import { isInner, post } from './post.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const log = { warn: () => undefined };

describe('webhooks of the clocks', () => {
  let database: TestDatabase;
  let pool: Pool;
  let server: Server;
  let endpoint: Endpoint;
  let answer = 204;
  /** Answers that are held back until the test gives them; none while it is null. */
  let held: ((status: number) => void)[] | null = null;
  let arrived = (): void => undefined;
  const got: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  let nowMs = Date.now();
  const now = () => new Date(nowMs);
  const sender = () => new WebhookSender({ pool, endpoints: [endpoint], log, now });
  const states = async () => (await pool.query<{ state: string; attempts: number; last_status: number | null }>('SELECT state, attempts, last_status FROM webhook_delivery ORDER BY created_at')).rows;
  async function tell(): Promise<void> {
    const notice = { caseId: randomUUID(), clockId: 'TRIAGE//x', clock: 'TRIAGE', subjectKind: 'CASE', dueAt: now().toISOString(), kind: 'BREACH', at: now().toISOString(), eventId: randomUUID() } as const;
    const telling = { pool, endpoints: [endpoint], deliveryIds: deliveryIdsOf(createSecretKey(Buffer.alloc(32, 1))) };
    await note(telling, [notice], now());
    await note(telling, [notice], now());
  }

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.serviceUrl });
    pool.on('error', () => undefined);
    server = createServer((request, response) => {
      void text(request).then((body) => {
        got.push({ headers: request.headers, body });
        const give = (status: number) => void response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end();
        if (held === null) return give(answer);
        held.push(give);
        arrived();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    endpoint = { name: 'desk', url: `http://127.0.0.1:${port}/hook`, secret, kinds: ['BREACH'], privateNetwork: true };
  });
  afterAll(async () => {
    server.close();
    await pool.end();
    await database.drop();
  });

  it('tells of a notice once, signed so that its receiver can check it, with ids and times alone', async () => {
    await tell();
    expect(await sender().send()).toBe(1);
    expect(await sender().send()).toBe(0);
    expect(await states()).toEqual([{ state: 'DELIVERED', attempts: 1, last_status: 204 }]);
    const [first] = got;
    const body = new Webhook(secret).verify(first!.body, first!.headers as Record<string, string>) as { data: object };
    expect(Object.keys(body.data).toSorted()).toEqual(['about', 'caseId', 'clock', 'dueAt', 'eventId']);
    expect(() => new Webhook(secret).verify(`${first!.body} `, first!.headers as Record<string, string>)).toThrow();
  });

  it('tries again with the same id and bytes at growing intervals, until the delivery is dead and stays shown', async () => {
    answer = 503;
    await tell();
    got.length = 0;
    for (let tries = 0; tries < webhookLimits.attemptsMax; tries += 1) {
      expect(await sender().send()).toBe(1);
      expect(await sender().send()).toBe(0);
      nowMs += webhookLimits.longestWaitMs;
    }
    expect(await sender().send()).toBe(0);
    expect(new Set(got.map(({ headers, body }) => `${String(headers['webhook-id'])} ${body}`)).size).toBe(1);
    expect((await states()).at(-1)).toEqual({ state: 'DEAD', attempts: webhookLimits.attemptsMax, last_status: 503 });
  });

  it('follows no redirect: it is no delivery', async () => {
    answer = 302;
    await tell();
    got.length = 0;
    await sender().send();
    expect(got).toHaveLength(1);
    expect((await states()).at(-1)).toMatchObject({ state: 'PENDING', last_status: 302 });
  });

  it('takes up a delivery whose process ended in the middle, after its lease', async () => {
    answer = 204;
    await pool.query('DELETE FROM webhook_delivery');
    await tell();
    await pool.query("UPDATE webhook_delivery SET attempts = 1, next_at = $1::timestamptz + interval '1 minute'", [now()]);
    expect(await sender().send()).toBe(0);
    nowMs += webhookLimits.leaseMs;
    expect(await sender().send()).toBe(1);
    expect(await states()).toEqual([{ state: 'DELIVERED', attempts: 2, last_status: 204 }]);
  });

  it('takes no outcome of a try that was given up: neither its next try nor a retry of the whole delivery is undone by it', async () => {
    /** Its answer is held back, and the lease runs out meanwhile. */
    const sendHeld = async () => {
      held = [];
      const came = new Promise<void>((resolve) => (arrived = resolve));
      const sending = sender().send();
      await came;
      const [give] = held;
      held = null;
      nowMs += webhookLimits.leaseMs;
      return async (status: number) => {
        give?.(status);
        await sending;
      };
    };
    const row = async () => (await pool.query('SELECT state, attempts, retries, last_status, next_at FROM webhook_delivery')).rows[0] as object;
    await pool.query('DELETE FROM webhook_delivery');
    await tell();
    const late = await sendHeld();
    answer = 503;
    expect(await sender().send()).toBe(1);
    const second = await row();
    expect(second).toMatchObject({ state: 'PENDING', attempts: 2, last_status: 503 });
    await late(410);
    expect(await row()).toEqual(second);

    nowMs += webhookLimits.longestWaitMs;
    const later = await sendHeld();
    // As DeliveryRetries leaves it after the delivery has died of another try.
    await pool.query("UPDATE webhook_delivery SET state = 'PENDING', attempts = 3, retries = 1, next_at = $1", [now()]);
    const retried = await row();
    await later(410);
    expect(await row()).toEqual(retried);
  });

  it('keeps a delivery for the days it promises from when it was taken, however old it was by then', async () => {
    answer = 503;
    await pool.query('DELETE FROM webhook_delivery');
    await tell();
    await sender().send();
    nowMs += (webhookLimits.keepDays + 1) * 86_400_000;
    answer = 204;
    expect(await sender().send()).toBe(1);
    nowMs += webhookLimits.keepDays * 86_400_000 - 1_000;
    await sender().send();
    expect(await states()).toMatchObject([{ state: 'DELIVERED' }]);
    nowMs += 2_000;
    await sender().send();
    expect(await states()).toEqual([]);
  });

  it('says why there was no answer in words of its own: no name or address of an endpoint is kept, or shown', async () => {
    const { port } = server.address() as AddressInfo;
    const errorOf = (url: string) => post({ url, body: '{}', headers: {}, privateNetwork: true });
    expect(await errorOf('http://127.0.0.1:1/hook')).toEqual({ error: 'ECONNREFUSED' });
    expect(await errorOf('http://localhost:1/hook')).toEqual({ error: 'ECONNREFUSED' });
    // No name: a label has 63 characters.
    expect(await errorOf(`http://${'a'.repeat(64)}.invalid/hook`)).toEqual({ error: expect.stringMatching(/^E[A-Z_]+$/) });
    // TLS to what speaks none.
    expect(await errorOf(`https://127.0.0.1:${port}/hook`)).toEqual({ error: expect.stringMatching(/^[A-Z][A-Z0-9_]+$/) });
  });

  it('reaches nothing inside the network unless the configuration says so, by figures or by name', async () => {
    const { port } = server.address() as AddressInfo;
    got.length = 0;
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, '169.254.169.254', `[::1]:${port}`, `[::ffff:127.0.0.1]:${port}`, `2130706433:${port}`];
    for (const host of hosts) expect(await post({ url: `http://${host}/`, body: '{}', headers: {}, privateNetwork: false })).toEqual({ error: expect.stringContaining('private network') });
    expect(got).toEqual([]);
    expect(['10.1.2.3', '172.31.0.1', '192.168.1.1', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '::ffff:a00:1', '::1', '::127.0.0.1', '64:ff9b:1::a00:1', 'fec0::1'].filter((one) => !isInner(one))).toEqual([]);
    expect(['93.184.216.34', '172.32.0.1', '2606:4700::1111'].filter(isInner)).toEqual([]);
  });

  it('refuses a file of endpoints with a short secret, plain http in production, a password in the address, or an unknown key, and quotes no secret', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'caseledger-endpoints-'));
    const file = join(folder, 'webhooks.yaml');
    const good = { name: 'desk', url: 'https://desk.example/hook', secret };
    const refused: object[] = [{ ...good, secret: 'whsec_c2hvcnQ=' }, { ...good, url: 'http://desk.example/' }, { ...good, url: 'https://a:b@desk.example/' }, { ...good, follow: true }];
    try {
      await writeFile(file, JSON.stringify({ endpoints: [good] }));
      expect(readEndpoints(file, true)).toEqual([{ ...good, kinds: ['BREACH'], privateNetwork: false }]);
      for (const bad of refused) {
        await writeFile(file, JSON.stringify({ endpoints: [bad] }));
        let caught: unknown;
        try {
          readEndpoints(file, true);
        } catch (error) {
          caught = error;
        }
        expect(caught).toBeInstanceOf(EndpointsRefused);
        expect(String(caught)).not.toMatch(/whsec_[A-Za-z0-9]/);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
