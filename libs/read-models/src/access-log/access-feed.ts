import type { FeedDefinition, FeedId, FeedTransaction, Poison } from '#libs/feeds';
import { accessCategory, decodeReads, type RecordedRead } from '#libs/reads';
import { type AnyRow, storableJson } from '../engine/columns.js';
import { schemaOf, type Targets } from '../engine/ddl.js';

const unit = 'access_log';
export const accessLogTables = { name: unit, version: 1 } as const;
const hourMs = 3_600_000;

const insertReads = (schema: string) => ({
  name: `${schema}/reads`,
  text: `INSERT INTO ${schema}.access_read (read_id, position, at, kind, outcome, actor, roles, unit, purpose, source, case_id, things, detail, channel, address, session, correlation_id, words)
         SELECT read_id, position, at, kind, outcome, actor, roles, unit, purpose, source, case_id, things, detail, channel, address, session, correlation_id, words
         FROM json_to_recordset($1::json) AS r(read_id text, position bigint, at timestamptz, kind text, outcome text, actor text, roles text[], unit text, purpose text, source text,
           case_id uuid, things text[], detail jsonb, channel text, address text, session text, correlation_id text, words jsonb)`,
});

/** Which cases were opened is kept by the hour, so that each counts once. */
const countHours = (schema: string) => ({
  name: `${schema}/hours`,
  text: `WITH given AS (
           SELECT * FROM json_to_recordset($1::json) AS r(actor text, hour timestamptz, case_ids uuid[], protected_fields integer, searches integer, denied integer, last_at timestamptz)
         ), opened AS (
           INSERT INTO ${schema}.access_hour_case (actor, hour, case_id) SELECT DISTINCT actor, hour, unnest(case_ids) FROM given
           ON CONFLICT DO NOTHING RETURNING actor, hour
         ), counted AS (SELECT actor, hour, count(*)::integer AS cases FROM opened GROUP BY actor, hour)
         INSERT INTO ${schema}.access_hour AS h (actor, hour, cases, protected_fields, searches, denied, last_at)
         SELECT g.actor, g.hour, coalesce(c.cases, 0), g.protected_fields, g.searches, g.denied, g.last_at FROM given AS g LEFT JOIN counted AS c USING (actor, hour)
         ON CONFLICT (actor, hour) DO UPDATE SET cases = h.cases + EXCLUDED.cases, protected_fields = h.protected_fields + EXCLUDED.protected_fields,
           searches = h.searches + EXCLUDED.searches, denied = h.denied + EXCLUDED.denied, last_at = greatest(h.last_at, EXCLUDED.last_at)`,
});

/** The feed that makes the records of reads askable: who saw what, and who reads much. */
export function accessFeed(id: FeedId, targets: Targets = {}): FeedDefinition {
  const schema = schemaOf(accessLogTables, targets);
  const statements = { insertReads: insertReads(schema), countHours: countHours(schema) };
  return {
    ...id,
    categories: [accessCategory],
    units: [unit],
    // Records of reads come with every query, and are asked for rarely.
    gatherMs: 200,
    async handle(batch, tx) {
      const poison: Poison[] = [];
      const rows: AnyRow[] = [];
      const reads: RecordedRead[] = [];
      for (const stored of batch.events) {
        if (batch.waits(unit, stored.stream) || poison.some(({ event }) => event.stream === stored.stream)) continue;
        try {
          const decoded = decodeReads(stored);
          reads.push(...decoded);
          rows.push(...decoded.map((read) => accessRowOf(read, stored.position.n)));
        } catch (error) {
          poison.push({ unit, event: stored, error });
        }
      }
      await write(statements, rows, reads, tx);
      return poison;
    },
  };
}

interface Statements {
  readonly insertReads: { readonly name: string; readonly text: string };
  readonly countHours: { readonly name: string; readonly text: string };
}

async function write(statements: Statements, rows: readonly AnyRow[], reads: readonly RecordedRead[], tx: FeedTransaction): Promise<void> {
  if (rows.length === 0) return;
  await tx.query({ ...statements.insertReads, values: [storableJson(rows)] });
  const hours = new HoursRead();
  hours.add(reads);
  const counted = hours.rows();
  if (counted.length > 0) await tx.query({ ...statements.countHours, values: [storableJson(counted)] });
}

export const accessRowOf = ({ eventId, field, read, words }: RecordedRead, position: bigint): AnyRow => ({
  ...read,
  read_id: `${eventId}/${field}`,
  position: String(position),
  case_id: read.case,
  correlation_id: read.correlation,
  words,
});

interface HourRead {
  readonly actor: string;
  readonly hour: string;
  readonly caseIds: Set<string>;
  protected_fields: number;
  searches: number;
  denied: number;
  last_at: string;
}

/** What each user read in each hour. Who is not known is counted for nobody. */
export class HoursRead {
  private readonly hours = new Map<string, HourRead>();

  add(reads: readonly RecordedRead[]): void {
    for (const { read } of reads) {
      const { actor, at, kind } = read;
      if (actor === null) continue;
      const hour = new Date(Math.floor(Date.parse(at) / hourMs) * hourMs).toISOString();
      const key = `${hour} ${actor}`;
      const counted = this.hours.get(key) ?? { actor, hour, caseIds: new Set<string>(), protected_fields: 0, searches: 0, denied: 0, last_at: at };
      this.hours.set(key, counted);
      if (kind === 'ProtectedFieldViewed') counted.protected_fields += 1;
      if (kind === 'SearchRun') counted.searches += 1;
      if (kind === 'AccessDenied') counted.denied += 1;
      else if (read.case !== null) counted.caseIds.add(read.case);
      if (at > counted.last_at) counted.last_at = at;
    }
  }

  /** One row a user and hour, with the cases that were opened. */
  rows(): readonly AnyRow[] {
    return [...this.hours.values()].map(({ caseIds, ...counts }) => ({ ...counts, case_ids: [...caseIds] }));
  }
}
