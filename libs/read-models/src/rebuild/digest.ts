import type { Client } from 'pg';
import { type AnyRow, encodeRow, storableJson, type Table } from '../engine/columns.js';

/**
 * A digest of a table's rows that no order changes: their number, and the sum of each half of the first 128 bits of each row's SHA-256. It finds
 * mistakes, not forgers: whoever can write the tables can also balance a sum.
 */
export interface Digest {
  readonly rows: bigint;
  readonly sums: readonly [bigint, bigint];
}

export const noRows: Digest = { rows: 0n, sums: [0n, 0n] };

export const addDigests = (a: Digest, b: Digest): Digest => ({ rows: a.rows + b.rows, sums: [a.sums[0] + b.sums[0], a.sums[1] + b.sums[1]] });

export const sameDigest = (a: Digest, b: Digest): boolean => a.rows === b.rows && a.sums[0] === b.sums[0] && a.sums[1] === b.sums[1];

/** 32 hexadecimal digits. */
export const printDigest = ({ sums }: Digest): string => sums.map((sum) => BigInt.asUintN(64, sum).toString(16).padStart(16, '0')).join('');

interface DigestRow {
  readonly rows: string;
  readonly first: string;
  readonly second: string;
}

/** The server hashes what it would store, by the same conversion on both sides: its own text of the row. */
const digestSql = ({ columns }: Table, from: string): string => `
  SELECT count(*)::text AS rows, coalesce(sum(('x' || left(hash, 16))::bit(64)::bigint), 0)::text AS first,
         coalesce(sum(('x' || substr(hash, 17, 16))::bit(64)::bigint), 0)::text AS second
  FROM (SELECT encode(sha256(convert_to(ROW(${Object.keys(columns).join(', ')})::text, 'UTF8')), 'hex') AS hash FROM ${from}) AS hashed`;

export async function digestOfTable(client: Client, table: Table, name: string): Promise<Digest> {
  return fromRow((await client.query<DigestRow>(digestSql(table, name))).rows[0]);
}

/** Of rows that stand in no table. @param name names the prepared statement */
export async function digestOfRows(client: Client, table: Table, name: string, rows: readonly AnyRow[]): Promise<Digest> {
  const typed = Object.entries(table.columns).map(([column, { type }]) => `${column} ${type}`);
  const text = digestSql(table, `json_to_recordset($1::json) AS r(${typed.join(', ')})`);
  const values = [storableJson(rows.map((row) => encodeRow(table, row)))];
  return fromRow((await client.query<DigestRow>({ name, text, values })).rows[0]);
}

function fromRow(row: DigestRow | undefined): Digest {
  if (row === undefined) throw new Error('unreachable: an aggregate has a row');
  return { rows: BigInt(row.rows), sums: [BigInt(row.first), BigInt(row.second)] };
}
