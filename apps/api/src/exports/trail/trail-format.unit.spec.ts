import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'csv-parse/sync';
import { auditRowsOf, type AuditNode } from '#libs/read-models';
import { stored } from '../../../../../test/support/case-kit.js';
import { closed } from '../../../../../test/support/case-story.js';
import { ocelSchema } from '../../../../../test/support/ocel-schema.js';
import { csvCell } from './csv.format.js';
import { type TrailFormatName, trailFormats, trailTexts } from './trail-format.js';

/** A whole case, from its report to its closing, in two pages. */
const rows = auditRowsOf(closed.map((given, revision) => ({ event: stored(given, revision), position: BigInt(revision + 1) })));
async function* pages(of: readonly AuditNode[]): AsyncGenerator<readonly AuditNode[]> {
  yield of.slice(0, 7);
  await Promise.resolve();
  yield of.slice(7);
}
async function written(format: TrailFormatName, of: readonly AuditNode[] = rows): Promise<string> {
  const texts: string[] = [];
  for await (const text of trailTexts(pages(of), trailFormats[format].writer())) texts.push(text);
  return texts.join('');
}

interface Ocel {
  readonly eventTypes: readonly { readonly name: string; readonly attributes: readonly { readonly name: string; readonly type: string }[] }[];
  readonly objectTypes: Ocel['eventTypes'];
  readonly events: readonly { readonly id: string; readonly type: string; readonly time: string; readonly attributes: readonly { readonly name: string }[]; readonly relationships: readonly Link[] }[];
  readonly objects: readonly { readonly id: string; readonly type: string; readonly relationships: readonly Link[] }[];
}
interface Link {
  readonly objectId: string;
  readonly qualifier: string;
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const isOcel = new Ajv({ strict: true, allErrors: true, formats: { 'date-time': instant } }).compile(ocelSchema);

describe('the trail as OCEL 2.0', () => {
  it('is what the published schema demands; a log without its objects or with a number as a value is not', async () => {
    const log: unknown = JSON.parse(await written('OCEL_JSON'));
    expect([isOcel(log), isOcel.errors]).toEqual([true, null]);
    expect(isOcel(JSON.parse(await written('OCEL_JSON', [])))).toBe(true);
    const { objects: _objects, ...headless } = log as Ocel;
    expect(isOcel(headless)).toBe(false);
    expect(isOcel({ ...(log as Ocel), events: [{ id: 'e', type: 't', time: 'yesterday' }] })).toBe(false);
    expect(isOcel({ ...(log as Ocel), events: [{ id: 'e', type: 't', time: '2026-03-02T15:00:00Z', attributes: [{ name: 'revision', value: 1 }] }] })).toBe(false);
  });

  it('is whole, as the specification has it: every type is declared, every object that an event names is there, ids are their own', async () => {
    const log = JSON.parse(await written('OCEL_JSON')) as Ocel;
    expect(log.events.map(({ id }) => id)).toEqual(rows.map((row) => row.event_id));
    const declared = new Map(log.eventTypes.map(({ name, attributes }) => [name, attributes]));
    for (const { type, attributes } of log.events) {
      const known = declared.get(type)?.map(({ name }) => name) ?? [];
      expect(attributes.filter(({ name }) => !known.includes(name))).toEqual([]);
    }
    const types = new Set(['string', 'time', 'integer', 'float', 'boolean']);
    expect([...log.eventTypes, ...log.objectTypes].flatMap(({ attributes }) => attributes).filter(({ type }) => !types.has(type))).toEqual([]);
    const objects = new Map(log.objects.map((object) => [object.id, object]));
    expect(objects.size).toBe(log.objects.length);
    expect([...log.events, ...log.objects].flatMap(({ relationships }) => relationships).filter(({ objectId }) => !objects.has(objectId))).toEqual([]);
    expect(log.objects.filter(({ type }) => !log.objectTypes.some(({ name }) => name === type))).toEqual([]);
    // Each event of its case, by somebody; things of the case are objects of their own.
    for (const { relationships } of log.events) expect(relationships.map(({ qualifier }) => qualifier)).toEqual(expect.arrayContaining(['of', 'by']));
    expect(log.objectTypes.map(({ name }) => name)).toEqual(expect.arrayContaining(['agent', 'case', 'footage', 'referral', 'unit', 'user', 'violation']));
  });
});

describe('the trail as CSV', () => {
  it('is read back by a CSV parser as it was, a line for each step', async () => {
    const read: unknown = parse(await written('CSV'), { columns: true, record_delimiter: '\r\n' });
    expect(read).toHaveLength(rows.length);
    expect(read).toMatchObject(rows.map((row) => ({ eventId: row.event_id, type: row.type, actor: row.actor, outcome: row.outcome ?? '', roles: row.roles.join(' '), leafHash: csvPlain(row.leaf) })));
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '  =HYPERLINK("x")', '\ufeff=1', '\uff1d1', '\u00a0=1'])('no spreadsheet runs %j: it stands behind an apostrophe', (text) => {
    expect(parse(csvCell(text))).toEqual([[`'${text}`]]);
  });

  it('quotes, commas and lines stay in their cell, and ordinary words and numbers are left alone', () => {
    expect(parse(csvCell('a "b", c\r\nd'))).toEqual([['a "b", c\r\nd']]);
    expect([csvCell('a = b'), csvCell(-1), csvCell(null), csvCell(['A', 'B'])]).toEqual(['"a = b"', '"-1"', '""', '"A B"']);
  });
});

/** A hash may begin with a hyphen, and is guarded like any text. */
const csvPlain = (text: string): string => (text.startsWith('-') ? `'${text}` : text);

describe('the trail as NDJSON', () => {
  it('is one object a line, the position as a text', async () => {
    const lines = (await written('NDJSON')).trimEnd().split('\n').map((line) => JSON.parse(line) as object);
    expect(lines).toHaveLength(rows.length);
    expect(lines[0]).toMatchObject({ position: '1', revision: 0, type: 'ReportFiled', actor: 'officer-1', things: [] });
  });
});
