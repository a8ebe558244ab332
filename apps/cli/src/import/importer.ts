import type { Client } from '../client.js';
import { GraphqlFailure } from '../client.js';
import { type CsvRow, readCsv } from './csv.js';
import type { ImportJournal } from './journal.js';
import { columnsOf, type Mapping } from './mapping.js';
import type { Rejects } from './rejects.js';
import { type ImportRow, readRow } from './row.js';

export const importLimits = {
  /** Rows in one request; the service takes no more. */
  batchRowsMax: 200,
  /** Bytes of one request's rows in UTF-8; the service takes 2 MiB with all around them. */
  batchBytesMax: 1_500_000,
  /** Requests under way. More would only wait in the service. */
  inFlightMax: 4,
  /** Times that one row is sent again after a conflict, or that a batch is sent without the rows that were refused as bad input. */
  roundsMax: 10,
} as const;

export interface ImportTally {
  rows: number;
  /** Reports that opened a case. */
  opened: number;
  /** Further reports on a case that was known. */
  further: number;
  /** Rows that had been filed before. */
  repeated: number;
}

interface Pending {
  readonly csv: CsvRow;
  readonly row: ImportRow;
}

interface ImportResult {
  readonly row: number;
  readonly result: {
    readonly __typename: 'Recorded' | 'Refused' | 'Conflict';
    readonly repeated?: boolean;
    readonly revision?: number;
    readonly position?: string | null;
    readonly code?: string;
    readonly message?: string;
  };
}

const mutation = /* GraphQL */ `
  mutation ($input: ImportReportsInput!) {
    importReports(input: $input) {
      row
      result {
        __typename
        ... on Recorded { repeated revision position }
        ... on Refused { code message }
        ... on Conflict { actualRevision }
      }
    }
  }
`;

export interface ImporterParts {
  readonly client: Client;
  readonly mapping: Mapping;
  readonly journal: ImportJournal;
  readonly rejects: Rejects;
  /** Told after every batch: rows settled, and bytes of the file read. */
  readonly onProgress: (tally: ImportTally, bytes: number) => void;
}

/** Files every row of a CSV file as a report. A row is filed whole or rejected with a reason; none is lost, and none is filed twice. */
export class Importer {
  readonly tally: ImportTally = { rows: 0, opened: 0, further: 0, repeated: 0 };
  private readonly inFlight = new Set<Promise<void>>();
  private failure: unknown = null;

  constructor(private readonly parts: ImporterParts) {}

  /** @throws Stop, GraphqlFailure */
  async run(file: string): Promise<ImportTally> {
    try {
      await this.sendAll(file);
    } finally {
      // Whatever ended the reading, the requests under way are answered and what is settled is kept.
      await Promise.all(this.inFlight);
      await this.parts.journal.save();
    }
    if (this.failure !== null) throw this.failure;
    await this.parts.journal.finish();
    return this.tally;
  }

  private async sendAll(file: string): Promise<void> {
    const { mapping, journal } = this.parts;
    let batch: Pending[] = [];
    let bytes = 0;
    try {
      for await (const csv of readCsv(file, columnsOf(mapping))) {
        if (csv.row <= journal.settledThrough) continue;
        if (this.failure !== null) return;
        const pending = await this.read(csv);
        if (pending === null) continue;
        const size = Buffer.byteLength(JSON.stringify(pending.row));
        if (batch.length >= importLimits.batchRowsMax || (batch.length > 0 && bytes + size > importLimits.batchBytesMax)) {
          await this.dispatch(batch);
          [batch, bytes] = [[], 0];
        }
        batch.push(pending);
        bytes += size;
      }
    } finally {
      // Where the file can't be read on, what stands before is filed.
      if (batch.length > 0 && this.failure === null) await this.dispatch(batch);
    }
  }

  private async read(csv: CsvRow): Promise<Pending | null> {
    const read = csv.broken === null ? readRow(csv.cells, csv.row, this.parts.mapping) : ({ kind: 'REJECT', reason: csv.broken } as const);
    if (read.kind === 'ROW') return { csv, row: read.row };
    await this.reject(csv, read.reason);
    return null;
  }

  private async reject(csv: CsvRow, reason: string): Promise<void> {
    await this.parts.rejects.add(csv, reason);
    this.tally.rows += 1;
    this.parts.journal.settle([csv.row]);
  }

