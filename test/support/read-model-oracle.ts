import type { Pool } from 'pg';
import { decodeCaseEvent } from '#libs/codec';
import type { StoredEvent } from '#libs/event-store';
import { type AnyProjection, caseProjections, foldRows, type PlacedEvent, schemaOf } from '#libs/read-models';
import { decodeRow } from '../../libs/read-models/src/engine/columns.js';

/** Rows as texts that compare: jsonb keeps no order of keys, and a bigint has no JSON. */
export function comparable(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(sortKeys(row), (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))).sort();
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sortKeys(one)]));
}

/** The tables of the case projections that differ from a pure fold of these events, each with the rows on either side alone; none: all are equal. */
export async function differingTables(pool: Pool, events: readonly StoredEvent[]): Promise<Readonly<Record<string, { readonly stored: readonly string[]; readonly folded: readonly string[] }>>> {
  const streams = new Map<string, PlacedEvent[]>();
  for (const stored of events) {
    if (!stored.stream.startsWith('case-')) continue;
    const placed = { event: decodeCaseEvent(stored), position: stored.position.n };
    streams.set(stored.stream, [...(streams.get(stored.stream) ?? []), placed]);
  }
  const differing: Record<string, { stored: readonly string[]; folded: readonly string[] }> = {};
  for (const projection of caseProjections) {
    for (const name of Object.keys(projection.tables)) {
      const [stored, folded] = [await storedRows(pool, projection, name), foldedRows(projection, name, [...streams.values()])];
      const missing = folded.filter((row) => !stored.includes(row));
      const extra = stored.filter((row) => !folded.includes(row));
      if (missing.length + extra.length > 0 || stored.length !== folded.length) differing[`${projection.name}.${name}`] = { stored: extra, folded: missing };
    }
  }
  return differing;
}

async function storedRows(pool: Pool, projection: AnyProjection, name: string): Promise<string[]> {
  const table = tableOf(projection, name);
  const { rows } = await pool.query<Record<string, unknown>>(`SELECT ${Object.keys(table.columns).join(', ')} FROM ${schemaOf(projection)}.${name}`);
  return comparable(rows.map((row) => decodeRow(table, row)));
}

function foldedRows(projection: AnyProjection, name: string, streams: readonly (readonly PlacedEvent[])[]): string[] {
  const columns = Object.keys(tableOf(projection, name).columns);
  const rows = streams.flatMap((events) => [...(foldRows(projection, events)[name]?.values() ?? [])]);
  return comparable(rows.map((row) => Object.fromEntries(columns.map((column) => [column, (row as Readonly<Record<string, unknown>>)[column]]))));
}

function tableOf(projection: AnyProjection, name: string) {
  const table = projection.tables[name];
  if (table === undefined) throw new Error(`${projection.name} has no table ${name}`);
  return table;
}
