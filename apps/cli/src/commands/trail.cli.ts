import type { Command } from 'commander';
import { exitCodes, Stop } from '../exit-codes.js';
import { findCase } from '../find-case.js';
import { clientFor, type GlobalOptions, printJson, printLine } from '../program.js';
import { readTrail, trailLine } from '../trail.js';

export function addTrail(program: Command): void {
  program
    .command('trail')
    .argument('<case>', 'id of the case, or its number (2026-000123)')
    .option('--zone <zone>', 'time zone of the printed times', 'America/Chicago')
    .description('Print every step of a case: when, who, in which role, what.')
    .action(async (which: string, { zone }: { readonly zone: string }, command: Command) => {
      const global = command.optsWithGlobals<GlobalOptions>();
      const client = await clientFor(global, 'OVERSIGHT');
      const caseId = await findCase(client, which);
      const entries = await readTrail(client, caseId);
      if (entries.length === 0) throw new Stop(exitCodes.failed, `There is no case ${which} that you may see.`);
      if (global.json) return printJson(entries);
      for (const entry of entries) printLine(trailLine(entry, zone));
    });
}
