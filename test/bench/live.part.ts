import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import type { EventStore } from '#libs/event-store';
import { createPostgresEventStore } from '#libs/event-store/module';
import { type DurableCluster, startDurableCluster } from '../support/database.js';
import { MemoryLog } from '../support/memory-log.js';
import { randomHistory } from '../support/random-histories.js';
import { type BenchOptions, type BenchPart, quantile } from './part.js';

const goalRatio = 1.2;
const clients = 1_000;
const warmUps = 10;
const rounds = 100;
const roundMsMax = 20_000;
const readyMsMax = 60_000;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const caseIds = { service: '0190b5a0-0000-8000-8000-00000000000a', bare: '0190b5a0-0000-8000-8000-00000000000b' } as const;
const query = 'subscription ($c: UUID!) { caseChanged(caseId: $c) { caseId eventId type revision position actor recordedAt } }';

/** 1,000 clients at once, each message to all of them; the service and a bare graphql-ws server take turns. */
export const livePart: BenchPart = {
  name: 'live',
  about: `${clients} clients at once, from the beginning of an append to each client's message; beside a bare graphql-ws server with the same messages`,
  async run(options) {
    const cluster = await startDurableCluster();
    const folder = await mkdtemp('/tmp/caseledger-bench-');
    const children: ChildProcess[] = [];
    try {
      return await measure(cluster, folder, children, options);
    } finally {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(children.map((child) => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null)));
      await cluster.remove();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measure(cluster: DurableCluster, folder: string, children: ChildProcess[], { short, print }: BenchOptions): Promise<boolean> {
  const store = await createPostgresEventStore({ url: cluster.serviceUrl, log: silent });
  const log = new MemoryLog();
  const count = (short ? rounds / 10 : rounds) + warmUps;
  for (const [name, id] of Object.entries(caseIds)) log.record(`case-${id}`, ...longHistory(name === 'service' ? 1 : 2, count + 1));
  const histories = { service: log.events.filter(({ stream }) => stream.endsWith('a')), bare: log.events.filter(({ stream }) => stream.endsWith('b')) };
  const append = async (which: keyof typeof caseIds, revision: number): Promise<void> => appendOne(store, histories[which][revision]);
  for (const which of ['service', 'bare'] as const) await append(which, 0);

  const env = { PATH: process.env['PATH'], DATABASE_URL: cluster.serviceUrl };
  const service = start(children, ['dist/apps/api/src/main.js'], { ...env, CASELEDGER_DATABASE_OWNER_URL: cluster.ownerUrl, CASELEDGER_DATA: folder, PORT: '0', CASELEDGER_WORKER: 'off', CASELEDGER_SAMPLE: 'off', CASELEDGER_CLOCKS: 'off', CASELEDGER_LOG_LEVEL: 'warn' });
  const bare = start(children, ['--import', './test/support/source-hooks.js', 'test/bench/bare-server.ts'], { ...env, STREAM: `case-${caseIds.bare}` });
  const servicePort = await portOf(service, /http:\/\/[^:]+:(\d+)/);
  const barePort = await portOf(bare, /^port (\d+)/);
  const token = await (await fetch(`http://127.0.0.1:${servicePort}/development/token?role=OVERSIGHT`)).json().then((answer) => (answer as { token: string }).token);
  const fans = { service: await Fan.open(servicePort, caseIds.service, token), bare: await Fan.open(barePort, caseIds.bare, null) };
  const samples: Record<keyof typeof caseIds, number[]> = { service: [], bare: [] };
  for (let revision = 1; revision < count; revision += 1) {
    // Turns change, so that neither always comes after the other.
    for (const which of revision % 2 === 0 ? (['service', 'bare'] as const) : (['bare', 'service'] as const)) {
      const latencies = await fans[which].round(() => append(which, revision));
      if (revision > warmUps) samples[which].push(...latencies);
    }
  }
  fans.service.close();
  fans.bare.close();
  await store.close();
  const of = (which: keyof typeof caseIds): string => [0.5, 0.99].map((share) => `${quantile(samples[which], share).toFixed(1)} ms`).join(', ');
  const ratio = quantile(samples.service, 0.99) / quantile(samples.bare, 0.99);
  print(`${count - warmUps - 1} messages to ${clients} clients each, in turns: ${samples.service.length} and ${samples.bare.length} deliveries`);
  print(`service: p50, p99: ${of('service')}`);
  print(`bare:    p50, p99: ${of('bare')}`);
  print(`p99 ${ratio.toFixed(2)} times the bare server's; the goal is ${goalRatio} at most`);
  return ratio <= goalRatio;
}

/** A history with so many events at least. */
function longHistory(seed: number, events: number): ReturnType<typeof randomHistory> {
  for (let steps = events; ; steps *= 2) {
    const history = randomHistory(seed, steps, `2026-00000${seed}`);
    if (history.length >= events) return history.slice(0, events);
  }
}

async function appendOne(store: EventStore, event: MemoryLog['events'][number] | undefined): Promise<void> {
  if (event === undefined) throw new Error('unreachable: the history is long enough');
  const { id, type, head, body, stream, revision } = event;
  const { kind } = await store.append(stream, revision === 0n ? 'NO_STREAM' : revision - 1n, [{ id, type, head, body }]);
  if (kind !== 'APPENDED') throw new Error(`the append was answered ${kind}`);
}

function start(children: ChildProcess[], args: readonly string[], env: Readonly<Record<string, string | undefined>>): ChildProcess {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

async function portOf(child: ChildProcess, form: RegExp): Promise<number> {
  if (child.stdout === null) throw new Error('unreachable: its output is piped');
  const tooLate = AbortSignal.timeout(readyMsMax);
  for await (const line of createInterface({ input: child.stdout, signal: tooLate })) {
    const port = form.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('the server ended before it was ready');
}

/** Clients of one server, as light as can be: what is measured is the server. */
class Fan {
  private arrived: (() => void) | null = null;

  private constructor(private readonly sockets: readonly WebSocket[]) {}

  static async open(port: number, caseId: string, token: string | null): Promise<Fan> {
    const sockets: WebSocket[] = [];
    const fan = new Fan(sockets);
    const together = 50;
    for (let from = 0; from < clients; from += together) {
      const opened = Array.from({ length: Math.min(together, clients - from) }, async () => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { perMessageDeflate: false });
        await once(socket, 'open');
        socket.send(JSON.stringify({ type: 'connection_init', ...(token === null ? {} : { payload: { authorization: `Bearer ${token}` } }) }));
        await once(socket, 'message');
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables: { c: caseId } } }));
        socket.on('message', (data: Buffer) => {
          if (data.includes('"type":"next"')) fan.arrived?.();
          else throw new Error(`the server said ${String(data).slice(0, 300)}`);
        });
        sockets.push(socket);
      });
      await Promise.all(opened);
    }
    // A subscription is not acknowledged: it is given time to begin.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    return fan;
  }

  /** Milliseconds from the beginning of the append to each client. */
  round(append: () => Promise<void>): Promise<readonly number[]> {
    const latencies: number[] = [];
    return new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => reject(new Error(`only ${latencies.length} of ${clients} clients heard of it`)), roundMsMax);
      const began = performance.now();
      this.arrived = () => {
        latencies.push(performance.now() - began);
        if (latencies.length < this.sockets.length) return;
        clearTimeout(tooLate);
        this.arrived = null;
        resolve(latencies);
      };
      append().catch(reject);
    });
  }

  close(): void {
    for (const socket of this.sockets) socket.terminate();
  }
}
