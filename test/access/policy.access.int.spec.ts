import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { compareThreeWays } from './three-ways.js';

/** A sample of what `npm run test:access policy` does a hundred thousand times. */
const cases = 2_000;

describe('the policy of access', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.ownerUrl });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('says of every generated case what its predicate says in PostgreSQL, and what the same policy says in Cedar', async () => {
    const { cases: compared, pairs, seen, disagreements } = await compareThreeWays(pool, { seed: 20260302, cases });
    expect(disagreements.slice(0, 3)).toEqual([]);
    expect(compared).toBe(cases);
    // Neither nearly all nor nearly none, so that agreement means something.
    expect(seen / pairs).toBeGreaterThan(0.2);
    expect(seen / pairs).toBeLessThan(0.8);
  });
});
