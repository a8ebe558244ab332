import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { exitCodes, Stop } from '../exit-codes.js';
import { clientFor, type GlobalOptions, printJson, printLine } from '../program.js';

interface Answer {
  readonly __typename: 'Recorded' | 'Refused' | 'Conflict';
  readonly stream?: string;
  readonly revision?: number;
  readonly eventIds?: readonly string[];
  readonly message?: string;
}

/** The role whose demonstration token is fetched in development. */
const demonstrationRole = 'ADMIN';
const mutation = 'mutation ($input: AdoptPolicyInput!) { answer: adoptPolicy(input: $input) { __typename ... on Recorded { stream revision eventIds } ... on Refused { message } ... on Conflict { message } } }';

export function addAdoptPolicy(program: Command): void {
  program
    .command('adopt-policy')
    .argument('<file>', 'the next version of the policy, in YAML')
    .requiredOption('--reason <text>', 'on what ground; kept with the record')
    .description('Adopt the next version of the policy of clocks and holds. It applies forward only.')
    .action(async (path: string, { reason }: { readonly reason: string }, command: Command) => {
      const global = command.optsWithGlobals<GlobalOptions>();
      const file = await readFile(path, 'utf8').catch((error: unknown) => {
        throw new Stop(exitCodes.usage, `${path} can't be read: ${error instanceof Error ? error.message : String(error)}`);
      });
      const client = await clientFor(global, demonstrationRole);
      const { answer } = await client.ask<{ answer: Answer }>(mutation, { input: { file, reason } });
      if (answer.__typename !== 'Recorded') throw new Stop(exitCodes.failed, answer.message ?? 'It was not adopted.');
      if (global.json) return printJson(answer);
      printLine(answer.eventIds?.length === 0 ? 'This version was adopted before.' : `Adopted: event ${answer.revision} of ${answer.stream}.`);
    });
}
