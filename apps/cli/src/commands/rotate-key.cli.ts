import { join } from 'node:path';
import type { Command } from 'commander';
import { attachEmbedded } from '#infra/postgres';
import { rotateKeyFile } from '#libs/ledger-feed/module';
import { openBeside } from '#libs/service/module';
import { configuration } from '../configuration.js';
import { exitCodes, Stop } from '../exit-codes.js';
import { type GlobalOptions, printJson, printLine } from '../program.js';

const log = {
  info: () => undefined,
  warn: (message: string) => void process.stderr.write(`${message}\n`),
  error: (message: string) => void process.stderr.write(`${message}\n`),
};

export function addRotateKey(program: Command): void {
  program
    .command('rotate-key')
    .description('Replace the key that signs the ledger’s checkpoints: the hand-over is signed by both keys and recorded. The service must be stopped.')
    .action(async (_options: object, command: Command) => run(command.optsWithGlobals<GlobalOptions>()));
}

async function run({ json }: GlobalOptions): Promise<void> {
  const config = configuration();
  // A running service would go on signing with the key that it holds.
  if (config.databaseUrl === null && (await attachEmbedded(config.dataFolder)) !== null) throw new Stop(exitCodes.failed, 'The service runs on this data folder: stop it first.');
  const beside = await openBeside(config, log);
  try {
    const { origin, key } = config.ledger;
    const outcome = await rotateKeyFile({ pool: beside.pool, origin, folder: join(config.dataFolder, 'secrets'), fromEnvironment: key }, { now: () => new Date() });
    if (outcome.kind === 'REFUSED') throw new Stop(exitCodes.failed, `The key was not replaced: ${outcome.message}.`);
    if (json) printJson(outcome);
    else for (const line of ['The key was replaced; the retired one lies beside it as ledger.key.<id>.retired until you destroy it.', 'Publish the new verifier key: /.well-known/caseledger-ledger.json has it, with the hand-over.']) printLine(line);
  } finally {
    await beside.close();
  }
}