  /** Waits only while too many requests are under way. */
  private async dispatch(batch: readonly Pending[]): Promise<void> {
    while (this.inFlight.size >= importLimits.inFlightMax) await Promise.race(this.inFlight);
    const sending: Promise<void> = this.send(batch)
      .catch((error: unknown) => {
        this.failure ??= error;
      })
      .finally(() => this.inFlight.delete(sending));
    this.inFlight.add(sending);
  }

  private async send(batch: readonly Pending[]): Promise<void> {
    let rest = batch;
    for (let round = 1; rest.length > 0; round += 1) {
      const answers = await this.post(rest);
      if ('results' in answers) rest = await this.settle(rest, answers.results);
      else if (answers.refused.code === 'TOO_LARGE') rest = await this.sendHalves(rest);
      else rest = await this.withoutBad(rest, answers.refused);
      if (round < importLimits.roundsMax) continue;
      for (const { csv } of rest) await this.reject(csv, 'the case kept changing while the row was filed');
      rest = [];
    }
    await this.parts.journal.save();
    this.parts.onProgress(this.tally, batch.at(-1)?.csv.bytes ?? 0);
  }

  private async post(rows: readonly Pending[]): Promise<{ readonly results: readonly ImportResult[] } | { readonly refused: GraphqlFailure }> {
    const input = { source: this.parts.mapping.source, rows: rows.map(({ row }) => row) };
    try {
      const { importReports } = await this.parts.client.ask<{ importReports: ImportResult[] }>(mutation, { input });
      return { results: importReports };
    } catch (error) {
      if (error instanceof GraphqlFailure && (error.code === 'BAD_INPUT' || error.code === 'TOO_LARGE')) return { refused: error };
      throw error;
    }
  }

  /** A row by itself that is too large is rejected; of several, one may be. */
  private async sendHalves(rows: readonly Pending[]): Promise<readonly Pending[]> {
    const [only] = rows;
    if (only !== undefined && rows.length === 1) await this.reject(only.csv, 'too large for one request');
    if (rows.length <= 1) return [];
    const middle = Math.ceil(rows.length / 2);
    await this.send(rows.slice(0, middle));
    await this.send(rows.slice(middle));
    return [];
  }

  /** A bad field refuses the whole request: the rows that it names are rejected, the others are sent again. */
  private async withoutBad(rows: readonly Pending[], failure: GraphqlFailure): Promise<readonly Pending[]> {
    const bad = new Map<number, string>();
    for (const { extensions } of failure.errors) {
      for (const { path, problems } of extensions?.fields ?? []) {
        const [, index, field] = /rows\.(\d+)\.?(.*)$/.exec(path) ?? [];
        if (index !== undefined) bad.set(Number(index), `${field ?? ''} ${problems.join(', ')}`.trim());
      }
    }
    if (bad.size === 0) throw failure;
    for (const [index, reason] of bad) {
      const row = rows[index];
      if (row !== undefined) await this.reject(row.csv, reason);
    }
    return rows.filter((_, index) => !bad.has(index));
  }

  /** Counts what was recorded, rejects what was refused, and gives back what met a conflict. */
  private async settle(rows: readonly Pending[], results: readonly ImportResult[]): Promise<readonly Pending[]> {
    const again: Pending[] = [];
    for (const [index, pending] of rows.entries()) {
      const result = results[index]?.result;
      if (result === undefined || result.__typename === 'Conflict') again.push(pending);
      else if (result.__typename === 'Refused') await this.reject(pending.csv, `${result.code ?? ''}: ${result.message ?? ''}`);
      else this.count(pending, result);
    }
    return again;
  }

  private count({ csv }: Pending, { repeated, revision, position }: ImportResult['result']): void {
    if (typeof position === 'string') this.parts.journal.settledIn(logOf(position));
    this.tally.rows += 1;
    if (repeated === true) this.tally.repeated += 1;
    else if (revision === 0) this.tally.opened += 1;
    else this.tally.further += 1;
    this.parts.journal.settle([csv.row]);
  }
}

const logOf = (position: string): string => position.slice(0, position.lastIndexOf(':'));

/** The id of the service's log; null while nothing of it is shown yet. */
export async function readLogId(client: Client): Promise<string | null> {
  const { cases } = await client.ask<{ readonly cases: { readonly projectedThrough: string | null } }>('{ cases(first: 1) { projectedThrough } }');
  return cases.projectedThrough === null ? null : logOf(cases.projectedThrough);
}
