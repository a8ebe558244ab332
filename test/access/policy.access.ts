import { Pool } from 'pg';
import { createTestDatabase } from '../support/database.js';
import type { AccessPart } from './part.js';
import { compareThreeWays } from './three-ways.js';

/** Generated cases on which the check, the predicate in PostgreSQL and Cedar have to agree. */
const cases = 100_000;

export const policyPart: AccessPart = {
  name: 'policy',
  async run({ seed }) {
    const database = await createTestDatabase();
    const pool = new Pool({ connectionString: database.ownerUrl });
    try {
      const { cases: compared, pairs, seen, disagreements } = await compareThreeWays(pool, { seed, cases });
      return [
        { what: 'generated cases, check = PostgreSQL = Cedar', tried: compared, failed: disagreements },
        { what: `pairs of asker and case, check = PostgreSQL (${((100 * seen) / pairs).toFixed(0)} % of them seen)`, tried: pairs, failed: [] },
      ];
    } finally {
      await pool.end();
      await database.drop();
    }
  },
};
