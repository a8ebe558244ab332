import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { graphqlScenarioPort, play, type Player, scenario } from '#libs/scenario';
import { type RunningApp, startApp } from '../../../../test/support/app.js';
import { query } from '../../../../test/support/sql.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { Client } from '../client.js';
import { Stop } from '../exit-codes.js';
import { stringify } from './csv-line.js';
import { Importer, type ImportTally, readLogId } from './importer.js';
import { ImportJournal } from './journal.js';
import { readMapping } from './mapping.js';
import { Rejects } from './rejects.js';

const fixture = 'test/fixtures/complaints.csv';
const realFile = '../shared/data/complaints-2000-2022.csv.gz';
const realRows = 2_000;
let database: TestDatabase;
let service: RunningApp;
let folder: string;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({}, database);
  folder = await mkdtemp(join(tmpdir(), 'caseledger-import-'));
  client = new Client(service.url, await service.token('intake-1', 'INTAKE'));
});
afterAll(async () => {
  await service.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

interface Outcome {
  readonly tally: ImportTally;
  readonly rejects: Rejects;
  readonly resumedAfter: number;
}

async function importFile(name: string, file = fixture, as = client): Promise<Outcome> {
  const mapping = await readMapping('infra/mappings/chicago-complaints.yaml');
  const journal = await ImportJournal.open(join(folder, `${name}.json`), { source: mapping.source, file, bytes: 1 }, await readLogId(client));
  const resumedAfter = journal.settledThrough;
  const rejects = new Rejects(join(folder, `${name}.csv`), resumedAfter);
  try {
    const tally = await new Importer({ client: as, mapping, journal, rejects, onProgress: () => undefined }).run(file);
    return { tally, rejects, resumedAfter };
  } finally {
    await rejects.close();
  }
}

async function rejectedRows(name: string): Promise<Readonly<Record<string, string>>> {
  const lines = parse(await readFile(join(folder, `${name}.csv`), 'utf8'), { relaxColumnCount: true }) as string[][];
  return Object.fromEntries(lines.slice(1).map(([row, reason]) => [row ?? '', reason ?? '']));
}

const eventsStored = async (): Promise<number> => Number((await query(database.ownerUrl, "SELECT count(*) AS n FROM event WHERE stream LIKE 'case-%'"))[0]?.['n']);

/** A client whose connection is cut for good after so many requests have been answered. */
class Dying extends Client {
  constructor(
    url: string,
    token: string,
    private requestsLeft: number,
  ) {
    super(url, token);
  }

  override async ask<Data>(text: string, variables: object = {}): Promise<Data> {
    if (this.requestsLeft <= 0) throw new Stop(3, 'the connection is cut');
    this.requestsLeft -= 1;
    return super.ask<Data>(text, variables);
  }
}

/** A whole file of invented rows: `rows` rows on `cases` numbers, every tenth without a number and so rejected. */
async function inventedFile(name: string, rows: number, cases: number): Promise<string> {
  const [header = ''] = (await readFile(fixture, 'utf8')).split('\n');
  const columns = header.trim().split(',');
  const lines = Array.from({ length: rows }, (_, i) => {
    const cells: Record<string, string> = {
      row_id: `${name}-${i}`,
      cr_id: i % 10 === 9 ? '' : `${name}-${i % cases}`,
      incident_date: '2018-06-01',
      complaint_date: '2018-06-02',
      beat: '411.0',
      category: 'INVENTED CATEGORY',
      narrative: `INVENTED account ${i}`,
    };
    return stringify(columns.map((column) => cells[column] ?? ''));
  });
  const path = join(folder, `${name}.source.csv`);
  await writeFile(path, `${columns.join(',')}\r\n${lines.join('')}`);
  return path;
}

describe('importing an untidy file', () => {
  it('files each row as a report or rejects it with the reason, and the same file again adds nothing', async () => {
    const first = await importFile('first');
    expect(first.tally).toEqual({ rows: 12, opened: 5, further: 1, repeated: 0 });
    expect(await rejectedRows('first')).toEqual({
      6: "'2019-02-30' is not a date or time of the calendar.",
      7: 'cr_id is empty: the row belongs to no case',
      8: 'neither narrative nor category: nothing is reported',
      9: '3 cells where the header has 21',
      10: 'a quote stands where none can: what the cells hold is not certain',
      11: 'holds bytes that are no UTF-8',
    });
    const stored = await eventsStored();
    const again = await importFile('again');
    expect(again.tally).toEqual({ rows: 12, opened: 0, further: 0, repeated: 6 });
    expect(await eventsStored()).toBe(stored);
  });

  it('records what the rows say: unknown dates as unknown, impossible orders and ambiguous times marked, beats as whole numbers', async () => {
    const stored = await query(database.ownerUrl, "SELECT body::json AS report FROM event WHERE type = 'ReportFiled' ORDER BY position");
    const reports = new Map<string, Report[]>();
    for (const { report } of stored as readonly { readonly report: Report }[]) {
      reports.set(report.source.reference, [...(reports.get(report.source.reference) ?? []), report]);
    }
    expect(reports.get('INV-1')).toHaveLength(2);
    expect(reports.get('INV-1')?.[0]).toMatchObject({ place: { beat: '1832', district: '18' }, occurredAt: { precision: 'DAY', earliest: '2019-05-01T05:00:00.000Z' } });
    expect(reports.get('INV-2')?.[0]).toMatchObject({ occurredAt: { precision: 'UNKNOWN', earliest: null, latest: null } });
    expect(reports.get('INV-3')?.[0]).toMatchObject({ place: { beat: '411', district: '4' } });
    expect(reports.get('INV-3')?.[0]?.timeMarks).toContain('OCCURRED_AFTER_REPORTED');
    expect(reports.get('INV-4')?.[0]).toMatchObject({ occurredAt: { earliest: '2018-11-04T06:30:00.000Z', latest: '2018-11-04T07:30:00.000Z' } });
    expect(reports.get('INV-4')?.[0]?.timeMarks).toContain('LOCAL_TIME_AMBIGUOUS');
  });
});

interface Report {
  readonly source: { readonly reference: string };
  readonly timeMarks: readonly string[];
  readonly place: object;
  readonly occurredAt: object;
}

describe('an import that is interrupted', () => {
  it('goes on where it stopped, loses no row, files none twice and keeps each reject once', async () => {
    const rows = 1_000;
    const file = await inventedFile('CUT', rows, 800);
    const dying = new Dying(service.url, await service.token('intake-1', 'INTAKE'), 3);
    const before = await eventsStored();
    await expect(importFile('cut', file, dying)).rejects.toThrow('the connection is cut');
    const between = await eventsStored();
    expect(between).toBeGreaterThan(before);
    const rest = await importFile('cut', file);
    expect(rest.resumedAfter).toBeGreaterThan(0);
    expect(rest.tally.rows).toBe(rows - rest.resumedAfter);
    expect(rest.tally.opened + rest.tally.further).toBe(rows * 0.9 - (between - before));
    expect(await eventsStored()).toBe(before + rows * 0.9);
    const rejected = (parse(await readFile(rest.rejects.path, 'utf8')) as string[][]).slice(1).map(([row]) => Number(row));
    expect(rejected.toSorted((a, b) => a - b)).toEqual(Array.from({ length: rows / 10 }, (_, i) => i * 10 + 10));
  });

  it('begins anew where the journal speaks of another log', async () => {
    const file = await inventedFile('OTHER', 30, 30);
    const { source } = await readMapping('infra/mappings/chicago-complaints.yaml');
    await writeFile(join(folder, 'other.json'), JSON.stringify({ source, file, bytes: 1, log: 'another-log', settledThrough: 20 }));
    expect(await importFile('other', file)).toMatchObject({ resumedAfter: 0, tally: { rows: 30, opened: 27 } });
  });

  it('files what stands before a quote that is never closed, and says where it begins', async () => {
    const file = await inventedFile('OPEN', 20, 20);
    await writeFile(file, `${await readFile(file, 'utf8')}"never closed,,,\r\nand on,,,\r\n`);
    await expect(importFile('open', file)).rejects.toThrow(/after row 20: Quote Not Closed/);
    expect((await importFile('open-again', await inventedFile('OPEN', 20, 20))).tally).toMatchObject({ repeated: 18, opened: 0 });
  });
});

const present = existsSync(realFile);
if (!present) process.stderr.write(`SKIPPED: the mapping was not tried on the public complaints file, which is not at ${realFile}.\n`);

(present ? describe : describe.skip)('the mapping of the public complaints file', () => {
  it(`files each of its first ${realRows} rows, and again nothing`, async () => {
    const lines = parse(gunzipSync(await readFile(realFile)), { to: realRows + 1 }) as string[][];
    const file = join(folder, 'real.csv');
    await writeFile(file, lines.map(stringify).join(''));
    const first = await importFile('real', file);
    expect(first.tally.opened + first.tally.further).toBe(realRows);
    expect(first.tally.opened).toBe(new Set(lines.slice(1).map((cells) => cells[lines[0]?.indexOf('cr_id') ?? -1])).size);
    expect((await importFile('real-again', file)).tally).toEqual({ rows: realRows, opened: 0, further: 0, repeated: realRows });
  });
});

describe('the scenario', () => {
  it('ends with a decided referral, its refusals refused', async () => {
    const port = graphqlScenarioPort(async <Data>(as: Player, text: string, variables: object) =>
      new Client(service.url, await service.token(as.user, as.role)).ask<Data>(text, variables),
    );
    const ended = await play(scenario, port, new Date());
    expect(ended.things.stage).toBe('DECIDED');
    expect(ended.played.filter(({ answer }) => answer.kind === 'REFUSED').map(({ step }) => step.refused)).toEqual(['GAPS', 'BARRED', 'CONTACT_OPEN']);
  });
});
