/** Prints the SQL of every read-model table and view, for the migration that makes them: `node --import ./test/support/source-hooks.js test/scripts/print-read-model-ddl.ts` */
import { allCounters, allProjections, counterDdl, counterViewDdl, projectionDdl, viewDdl } from '#libs/read-models';

const projections = allProjections.map((projection) => `${projectionDdl(projection)}\n${viewDdl(projection)}\n`);
const counters = allCounters.map((set) => `${counterDdl(set)}\n${counterViewDdl(set)}\n`);
process.stdout.write([...projections, ...counters].join('\n'));
