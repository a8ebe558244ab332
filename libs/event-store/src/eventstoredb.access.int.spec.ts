import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessDeniedError, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bootstrap, bootstrapAccounts } from '../../../test/eventstoredb-double/bootstrap.js';
import { EventStoreDbDouble } from '../../../test/eventstoredb-double/server.js';
import { selfSignedCertificate } from '../../../test/support/certificate.js';
import { appended, collect, collectPages, event, events, readUntil } from './contract.kit.js';
import { createEventStoreDb } from './eventstoredb.adapter.js';
import { readRawEvents } from './eventstoredb.raw.js';
import { type EventStore, EventStoreUnavailable } from './port.js';

const log = { info: () => undefined, warn: () => undefined, error: (message: string) => console.error(message) };

let double: EventStoreDbDouble;
let folder: string;
let service: EventStore;
let own: EventStoreDBClient;

/** As `EVENTSTORE_URL` names an account and the authority that signed the server's certificate. */
const urlOf = (user: string, password: string, caFile = 'ca.crt') => `esdb://${user}:${password}@localhost:${double.port}?tls=true&tlsCaFile=${join(folder, caFile)}`;
const serviceUrl = () => urlOf('caseledger', bootstrapAccounts.caseledger.password);

beforeAll(async () => {
  const [{ key, certificate }, other] = [await selfSignedCertificate(), await selfSignedCertificate()];
  folder = await mkdtemp(join(tmpdir(), 'caseledger-tls-'));
  await writeFile(join(folder, 'ca.crt'), certificate);
  await writeFile(join(folder, 'other.crt'), other.certificate);
  double = await EventStoreDbDouble.start({ tls: { key, certificate, accounts: bootstrapAccounts } });
  await bootstrap(double);
  service = await createEventStoreDb({ url: serviceUrl(), log });
  own = EventStoreDBClient.connectionString(serviceUrl());
  appended(await service.append('case-1', 'NO_STREAM', events('case-1', 0, 3)));
});
afterAll(async () => {
  await service.close();
  await own.dispose();
  await double.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("the service's account, as the bootstrap leaves it, over TLS", () => {
  test('appends, reads, reads bytes and subscribes', async () => {
    const stop = new AbortController();
    const delivered = readUntil(service.subscribe({ signal: stop.signal })[Symbol.asyncIterator](), (seen) => seen.some(({ stream }) => stream === 'case-2'));
    appended(await service.append('case-2', 'NO_STREAM', [event('case-2', 0)]));
    expect((await delivered).map(({ stream }) => stream)).toEqual(['case-1', 'case-1', 'case-1', 'case-2']);
    stop.abort();
    expect(await collect(service.readStream('case-1'))).toHaveLength(3);
    expect(await collectPages(service.readAll())).toHaveLength(4);
    expect(await collect(readRawEvents({ url: serviceUrl() }))).toHaveLength(4);
  });

  test.each([
    ['by name', () => serviceUrl().replace('esdb://', 'esdb+discover://')],
    ['by any of its nodes, one of them away', () => serviceUrl().replace(`@localhost:${double.port}`, `@localhost:1,localhost:${double.port}`)],
  ])('works on a cluster that has to be discovered: %s', async (_, url) => {
    const store = await createEventStoreDb({ url: url(), log });
    expect(store.logId).toBe(service.logId);
    expect(await collect(store.readStream('case-1'))).toHaveLength(3);
    await store.close();
  });

  test('can neither delete, tombstone, nor write metadata, nor write where the server keeps its settings', async () => {
    const note = jsonEvent({ type: 'note', data: {} });
    const denied = [
      () => own.deleteStream('case-1'),
      () => own.tombstoneStream('case-1'),
      () => own.setStreamMetadata('case-1', { maxCount: 1 }),
      () => own.setStreamMetadata('$all', { acl: { readRoles: ['$all'] } }),
      () => own.appendToStream('$settings', note, { credentials: { username: 'caseledger', password: bootstrapAccounts.caseledger.password } }),
    ];
    for (const attempt of denied) await expect(attempt()).rejects.toBeInstanceOf(AccessDeniedError);
    expect(await collect(service.readStream('case-1'))).toHaveLength(3);
  });
});

describe('whoever is not the service', () => {
  test.each([
    ['a wrong password', () => urlOf('caseledger', 'wrong')],
    ['an account that there is not', () => urlOf('nobody', 'wrong')],
    ["an account without the service's rights", () => urlOf('ops', bootstrapAccounts.ops.password)],
  ])('opens no log, and is told so at once: %s', async (_, url) => {
    const started = performance.now();
    await expect(createEventStoreDb({ url: url(), log })).rejects.toThrow(EventStoreUnavailable);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('is no server whose certificate another authority signed', async () => {
    const url = urlOf('caseledger', bootstrapAccounts.caseledger.password, 'other.crt');
    await expect(createEventStoreDb({ url, log, limits: { openMsMax: 500 } })).rejects.toThrow(EventStoreUnavailable);
  });

  test('needs an account where the server has TLS, and a message never names its password', async () => {
    await expect(createEventStoreDb({ url: `esdb://localhost:${double.port}`, log })).rejects.toThrow(/names no user and password/);
    const misread = await createEventStoreDb({ url: 'esdb://caseledger:invented@localhost:2113?tls=a-wrong-secret', log }).catch((error: unknown) => String(error));
    expect(misread).toContain("address can't be used");
    expect(misread).not.toContain('a-wrong-secret');
    const refused = await createEventStoreDb({ url: urlOf('caseledger', 'a-wrong-secret'), log }).catch((error: unknown) => String(error));
    expect(refused).not.toContain('a-wrong-secret');
  });
});
