import type { Client } from 'pg';
import type { EventStore, StoredEvent } from '#libs/event-store/port';
import type { AnyRow, Table } from '../engine/columns.js';
import { addDigests, type Digest, digestOfRows, digestOfTable, noRows, printDigest, sameDigest } from './digest.js';
import type { ExpectedRows, Oracle, Rebuildable } from './rebuildable.js';

export const compareLimits = {
  /** Streams read and folded at once. */
  readsMax: 8,
  /** Rows hashed by one statement. */
  rowsMax: 2_000,
} as const;

/** One table, as it was built and as a pure fold of each stream has it. */
export interface TableComparison {
  /** `<projection>.<table>` */
  readonly table: string;
  readonly rows: number;
  readonly digest: string;
  readonly expectedRows: number;
  readonly expectedDigest: string;
  readonly same: boolean;
}

export interface CompareOptions {
  readonly rebuildables: readonly Rebuildable[];
  readonly store: Pick<EventStore, 'logId' | 'readAll' | 'readStream'>;
  /** Through which position each feed's tables were built, by its name. */
  readonly through: ReadonlyMap<string, bigint>;
  /** The schema that a part was built in. */
  readonly schemaOf: (part: string) => string;
  /** Two connections: one reads the tables while the other hashes what must be in them. */
  readonly tables: Client;
  readonly oracle: Client;
  readonly onProgress: (through: bigint) => void;
}

/** Digests of every table of the build beside digests of what it must hold. Memory does not grow with the log. */
export async function compare(options: CompareOptions): Promise<readonly TableComparison[]> {
  const expecting = new ExpectedDigests(options);
  const [built] = await Promise.all([builtDigests(options), expecting.foldAll()]);
  return [...built].map(([table, digest]) => {
    const expected = expecting.of(table);
    return {
      table,
      rows: Number(digest.rows),
      digest: printDigest(digest),
      expectedRows: Number(expected.rows),
      expectedDigest: printDigest(expected),
      same: sameDigest(digest, expected),
    };
  });
}

async function builtDigests({ rebuildables, schemaOf, tables }: CompareOptions): Promise<ReadonlyMap<string, Digest>> {
  const digests = new Map<string, Digest>();
  for (const { parts } of rebuildables) {
    for (const part of parts) {
      for (const [name, table] of Object.entries(part.tables)) {
        digests.set(`${part.name}.${name}`, await digestOfTable(tables, table, `${schemaOf(part.name)}.${name}`));
      }
    }
  }
  return digests;
}

interface Summed {
  readonly table: Table;
  rows: AnyRow[];
  digest: Digest;
}

interface Told {
  readonly category: string;
  readonly oracle: Oracle;
  readonly through: bigint;
}

/** The oracle: each stream is read whole and folded by itself, its rows are hashed and forgotten. */
class ExpectedDigests {
  private readonly sums = new Map<string, Summed>();
  private readonly oracles: readonly Told[];
  private readonly last: bigint;
  /** One connection hashes for all lanes, a statement at a time. */
  private hashing: Promise<void> = Promise.resolve();

  constructor(private readonly options: CompareOptions) {
    const { rebuildables, through } = options;
    this.oracles = rebuildables.map((one) => ({ category: one.category, oracle: one.oracle(), through: through.get(one.name) ?? -1n }));
    this.last = this.oracles.reduce((last, one) => (one.through > last ? one.through : last), -1n);
    for (const { parts } of rebuildables) {
      for (const part of parts) for (const [name, table] of Object.entries(part.tables)) this.sums.set(`${part.name}.${name}`, { table, rows: [], digest: noRows });
    }
  }

  of(table: string): Digest {
    return this.sums.get(table)?.digest ?? noRows;
  }

  async foldAll(): Promise<void> {
    if (this.last >= 0n) for (const category of new Set(this.oracles.map((one) => one.category))) await this.foldCategory(category);
    for (const { oracle } of this.oracles) await this.add(oracle.rest());
    for (const name of this.sums.keys()) await this.flush(name);
  }

  private async foldCategory(category: string): Promise<void> {
    const { store, onProgress } = this.options;
    const told = this.oracles.filter((one) => one.category === category);
    const byStream = told.filter(({ oracle }) => oracle.wholeStreams);
    const byPage = told.filter(({ oracle }) => !oracle.wholeStreams);
    for await (const page of store.readAll({ to: { logId: store.logId, n: this.last }, categories: [category] })) {
      const begun = page.filter((event) => byStream.length > 0 && event.revision === 0n && event.position.n <= this.last);
      const lanes = Array.from({ length: compareLimits.readsMax }, async () => {
        for (let first = begun.pop(); first !== undefined; first = begun.pop()) await this.tell(byStream, await this.readStream(first.stream));
      });
      await Promise.all(lanes);
      await this.tell(byPage, page);
      const at = page.at(-1)?.position.n;
      if (at !== undefined) onProgress(at);
    }
  }

  private async readStream(stream: string): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of this.options.store.readStream(stream)) {
      if (event.position.n > this.last) break;
      events.push(event);
    }
    return events;
  }

  private async tell(told: readonly Told[], events: readonly StoredEvent[]): Promise<void> {
    for (const { oracle, through } of told) {
      const seen = events.filter((event) => event.position.n <= through);
      if (seen.length > 0) await this.add(await oracle.fold(seen));
    }
  }

  private async add(expected: readonly ExpectedRows[]): Promise<void> {
    for (const { part, table, rows } of expected) {
      const name = `${part}.${table}`;
      const summed = this.sums.get(name);
      if (summed === undefined) throw new Error(`the fold made rows of ${name}, which is not built`);
      summed.rows.push(...rows);
      if (summed.rows.length >= compareLimits.rowsMax) await this.flush(name);
    }
  }

  private async flush(name: string): Promise<void> {
    const summed = this.sums.get(name);
    if (summed === undefined || summed.rows.length === 0) return;
    const { rows, table } = summed;
    summed.rows = [];
    this.hashing = this.hashing.then(async () => {
      const digest = await digestOfRows(this.options.oracle, table, `digest ${name}`, rows);
      summed.digest = addDigests(summed.digest, digest);
    });
    await this.hashing;
  }
}
