import type { Command } from 'commander';
import { answerLines, verifyBundleFile } from '#libs/disclosure';
import { exitCodes, Stop } from '../exit-codes.js';
import { type GlobalOptions, printJson, printLine } from '../program.js';

interface VerifyOptions {
  readonly key: readonly string[];
  readonly witnessKey: readonly string[];
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export function addVerify(program: Command): void {
  program
    .command('verify')
    .argument('<bundle>', 'the bundle (ZIP)')
    .option('--key <key>', 'the ledger’s verifier key as the city publishes it; again for another', collect, [])
    .option('--witness-key <key>', 'verifier key of a witness that you trust; again for another', collect, [])
    .description('Check a court bundle offline: sound, or the first thing that is wrong with it. Needs no service and no network.')
    .action(async (bundle: string, { key, witnessKey }: VerifyOptions, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>();
      const trusted = { ledgerKeys: key, witnessKeys: witnessKey };
      const result = await verifyBundleFile(bundle, { trusted }).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error) throw new Stop(exitCodes.usage, `${bundle} can't be read: ${error.message}`);
        throw error;
      });
      if (json) printJson(result);
      else for (const line of answerLines(result)) printLine(line);
      if (result.kind === 'REFUSED') process.exitCode = exitCodes.failed;
    });
}
