import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { EventStore } from '#libs/event-store/port';
import { listParked } from '#libs/feeds';
import { schemaOf } from '../engine/ddl.js';
import { Build, type BuildFeedStarter, startBuildFeed } from './build.js';
import { compare, type TableComparison } from './compare.js';
import { buildId, type Rebuilding, RebuildRefused, type RebuildReport } from './port.js';
import type { Rebuildable } from './rebuildable.js';
import { type BuildState, buildSchema, indexBuild, openBuild, partsOf, setPhase } from './state.js';
import { dropOld, swap, sweep, type Swapped, swapLimits } from './swap.js';

export interface RebuildOptions {
  readonly rebuildables: readonly Rebuildable[];
  readonly store: EventStore;
  /** Of the role that owns the tables: the service's own may make and drop none. */
  readonly ownerUrl: string;
  /** Begin anew, whatever an earlier run left. */
  readonly anew?: boolean;
  /** Runs the feeds from the log's start, elsewhere than in this thread. What comes afterwards is little, and is caught up with in this one. */
  readonly startElsewhere?: BuildFeedStarter;
  /** Called often; cheap. */
  readonly onProgress?: (progress: Rebuilding) => void;
}

/**
 * Builds the tables of these feeds anew beside those in use, compares each with a pure fold of the log, and swaps them all at once. Reads never
 * stop; a run that was killed at any point is gone on with by the next.
 * @throws RebuildRefused, and nothing in use has changed
 */
