import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { errorCode, messageOf, withClient } from './client.js';
import { serverEnv } from './cluster.js';
import type { ClusterPlace } from './data-folder.js';
import { DatabaseStartFailed } from './errors.js';
import type { DatabaseLog } from './log.js';
import { clearOrphan } from './postmaster.js';
import { giveTo } from './run-as.js';
import { spawnGuarded } from './watchdog.js';

const limits = {
  /** Crash recovery replays at most `max_wal_size` of log before the server is ready. */
  readyMs: 180_000,
  pollMs: 20,
  /** Backends of a server that was itself killed hold its shared memory until they notice; starts are tried again meanwhile. */
  leftoverMs: 30_000,
  leftoverPollMs: 250,
  logBytesMax: 10 * 1024 * 1024,
  logTailBytes: 2_000,
} as const;

/** Said of backends of a server that was killed, and of a server that an ended service had only just begun to start. */
const leftover = /shared memory block|lock file "postmaster\.pid"/;

export type Settings = Readonly<Record<string, string>>;

/** For one service on a small machine. What is not here is PostgreSQL's default: fsync, synchronous_commit, full_page_writes, checksums are on. */
export const durableSettings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '128MB',
  jit: 'off',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  min_wal_size: '80MB',
  max_wal_size: '512MB',
  checkpoint_timeout: '10min',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // A backend whose service was killed ends its query by itself.
  client_connection_check_interval: '1s',
  // Statements and row values may hold what people told in confidence: they stay out of the log.
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
} as const satisfies Settings;

export interface RunningServer {
  readonly watchdog: ChildProcess;
  readonly ended: Promise<unknown>;
}

/**
 * Starts the server and returns when it takes connections. An orphan of an earlier service is stopped first; a stale `postmaster.pid` is harmless.
 * @throws DatabaseStartFailed
 */
export async function startServer(
  place: ClusterPlace,
  binaries: Binaries,
  options: { readonly socketFolder: string; readonly settings: Settings; readonly adminUrl: string; readonly log: DatabaseLog },
): Promise<RunningServer> {
  const deadline = performance.now() + limits.leftoverMs;
  for (;;) {
    const { stalePid } = await clearOrphan(place.cluster, options.log);
    const outcome = await tryStart(place, binaries, { ...options, stalePid });
    if (typeof outcome !== 'string') return outcome;
    if (!leftover.test(outcome) || performance.now() > deadline) {
      throw new DatabaseStartFailed(`PostgreSQL did not start on ${place.cluster}. It said: ${outcome}`);
    }
    options.log.warn('An earlier PostgreSQL server is still ending; trying again.');
    await delay(limits.leftoverPollMs);
  }
}

/** A server, or what it said before it ended. */
async function tryStart(
  place: ClusterPlace,
  binaries: Binaries,
  options: { readonly socketFolder: string; readonly settings: Settings; readonly adminUrl: string; readonly stalePid: number | null },
): Promise<RunningServer | string> {
  if (!existsSync(options.socketFolder)) {
    await mkdir(options.socketFolder, { mode: 0o700 });
    await giveTo(place.runAs, options.socketFolder);
  }
  const logFile = join(place.home, 'postgres.log');
  if (((await stat(logFile).catch(() => null))?.size ?? 0) > limits.logBytesMax) await rename(logFile, `${logFile}.1`);
  const output = await open(logFile, 'a', 0o600);
  await giveTo(place.runAs, logFile);
  const logStart = (await output.stat()).size;
  const settings = { ...options.settings, unix_socket_directories: options.socketFolder };
  const watchdog = spawnGuarded({
    command: join(binaries.folder, 'bin', 'postgres'),
    args: ['-D', place.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    runAs: place.runAs,
    removeAfter: options.socketFolder,
    output: output.fd,
    // The server takes this pid for its own grandparent's (pg_ctl passes it so) and not for another server's.
    env: options.stalePid === null ? serverEnv : { ...serverEnv, PG_GRANDPARENT_PID: String(options.stalePid) },
  });
  await output.close();
  // It must not keep a process alive that has nothing else to do; that process's end stops the server.
  watchdog.unref();
  const ended = once(watchdog, 'exit');
  const ready = await waitUntilReady(watchdog, options.adminUrl);
  if (ready === 'READY') return { watchdog, ended };
  watchdog.stdin?.end();
  watchdog.ref();
  await ended;
  return `${ready} ${await readFrom(logFile, logStart)}`.trim();
}

async function waitUntilReady(watchdog: ChildProcess, adminUrl: string): Promise<string> {
  const deadline = performance.now() + limits.readyMs;
  let last = '';
  while (watchdog.exitCode === null && watchdog.signalCode === null) {
    const failure = await withClient(adminUrl, () => Promise.resolve(null)).catch((error: unknown) => error);
    if (failure === null) return 'READY';
    const code = errorCode(failure) ?? '';
    // 57P03: it is recovering. The others: there is no socket yet.
    if (!['57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(code)) return messageOf(failure);
    last = messageOf(failure);
    if (performance.now() > deadline) return `It was not ready within ${limits.readyMs / 1_000} s (${last}).`;
    await delay(limits.pollMs);
  }
  return '';
}

async function readFrom(file: string, start: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const from = Math.max(start, size - limits.logTailBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(limits.logTailBytes), 0, limits.logTailBytes, from);
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await handle.close();
  }
}
