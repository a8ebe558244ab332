import { stages } from '#libs/domain';
import { runMatrix } from './matrix/matrix.js';
import { buildWorld } from './matrix/world.js';
import type { AccessPart } from './part.js';

/** Every role and standing × stage, sealed and not × what is protected × channel, through the running service. */
export const matrixPart: AccessPart = {
  name: 'matrix',
  async run({ print }) {
    const world = await buildWorld({ stages });
    try {
      print(`matrix: ${world.cases.length} cases, ${world.askers.length} askers`);
      const reports = await runMatrix(world);
      const counts = reports.map(({ channel, cells, shown, wrong }) => ({ what: `cells by ${channel} (${shown.toLocaleString('en')} shown)`, tried: cells, failed: wrong }));
      const all = reports.reduce((sum, { cells }) => sum + cells, 0);
      return [...counts, { what: 'cells in all', tried: all, failed: [] }];
    } finally {
      await world.close();
    }
  },
};