export async function rebuild(options: RebuildOptions): Promise<RebuildReport> {
  const clients: Client[] = [];
  try {
    const open = async (): Promise<Client> => {
      const client = new Client({ connectionString: options.ownerUrl, application_name: 'caseledger-rebuild', keepAlive: true });
      client.on('error', () => undefined); // The query under way rejects.
      clients.push(client);
      await client.connect();
      return client;
    };
    return await new Rebuild(options, await open(), open).run();
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

const lock = `SELECT pg_try_advisory_lock(hashtextextended('caseledger/rebuild', 0)) AS got`;

/** What a crash of the machine would lose of a build is its end, rows and checkpoint alike: it need not be waited for. */
function withoutWaiting(url: string): string {
  const changed = new URL(url);
  const options = changed.searchParams.get('options');
  changed.searchParams.set('options', `${options === null ? '' : `${options} `}-c synchronous_commit=off`);
  changed.search = changed.search.replaceAll('+', '%20'); // pg reads a plus sign as itself.
  return changed.href;
}

class Rebuild {
  private readonly began = performance.now();
  private readonly startHere: BuildFeedStarter = (one, url) => startBuildFeed(one, this.options.store, url);
  private readonly build: Build;
  private tables: readonly TableComparison[] = [];
  private buildMs = 0;
  private compareMs = 0;

  constructor(
    private readonly options: RebuildOptions,
    private readonly client: Client,
    private readonly open: () => Promise<Client>,
  ) {
    this.build = new Build(options.rebuildables, withoutWaiting(options.ownerUrl));
  }

  async run(): Promise<RebuildReport> {
    const { rebuildables, store, anew = false } = this.options;
    const { rows } = await this.client.query<{ got: boolean }>(lock);
    if (rows[0]?.got !== true) throw new RebuildRefused('UNDER_WAY', 'Another rebuild is under way.');
    await dropOld(this.client, rebuildables);
    const left = await openBuild(this.client, rebuildables, store.logId, anew);
    const reached = left === null ? null : await this.reached();
    try {
      const compared = await this.buildAndCompare(left);
      const swapped = await this.swap();
      for (const part of partsOf(rebuildables)) await sweep(this.client, part, schemaOf(part));
      await dropOld(this.client, rebuildables);
      return this.report(reached, compared, swapped);
    } finally {
      await this.build.stop();
    }
  }

  /** Through which position the tables are known to be right. */
  private async buildAndCompare(left: BuildState | null): Promise<bigint> {
    const { rebuildables } = this.options;
    if (left?.phase === 'COMPARED' && left.compared !== null) return left.compared;
    const began = performance.now();
    await this.reachHead('BUILDING', this.options.startElsewhere);
    await this.build.stop();
    if (left?.phase !== 'INDEXED') {
      this.tell('INDEXING', await this.reached());
      await indexBuild([this.client, await this.open()], rebuildables);
      await this.reachHead('CATCHING_UP');
    }
    await this.build.stop();
    this.buildMs = performance.now() - began;
    await this.refuseParked();
    const through = await this.compare();
    await setPhase(this.client, rebuildables, 'COMPARED', through);
    return through;
  }

  /** Everything that stood in the log when this was asked for. */
  private async reachHead(phase: Rebuilding['phase'], starter: BuildFeedStarter = this.startHere): Promise<void> {
    const head = (await this.options.store.head())?.n ?? -1n;
    this.build.start(starter);
    await this.build.reach(head, (progress) => this.options.onProgress?.({ phase, head, ...progress }));
  }

  private async compare(): Promise<bigint> {
    const { rebuildables, store } = this.options;
    const began = performance.now();
    for (const part of partsOf(rebuildables)) await sweep(this.client, part, buildSchema(part));
    const through = await this.checkpoints();
    const schemas = new Map(partsOf(rebuildables).map((part) => [part.name, buildSchema(part)]));
    this.tables = await compare({
      rebuildables,
      store,
      through,
      schemaOf: (part) => schemas.get(part) ?? part,
      tables: await this.open(),
      oracle: await this.open(),
      onProgress: (n) => this.tell('COMPARING', n, last(through)),
    });
    this.compareMs = performance.now() - began;
    const wrong = this.tables.filter((table) => !table.same);
    if (wrong.length > 0) {
      const what = wrong.map(({ table, rows, expectedRows }) => `${table} (${rows} rows, ${expectedRows} expected)`).join(', ');
      throw new RebuildRefused('DIFFERENT', `What was built is not what a fold of the log says: ${what}. Nothing was swapped.`, this.tables);
    }
    return least(through);
  }

  private async swap(): Promise<Swapped> {
    const { rebuildables, store } = this.options;
    for (let attempt = 1; attempt <= swapLimits.attemptsMax; attempt += 1) {
      await this.reachHead('CATCHING_UP');
      await this.refuseParked();
      this.tell('SWAPPING', await this.reached());
      const swapped = await swap(this.client, rebuildables, this.build, store.logId);
      if (swapped !== null) return swapped;
      await pause(swapLimits.pauseMs);
    }
    throw new RebuildRefused('BUSY', `The tables in use were never free for the swap in ${swapLimits.attemptsMax} attempts. Nothing was changed; run it again to go on from here.`);
  }

  /** What is put in use is whole. */
  private async refuseParked(): Promise<void> {
    for (const one of this.options.rebuildables) {
      const parked = await listParked({ query: (statement) => this.query(statement) }, buildId(one), { limit: 5 });
      const [first] = parked;
      if (first === undefined) continue;
      const which = parked.map(({ unit, stream, revision }) => `${unit}: ${stream} at revision ${revision}`).join('; ');
      throw new RebuildRefused('PARKED', `Events can't be handled (${first.error}), among them ${which}. Nothing was swapped. Mend the program, then run it again with --anew.`);
    }
  }

  private async query<Row extends object>({ text, values }: { readonly text: string; readonly values?: readonly unknown[] }): Promise<{ readonly rows: Row[]; readonly rowCount: number }> {
    const { rows, rowCount } = await this.client.query<Row>(text, [...(values ?? [])]);
    return { rows, rowCount: rowCount ?? 0 };
  }

  private async checkpoints(): Promise<ReadonlyMap<string, bigint>> {
    const positions = new Map<string, bigint>();
    for (const one of this.options.rebuildables) {
      const id = buildId(one);
      const { rows } = await this.client.query<{ position: string | null }>('SELECT position FROM feed_checkpoint WHERE feed = $1 AND version = $2', [id.name, id.version]);
      positions.set(one.name, BigInt(rows[0]?.position ?? -1));
    }
    return positions;
  }

  private async reached(): Promise<bigint> {
    return least(await this.checkpoints());
  }

  private tell(phase: Rebuilding['phase'], through: bigint, head = through): void {
    this.options.onProgress?.({ phase, through, head, handled: this.build.handled });
  }

  private report(resumed: bigint | null, compared: bigint, swapped: Swapped): RebuildReport {
    const { rebuildables, store } = this.options;
    const seconds = (ms: number): number => Math.round(ms / 10) / 100;
    return {
      feeds: rebuildables.map(({ name }) => name),
      resumedAfter: resumed === null ? null : `${store.logId}:${resumed}`,
      tables: this.tables,
      comparedThrough: `${store.logId}:${compared}`,
      swappedAt: `${store.logId}:${swapped.at}`,
      events: this.build.handled,
      buildSeconds: seconds(this.buildMs),
      compareSeconds: seconds(this.compareMs),
      swapMs: swapped.standstillMs,
      seconds: seconds(performance.now() - this.began),
    };
  }
}

const least = (positions: ReadonlyMap<string, bigint>): bigint => [...positions.values()].reduce((a, b) => (b < a ? b : a));
const last = (positions: ReadonlyMap<string, bigint>): bigint => [...positions.values()].reduce((a, b) => (b > a ? b : a));
