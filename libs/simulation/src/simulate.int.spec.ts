import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeCaseEvent } from '#libs/codec';
import { type CaseEvent, foldCase } from '#libs/domain';
import { type EventStore, EventStoreUnavailable } from '#libs/event-store';
import { createPostgresEventStore } from '#libs/event-store/module';
import { MemoryKeyStore } from '#libs/keys/module';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { samplePolicy } from '../../../test/support/policy.js';
import { simulate, type Simulated } from './index.js';

const until = Date.parse('2026-06-30T12:00:00Z');
const from = Date.parse('2025-06-30T12:00:00Z');
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** By case: what is recorded of it, without what is drawn afresh each time. */
type Told = ReadonlyMap<string, readonly CaseEvent[]>;

describe('a simulation', () => {
  const databases: TestDatabase[] = [];
  const stores: EventStore[] = [];
  let sums: Simulated;
  let first: Told;
  let again: Told;

  async function run(): Promise<{ readonly told: Told; readonly sums: Simulated }> {
    const database = await createTestDatabase();
    databases.push(database);
    const store = await createPostgresEventStore({ url: database.serviceUrl, log: silent });
    stores.push(store);
    const pepper = createSecretKey(randomBytes(32));
    const done = await simulate({ store, keys: new MemoryKeyStore(), pepper, policy: samplePolicy, cases: 150, seed: 7, from, until });
    const told = new Map<string, CaseEvent[]>();
    for await (const page of store.readAll()) for (const stored of page) told.set(stored.stream, [...(told.get(stored.stream) ?? []), decodeCaseEvent(stored)]);
    return { told, sums: done };
  }

  beforeAll(async () => {
    const [one, other] = [await run(), await run()];
    first = one.told;
    sums = one.sums;
    again = other.told;
  }, 60_000);
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await Promise.all(databases.map((database) => database.drop()));
  });

  it('records every case that it tells, with some fourteen events each, and is refused now and then', () => {
    const events = [...first.values()].reduce((sum, stream) => sum + stream.length, 0);
    expect({ cases: sums.cases, events: sums.events, streams: first.size }).toEqual({ cases: 150, events, streams: 150 });
    expect(events / 150).toBeGreaterThan(10);
    expect(sums.refused).toBeGreaterThan(0);
  });

  it('tells the same stories for the same seed', () => {
    const plot = (told: Told): string[] => [...told].map(([stream, events]) => `${stream} ${events.map(({ type, meta }) => `${type} ${meta.by.actor} ${meta.recordedAt}`).join(', ')}`).sort();
    expect(plot(again)).toEqual(plot(first));
  });

  it('reaches every stage, sends reviews back, voids some, and lets cases end in several ways', () => {
    const states = [...first.values()].map((events) => foldCase(events));
    const stages = new Set(states.map((state) => (state.exists ? state.stage.name : '')));
    const types = new Set([...first.values()].flat().map(({ type }) => type));
    expect(stages.size).toBeGreaterThanOrEqual(8);
    expect([...types]).toEqual(expect.arrayContaining(['ReviewReturned', 'ReviewVoided', 'FactCorrected', 'FootageReportedUnavailable', 'FederalSupervisorConfirmed', 'ProsecutorDecisionRecorded', 'ComplainantNotified']));
    expect(new Set(states.map((state) => (state.exists && state.stage.name === 'CLOSED' ? state.stage.disposition : ''))).size).toBeGreaterThan(4);
  });

  it('records nothing later than its present, and each case in the order of time', () => {
    for (const events of first.values()) {
      const times = events.map(({ meta }) => meta.recordedAt);
      expect(times).toEqual([...times].sort());
      expect(Date.parse(times.at(-1) ?? '')).toBeLessThanOrEqual(until);
    }
  });

  it('says of everything that it is invented', () => {
    for (const events of first.values()) for (const { meta } of events) expect(meta.by.actor).toMatch(/^sim-/);
  });
});

describe('a log that is away for a moment', () => {
  it('ends no telling, and nothing is told twice', async () => {
    const database = await createTestDatabase();
    const store = await createPostgresEventStore({ url: database.serviceUrl, log: silent });
    let appends = 0;
    // Every ninth append is stored, and its answer lost.
    const losing = new Proxy(store, {
      get(of, name: keyof EventStore) {
        if (name !== 'append') return typeof of[name] === 'function' ? of[name].bind(of) : of[name];
        return async (...given: Parameters<EventStore['append']>) => {
          const appended = await of.append(...given);
          appends += 1;
          if (appends % 9 === 0) throw new EventStoreUnavailable('The answer was lost.', 'UNKNOWN');
          return appended;
        };
      },
    });
    const told = await simulate({ store: losing, keys: new MemoryKeyStore(), pepper: createSecretKey(randomBytes(32)), policy: samplePolicy, cases: 12, seed: 3, from, until });
    const streams = new Map<string, number>();
    for await (const page of store.readAll()) for (const { stream } of page) streams.set(stream, (streams.get(stream) ?? 0) + 1);
    expect({ cases: told.cases, events: told.events }).toEqual({ cases: streams.size, events: [...streams.values()].reduce((sum, n) => sum + n, 0) });
    expect(appends).toBeGreaterThan(9);
    await store.close();
    await database.drop();
  }, 60_000);
});
