import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peerDatabase } from './databases.js';
import { HttpClient } from './http.js';
import { BenchIssuer } from './issuer.js';
import type { Bench } from './measure.js';
import { type Server, startServer } from './processes.js';
import { type Asker, Client } from './workload.js';

/** Shared by product and peers: a heap that never makes the collector the subject of the measure. */
const nodeArguments = ['--max-old-space-size=2048'];
const fromSource = ['--import', './test/support/source-hooks.js'];
const heapReport = ['--expose-gc', '--import', './bench/kit/heap-report.js'];
const ports = { caseledger: 4701, empty: 4702, emmett: 4703 } as const;

export interface Contestant {
  readonly server: Server;
  /** This many officers, each with a connection of their own. */
  clients(count: number): Promise<readonly Client[]>;
  /** The same, who ask something else. */
  askers(count: number, of: (http: HttpClient) => Promise<Asker>): Promise<readonly Asker[]>;
  /** After a full collection; only of a server that was started to report it. */
  liveHeapBytes(): Promise<number>;
  stop(): Promise<void>;
}

const answers = (path: string) => async (url: string) => (await fetch(`${url}${path}`)).ok;

async function contestant(issuer: BenchIssuer, start: Promise<Server>): Promise<Contestant> {
  const server = await start;
  const open: HttpClient[] = [];
  const officers = (count: number): Promise<HttpClient[]> =>
    Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const http = new HttpClient(`${server.url}/graphql`, 1, await issuer.token(`bench-officer-${n}`, 'OFFICER'));
        open.push(http);
        return http;
      }),
    );
  return {
    server,
    clients: async (count) => (await officers(count)).map((http) => new Client(http)),
    askers: async (count, of) => Promise.all((await officers(count)).map(of)),
    async liveHeapBytes() {
      const line = server.line('live heap ');
      process.kill(server.pid, 'SIGWINCH');
      return Number((await line).split(' ').at(-1));
    },
    async stop() {
      for (const http of open) http.close();
      await server.stop();
    },
  };
}

/** One data folder for all starts on one cluster: the keys in it open what is stored there. */
const folders = new WeakMap<Bench['cluster'], string>();

async function folderOf(cluster: Bench['cluster']): Promise<string> {
  const folder = folders.get(cluster) ?? (await mkdtemp(join(tmpdir(), 'caseledger-bench-')));
  folders.set(cluster, folder);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The product as it is built, on the run's cluster. `worker`: with its feeds in the same process, or without them. */
export async function startCaseledger({ cluster }: Bench, issuer: BenchIssuer, worker: 'inline' | 'off', { reportHeap = false } = {}): Promise<Contestant> {
  const folder = await folderOf(cluster);
  const env = {
    ...issuer.env,
    NODE_ENV: 'development',
    DATABASE_URL: cluster.serviceUrl,
    CASELEDGER_DATABASE_OWNER_URL: cluster.ownerUrl,
    CASELEDGER_DATA: folder,
    CASELEDGER_WORKER: worker,
    CASELEDGER_LOG_LEVEL: 'warn',
    CASELEDGER_SAMPLE: 'off',
  };
  const started = startServer({ script: 'dist/apps/api/src/main.js', nodeArguments: reportHeap ? [...nodeArguments, ...heapReport] : nodeArguments, env, port: ports.caseledger, ready: answers('/ready') });
  return contestant(issuer, started);
}

export const startEmpty = (issuer: BenchIssuer): Promise<Contestant> =>
  contestant(issuer, startServer({ script: 'bench/servers/empty.server.ts', nodeArguments: [...nodeArguments, ...fromSource], env: issuer.env, port: ports.empty, ready: answers('/ready') }));

export async function startEmmett(bench: Bench, issuer: BenchIssuer): Promise<Contestant> {
  const env = { ...issuer.env, DATABASE_URL: await peerDatabase(bench, 'bench_emmett') };
  return contestant(issuer, startServer({ script: 'bench/servers/emmett.server.ts', nodeArguments: [...nodeArguments, ...fromSource], env, port: ports.emmett, ready: answers('/ready') }));
}
