import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Pool } from 'pg';
import { casePredicate, dutyPredicate, hasDutiesUnderSeal, mayAct, mayOpen, maySee } from '#libs/access';
import { caseActions, type CaseCommandType } from '#libs/domain';
import { Chance } from '../support/chance.js';
import { cedarAnswers } from './cedar/oracle.js';
import { factsOfGenerated, generateAsker, type GeneratedAsker, type GeneratedCase, generateCase, generateField, nows } from './generate.js';

const actions = Object.keys(caseActions) as CaseCommandType[];
const casesOfBatch = 500;
const askersOfBatch = 20;

export interface ThreeWays {
  /** Cases about which all three answered. */
  readonly cases: number;
  /** Pairs of asker and case about which the check and PostgreSQL answered. */
  readonly pairs: number;
  readonly seen: number;
  readonly disagreements: readonly string[];
}

/** The policy's check, its predicate in PostgreSQL, and Cedar, on generated cases. */
export async function compareThreeWays(pool: Pool, options: { readonly seed: number; readonly cases: number }): Promise<ThreeWays> {
  const chance = new Chance(options.seed);
  const db = new Kysely<Record<never, never>>({ dialect: new PostgresDialect({ pool }) });
  const disagreements: string[] = [];
  let [cases, pairs, seen] = [0, 0, 0];
  for (; cases < options.cases; cases += casesOfBatch) {
    const batch = Array.from({ length: casesOfBatch }, (_, i) => generateCase(chance, i));
    // A few that the projection does not have, or at which it is parked: hidden, whatever the policy says of them.
    const [missing, parked] = [new Set(pick(chance, batch)), new Set(pick(chance, batch))];
    await store(pool, batch.filter((one) => !missing.has(one)), [...parked]);
    for (let i = 0; i < askersOfBatch; i += 1) {
      const [asker, now] = [generateAsker(chance), chance.one(nows)];
      const listed = await ask(db, asker, now);
      batch.forEach((one, n) => {
        const facts = factsOfGenerated(one);
        const hidden = missing.has(one) || parked.has(one);
        const say = (what: string, policy: boolean, other: boolean): void => {
          if (policy !== other) disagreements.push(`${what}: ${policy} by the check, ${other} otherwise: ${JSON.stringify({ asker, one, now, hidden })}`);
        };
        const sees = maySee(asker, facts, now);
        const duty = hasDutiesUnderSeal(asker, facts, now);
        say('row', sees && !hidden, listed.seen.has(one.id));
        say('duty row', duty && !hidden, listed.duty.has(one.id));
        pairs += 1;
        if (sees) seen += 1;
        // Each case goes to Cedar with one of the askers.
        if (n % askersOfBatch !== i) return;
        const [action, field] = [chance.one(actions), generateField(chance)];
        const cedar = cedarAnswers(asker, one, action, field, now);
        say('see', sees, cedar.see);
        say('duty', duty, cedar.duty);
        say(`act ${action}`, mayAct(asker, action, facts, now), cedar.act);
        say(`open ${JSON.stringify(field)}`, mayOpen(asker, field, facts, now, field.purpose) === 'OPEN', cedar.open);
      });
    }
  }
  return { cases, pairs, seen, disagreements };
}

const pick = (chance: Chance, batch: readonly GeneratedCase[]): readonly GeneratedCase[] => batch.filter(() => chance.is(0.02));

async function store(pool: Pool, batch: readonly GeneratedCase[], parked: readonly GeneratedCase[]): Promise<void> {
  await pool.query('DELETE FROM case_access_v1.case_access');
  await pool.query('DELETE FROM case_access_v1.case_person');
  await pool.query('DELETE FROM parked_event');
  const rows = batch.map(({ id, unit, stage, sealed, referred }) => ({ case_id: id, unit, stage, sealed, referred }));
  const persons = batch.flatMap(({ id, standings }) => standings.map((standing) => ({ case_id: id, entry: JSON.stringify(standing), ...standing })));
  const fill = (table: string, given: readonly object[]) => pool.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`, [JSON.stringify(given)]);
  await fill('case_access_v1.case_access', rows);
  await fill('case_access_v1.case_person', persons);
  const wait = parked.map(({ id }) => ({ feed: 'cases', version: 1, unit: 'case_access', stream: `case-${id}`, position: 1, revision: 1, event_id: 'e', error: 'invented', attempts: 1, waiting: 0, retry: false, parked_at: new Date().toISOString() }));
  await fill('parked_event', wait);
}

/** The cases of the batch that a statement with the predicates keeps; whether the access projection has them or not. */
async function ask(db: Kysely<Record<never, never>>, asker: GeneratedAsker, now: string) {
  const id = sql.ref('g.id');
  const { rows } = await sql<{ id: string; seen: boolean; duty: boolean }>`
    SELECT g.id, ${casePredicate(asker, id, now)} AS seen, ${dutyPredicate(asker, id, now)} AS duty
    FROM (SELECT ('0190b5a0-0000-8000-8000-' || lpad(n::text, 12, '0'))::uuid AS id FROM generate_series(0, ${casesOfBatch - 1}) AS n) AS g`.execute(db);
  return { seen: new Set(rows.filter((row) => row.seen).map((row) => row.id)), duty: new Set(rows.filter((row) => row.duty).map((row) => row.id)) };
}
