import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { type Actor, type CommandId, deliveryStreamOf, type UserId } from '#libs/domain';
import { systemRandom, uuidv7 } from '#libs/envelope';
import type { EventStore } from '#libs/event-store';
import { createPostgresEventStore } from '#libs/event-store/module';
import { StreamRecorder } from '#libs/recorder';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { deliveryIdsOf, DeliveryRetries } from './index.js';
import { note } from './notices.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const admin: Actor = { actor: 'admin-1' as UserId, roles: ['ADMIN'], unit: null, purpose: null, authority: null };
const newId = () => uuidv7({ now: Date.now, random: systemRandom }) as string as CommandId;
const command = { type: 'retryWebhookDelivery', data: { reason: 'Invented.' } } as const;
const requestFor = (id: string, commandId = newId()) => ({ commandId, id, command, actor: admin, expectedRevision: null, correlationId: commandId, causationId: null });

describe('retries of dead deliveries', () => {
  let database: TestDatabase;
  let pool: Pool;
  let store: EventStore;
  const pepper = createSecretKey(randomBytes(32));
  const retries = () => new DeliveryRetries({ pool, store, pepper });

  async function deadDelivery(): Promise<string> {
    const at = new Date();
    const endpoint = { name: 'desk', url: 'https://desk.example/', secret: '', kinds: ['BREACH'], privateNetwork: false } as const;
    const caseId = randomUUID();
    await note({ pool, endpoints: [endpoint], deliveryIds: deliveryIdsOf(pepper) }, [{ caseId, clockId: 'TRIAGE//x', clock: 'TRIAGE', subjectKind: 'CASE', dueAt: at.toISOString(), kind: 'BREACH', at: at.toISOString(), eventId: randomUUID() }], at);
    const { rows } = await pool.query<{ delivery_id: string }>("UPDATE webhook_delivery SET state = 'DEAD', attempts = 12 WHERE case_id = $1 RETURNING delivery_id", [caseId]);
    return rows[0]?.delivery_id ?? '';
  }
  const stands = async (id: string) => (await pool.query('SELECT state, attempts, retries FROM webhook_delivery WHERE delivery_id = $1', [id])).rows[0] as object;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.serviceUrl });
    pool.on('error', () => undefined);
    store = await createPostgresEventStore({ url: database.serviceUrl, log: silent });
  });
  afterAll(async () => {
    await store.close();
    await pool.end();
    await database.drop();
  });

  it('that are on record and were not carried out are carried out by the same command, or by the next one, which records nothing', async () => {
    for (const isSame of [true, false]) {
      const id = await deadDelivery();
      const request = requestFor(id);
      // As a process leaves it that ends between the record and the row.
      const facts = { endpoint: 'desk', isDead: true, attempts: 12, lastStatus: null, retries: 0 };
      expect(await new StreamRecorder(deliveryStreamOf(facts), { store, pepper }).record(request)).toMatchObject({ kind: 'RECORDED' });
      expect(await stands(id)).toEqual({ state: 'DEAD', attempts: 12, retries: 0 });
      const outcome = await retries().record(isSame ? request : requestFor(id));
      expect(outcome).toMatchObject({ kind: 'RECORDED', receipt: isSame ? { repeated: true } : { eventIds: [] } });
      expect(await stands(id)).toEqual({ state: 'PENDING', attempts: 0, retries: 1 });
    }
  });

  it('are carried out once: a command that is sent again does not wake a delivery that has died since', async () => {
    const id = await deadDelivery();
    const request = requestFor(id);
    await retries().record(request);
    await pool.query("UPDATE webhook_delivery SET state = 'DEAD', attempts = 12 WHERE delivery_id = $1", [id]);
    expect(await retries().record(request)).toMatchObject({ kind: 'RECORDED', receipt: { repeated: true } });
    expect(await stands(id)).toEqual({ state: 'DEAD', attempts: 12, retries: 1 });
    expect(await retries().record(requestFor(id))).toMatchObject({ kind: 'RECORDED', receipt: { revision: 1 } });
    expect(await stands(id)).toEqual({ state: 'PENDING', attempts: 0, retries: 2 });
  });

  it('that two administrators ask for at once are one', async () => {
    const id = await deadDelivery();
    const outcomes = await Promise.all([retries().record(requestFor(id)), retries().record(requestFor(id))]);
    const events = [];
    for await (const event of store.readStream(`webhook-${id}`)) events.push(event);
    expect(events).toHaveLength(1);
    expect(outcomes.filter((one) => one.kind === 'RECORDED' && one.receipt.eventIds.length === 1)).toHaveLength(1);
    expect(await stands(id)).toEqual({ state: 'PENDING', attempts: 0, retries: 1 });
  });
});
