/**
 * The writers of one side of `eventstoredb-speed.ts`, in a process of their own: one side's garbage and compiled code are not the other's burden.
 * Each message from the parent is a round's name and its appends; the answer is the round's speed.
 */
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { createEventStoreDb } from '#libs/event-store/module';
import type { EventToAppend } from '#libs/event-store/port';
import { accountOf } from './eventstoredb-speed.events.js';

export interface Round {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

type Append = (stream: string, given: EventToAppend) => Promise<void>;

/** The adapter, opened as the service opens it. */
async function adapterSide(url: string): Promise<Append> {
  const store = await createEventStoreDb({ url, log: { info: () => undefined, warn: console.warn, error: console.error } });
  return async (stream, given) => {
    const result = await store.append(stream, 'NO_STREAM', [given]);
    if (result.kind !== 'APPENDED' || result.repeated) throw new Error(`${stream} was not appended as new.`);
  };
}

function clientSide(url: string): Append {
  const client = EventStoreDBClient.connectionString(url);
  const options = { expectedRevision: 'no_stream', credentials: { username: 'none', password: 'none' }, deadline: 5_000 } as const;
  return async (stream, { id, type, head, body }) => {
    const prepared = jsonEvent({ id, type, data: JSON.parse(body) as object, metadata: JSON.parse(head) as object } as Parameters<typeof jsonEvent>[0]);
    await client.appendToStream(stream, prepared, options);
  };
}

async function round(append: Append, { name, appends, writers }: { name: string; appends: number; writers: number }): Promise<Round> {
  const given = Array.from({ length: appends }, (_, nth) => accountOf(`case-${name}.${nth}`));
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let nth = writer; nth < given.length; nth += writers) {
        const one = given[nth];
        if (one !== undefined) await append(one.stream, one.event);
      }
    }),
  );
  const perSecond = (appends / (performance.now() - started)) * 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond, cpuMicros: (user + system) / appends };
}

const [side, url = ''] = process.argv.slice(2);
const append = side === 'adapter' ? await adapterSide(url) : clientSide(url);
// What comes over this channel is what eventstoredb-speed.ts sends.
process.on('message', (asked: Parameters<typeof round>[1]) => void round(append, asked).then((result) => process.send?.(result)));
process.once('disconnect', () => process.exit(0));
