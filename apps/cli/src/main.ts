import { Command, CommanderError } from 'commander';
import { GraphqlFailure } from './client.js';
import { addAdoptPolicy } from './commands/adopt-policy.cli.js';
import { addAudit } from './commands/audit.cli.js';
import { addCopyLog } from './commands/copy-log.cli.js';
import { addExport } from './commands/export.cli.js';
import { addExportTrail } from './commands/export-trail.cli.js';
import { addImport } from './commands/import.cli.js';
import { addRebuild } from './commands/rebuild.cli.js';
import { addRotateKey } from './commands/rotate-key.cli.js';
import { addScenario } from './commands/scenario.cli.js';
import { addSimulate } from './commands/simulate.cli.js';
import { addTrail } from './commands/trail.cli.js';
import { addVerify } from './commands/verify.cli.js';
import { addWitness } from './commands/witness.cli.js';
import { exitCodes, Stop } from './exit-codes.js';

const defaultUrl = 'http://localhost:4000/graphql';

const program = new Command('caseledger')
  .description('Case management that anyone can check. Speaks to a running service; see each command’s --help.')
  .option('--url <url>', 'GraphQL endpoint of the service', process.env['CASELEDGER_URL'] ?? defaultUrl)
  .option('--token <token>', 'bearer token (in development one is fetched)', process.env['CASELEDGER_TOKEN'])
  .option('--json', 'answer in JSON, for programs', false)
  .addHelpText('after', '\nExit codes: 0 done; 1 refused, rejected or found wrong; 2 usage; 3 the service does not answer.')
  .exitOverride();
for (const add of [addImport, addRebuild, addScenario, addTrail, addAdoptPolicy, addAudit, addRotateKey, addWitness, addExport, addExportTrail, addVerify, addCopyLog, addSimulate]) add(program);

// A reader that has seen enough (head, less) closes the pipe: no fault of the program.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? exitCodes.done);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof Stop) {
    process.stderr.write(`${error.message}\n`);
    return error.code;
  }
  if (error instanceof GraphqlFailure) {
    process.stderr.write(`The service answered: ${error.message} (${error.code})\n`);
    return error.code === 'UNAVAILABLE' ? exitCodes.unreachable : exitCodes.failed;
  }
  throw error;
}
