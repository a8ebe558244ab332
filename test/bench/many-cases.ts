import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { caseEvents, type Field } from '#libs/domain';
import { systemRandom } from '#libs/envelope';
import { seal } from '#libs/keys';
import type { DataKey } from '#libs/keys/port';
import { randomHistory } from '../support/random-histories.js';

export interface ManyCases {
  readonly cases: number;
  /** Commands tried on each; of which about 0.4 events come. */
  readonly commands: number;
  /** Seals every protected text. */
  readonly key: DataKey;
}

/** Different histories; each is told of many cases. */
const templates = 50;
/** Cases that are under way at the same time: their events interleave. */
const together = 500;
const rowsMax = 2_000;

type Row = readonly [position: number, stream: string, revision: number, id: string, type: string, head: string, body: string];

export const benchCaseId = (i: number): string => `0190b5a0-0000-8000-8000-${String(i).padStart(12, '0')}`;

/** Writes a log of invented cases straight into its tables, as their owner: what is measured comes after. Answers how many events. */
export async function fillLog(ownerUrl: string, { cases, commands, key }: ManyCases): Promise<number> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  const histories = Array.from({ length: templates }, (_, i) => randomHistory(i + 1, commands));
  let position = 0;
  let rows: Row[] = [];
  const flush = async (): Promise<void> => {
    const columns = [0, 1, 2, 3, 4, 5, 6].map((at) => rows.map((row) => row[at]));
    await client.query('INSERT INTO event SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[])', columns);
    rows = [];
  };
  await client.query('SET synchronous_commit = off');
  for (let start = 0; start < cases; start += together) {
    const group = Array.from({ length: Math.min(together, cases - start) }, (_, i) => start + i);
    for (let revision = 0; revision < commands * 2; revision += 1) {
      for (const i of group) {
        const one = histories[i % templates]?.[revision];
        if (one === undefined) continue;
        rows.push(rowOf({ position, stream: `case-${benchCaseId(i)}`, revision, number: i }, one, key));
        position += 1;
        if (rows.length >= rowsMax) await flush();
      }
    }
  }
  if (rows.length > 0) await flush();
  await client.query('UPDATE log_head SET next_position = $1', [position]);
  await client.query('VACUUM ANALYZE event');
  await client.end();
  return position;
}

interface Place {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly number: number;
}

function rowOf({ position, stream, revision, number }: Place, { event, by, at }: ReturnType<typeof randomHistory>[number], key: DataKey): Row {
  const id = randomUUID();
  const fields: Readonly<Record<string, Field>> = caseEvents[event.type].fields;
  const data = Object.entries(event.data).map(([name, value]): readonly [string, unknown] => {
    if (name === 'caseNumber' && value !== null) return [name, `2026-${String(number + 1).padStart(6, '0')}`];
    return [name, fields[name]?.subject === null || value === null ? value : seal(key, { stream, eventId: id, name }, value, systemRandom)];
  });
  const head = { v: 1, id, stream, revision, type: event.type, typeVersion: caseEvents[event.type].version, recordedAt: at, commandId: randomUUID(), $correlationId: randomUUID() };
  const body = { '@seed': '', '@by': by, '@command': null, ...Object.fromEntries(data) };
  return [position, stream, revision, id, event.type, JSON.stringify(head), JSON.stringify(body)];
}
