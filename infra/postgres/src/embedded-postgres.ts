import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Binaries, provideBinaries, reachableFolder } from './binaries.js';
import { messageOf, withClient } from './client.js';
import { ensureCluster, type Secrets } from './cluster.js';
import { databaseName, type EmbeddedUrls, embeddedUrls, roleNames } from './embedded-urls.js';
import { type ClusterPlace, openDataFolder } from './data-folder.js';
import { DatabaseStartFailed } from './errors.js';
import type { DatabaseLog } from './log.js';
import { isRoot } from './run-as.js';
import { durableSettings, type RunningServer, type Settings, startServer } from './server.js';
import { makeSocketFolder } from './socket-folder.js';

export interface EmbeddedPostgresOptions {
  /** `.caseledger` by default; the caller reads CASELEDGER_DATA. Made if it is not there. */
  readonly dataFolder: string;
  readonly log: DatabaseLog;
  /** Over the durable settings. Tests that need no durability turn fsync off here. */
  readonly settings?: Settings;
  /** The server ended by itself and could not be started again. Commands fail as UNAVAILABLE from then on. */
  readonly onLost?: (error: DatabaseStartFailed) => void;
}

export interface EmbeddedPostgres extends EmbeddedUrls {
  readonly dataFolder: string;
  /** Of the server, e.g. `18.4`. */
  readonly version: string;
  /** Stops the server (bounded: 40 s) and gives the folder back. Again: nothing. */
  stop(): Promise<void>;
}

/** A server that ends by itself (out of memory, say) is started again this often within this time. */
const restartLimits = { attemptsMax: 5, withinMs: 10 * 60_000, launchesMax: 5, launchPauseMs: 500 } as const;

/**
 * Starts PostgreSQL on a data folder, for this process alone; makes the cluster, the roles and the database at the first start.
 * It listens on a Unix socket only, with SCRAM passwords. It ends with this process, whatever ends this process.
 * @throws DataFolderNotWritable, DataFolderInUse, DataFolderVersionMismatch, DataFolderIncomplete, DatabaseBinariesUnusable, DatabaseStartFailed
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = await openDataFolder(options.dataFolder, options.log);
  try {
    const binaries = await provideBinaries({ runAs: place.runAs, copyTo: isRoot() ? reachableFolder : place.home, log: options.log });
    const settings: Settings = { ...durableSettings, ...options.settings };
    const secrets = await ensureCluster(place, binaries, { sync: settings['fsync'] !== 'off', log: options.log });
    const supervisor = new Supervisor(place, binaries, settings, secrets, await makeSocketFolder(place), options);
    await supervisor.start();
    return supervisor.handle();
  } catch (error) {
    place.lock.release();
    throw error;
  }
}

class Supervisor {
  private server: RunningServer | null = null;
  private stopping: Promise<void> | null = null;
  private restarting: Promise<void> = Promise.resolve();
  private readonly restarts: number[] = [];
  private readonly urls: EmbeddedUrls;

  constructor(
    private readonly place: ClusterPlace,
    private readonly binaries: Binaries,
    private readonly settings: Settings,
    private readonly secrets: Secrets,
    private readonly socketFolder: string,
    private readonly options: EmbeddedPostgresOptions,
  ) {
    this.urls = embeddedUrls(socketFolder, secrets);
  }

  async start(): Promise<void> {
    try {
      await this.launch();
      await provision(this.urls.adminUrl, this.secrets);
      await this.place.confirm();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  handle(): EmbeddedPostgres {
    return {
      ...this.urls,
      dataFolder: this.place.dataFolder,
      version: this.binaries.version,
      stop: () => this.stop(),
    };
  }

  private async launch(): Promise<void> {
    const { place, binaries, settings, socketFolder } = this;
    const { adminUrl } = this.urls;
    const server = await startServer(place, binaries, { socketFolder, settings, adminUrl, log: this.options.log });
    (server.watchdog.stdin as Socket | null)?.unref(); // A pipe of spawn is a socket; its type is the wider Writable.
    this.server = server;
    void server.ended.then(() => {
      this.restarting = this.restart(server);
    });
  }

  private async restart(ended: RunningServer): Promise<void> {
    if (this.stopping !== null || this.server !== ended) return;
    const now = performance.now();
    while (this.restarts[0] !== undefined && now - this.restarts[0] > restartLimits.withinMs) this.restarts.shift();
    try {
      if (this.restarts.length >= restartLimits.attemptsMax)
        throw new DatabaseStartFailed(`it ended ${restartLimits.attemptsMax} times in a short time`);
      this.restarts.push(now);
      this.options.log.error('PostgreSQL ended by itself; starting it again.');
      await this.relaunch();
    } catch (error) {
      this.server = null;
      const lost = error instanceof DatabaseStartFailed ? error : new DatabaseStartFailed(messageOf(error), { cause: error });
      this.options.log.error(`PostgreSQL is gone and can't be started again: ${lost.message}`);
      this.options.onLost?.(lost);
    }
  }

  /** Backends of a server that was killed live on for a moment, and a new one refuses to start beside them. */
  private async relaunch(): Promise<void> {
    for (let attempt = 1; this.stopping === null; attempt++) {
      try {
        return await this.launch();
      } catch (error) {
        if (attempt >= restartLimits.launchesMax) throw error;
        this.options.log.warn(`PostgreSQL did not start, it is tried again: ${messageOf(error)}`);
        await pause(restartLimits.launchPauseMs * attempt);
      }
    }
  }

  private stop(): Promise<void> {
    this.stopping ??= (async () => {
      await this.restarting;
      await endServer(this.server);
      await rm(this.socketFolder, { recursive: true, force: true });
      this.place.lock.release();
    })();
    return this.stopping;
  }
}

async function endServer(server: RunningServer | null): Promise<void> {
  if (server === null) return;
  server.watchdog.ref();
  server.watchdog.stdin?.end();
  await server.ended;
}

/** Roles and database, each only if absent: a first start may have been interrupted between any two. */
async function provision(adminUrl: string, secrets: Secrets): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const present = await client.query<{ name: string }>('SELECT rolname AS name FROM pg_roles UNION ALL SELECT datname FROM pg_database');
    const names = new Set(present.rows.map((row) => row.name));
    if (!names.has(roleNames.owner)) await client.query(`CREATE ROLE ${roleNames.owner} LOGIN PASSWORD '${secrets.owner}'`);
    if (!names.has(roleNames.service)) await client.query(`CREATE ROLE ${roleNames.service} LOGIN PASSWORD '${secrets.service}'`);
    if (!names.has(databaseName)) await client.query(`CREATE DATABASE ${databaseName} OWNER ${roleNames.owner}`);
    await client.query(`REVOKE ALL ON DATABASE ${databaseName} FROM PUBLIC; GRANT CONNECT ON DATABASE ${databaseName} TO ${roleNames.service}`);
  });
}
