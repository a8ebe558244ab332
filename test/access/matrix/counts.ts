import type { MatrixAsker, World } from './world.js';

/** k of the service as it is configured by default. */
const smallestCell = 5;

export interface CountsReport {
  readonly cells: number;
  readonly wrong: readonly string[];
}

interface Cell {
  readonly stage: string;
  readonly district: string | null;
  readonly count: number | null;
  readonly all: boolean;
}

/**
 * The dashboard of cases by stage, for each asker: exact to who sees every case, with the sealed ones to who sees those; to everyone else
 * nothing below k, nothing that is no multiple of k, and never a sealed case; to who runs the system, nothing.
 */
export async function checkCounts(world: World): Promise<CountsReport> {
  const wrong: string[] = [];
  let cells = 0;
  for (const asker of world.askers) {
    const { data } = await world.service.graphql<{ dashboards: { pipeline: readonly Cell[] | null } | null }>(asker.token, '{ dashboards { pipeline { stage district count all } } }');
    const shown = data?.dashboards?.pipeline ?? [];
    cells += Math.max(1, shown.length);
    for (const cell of shown) {
      const problem = problemOf(cell, asker, world);
      if (problem !== null) wrong.push(`${problem}: dashboard, ${asker.actor}, ${JSON.stringify(cell)}`);
    }
  }
  return { cells, wrong };
}

function problemOf({ stage, count }: Cell, { roles: [role] }: MatrixAsker, { cases }: World): string | null {
  const open = cases.filter((one) => one.stage === stage && !one.sealed).length;
  const sealed = cases.filter((one) => one.stage === stage && one.sealed).length;
  if (role === 'ADMIN') return 'LEAK of a count to who runs the system';
  if (role === 'RECORDS') return count === open + sealed ? null : `not ${open + sealed}`;
  if (role === 'LEGAL' || role === 'CUSTODIAN' || role === 'OVERSIGHT') return count === open ? null : `not ${open}: sealed cases are not for them to count`;
  if (count === null) return open < smallestCell ? null : 'suppressed without need';
  return count <= open && count % smallestCell === 0 && count >= smallestCell ? null : 'LEAK of a small or exact count';
}
