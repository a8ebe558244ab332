import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MatrixReport, runMatrix } from './matrix/matrix.js';
import { buildWorld, type World } from './matrix/world.js';

/** A sample of `npm run test:access matrix`: a late stage, open and sealed; who works on it, who is recused, and from another unit whom the order names. */
describe('the matrix of access', () => {
  let world: World;
  let reports: readonly MatrixReport[];
  beforeAll(async () => {
    world = await buildWorld({ stages: ['LEGAL_REVIEW'], standings: ['recused', 'named'] });
    reports = await runMatrix(world);
  }, 400_000);
  afterAll(() => world.close());

  it('shows each asker, through each channel, what the policy allows and nothing else', () => {
    expect(reports.flatMap((report) => report.wrong).slice(0, 5)).toEqual([]);
    expect(reports.reduce((sum, { cells }) => sum + cells, 0)).toBeGreaterThan(10_000);
  });

  it.each(['query', 'node', 'connection edge', 'list of steps', 'subscription', 'search for account'])('by %s some are shown something', (name) => {
    expect(reports.find(({ channel }) => channel === name)?.shown).toBeGreaterThan(0);
  });
});
