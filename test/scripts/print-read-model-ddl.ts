/** Prints the SQL of every read-model table and view, for the migration that makes them: `node --import ./test/support/source-hooks.js test/scripts/print-read-model-ddl.ts` */
import { allProjections, projectionDdl, viewDdl } from '#libs/read-models';

process.stdout.write(allProjections.map((projection) => `${projectionDdl(projection)}\n${viewDdl(projection)}\n`).join('\n'));
