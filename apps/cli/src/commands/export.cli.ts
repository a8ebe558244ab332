import { type Command, Option } from 'commander';
import { answerLines, audiences, verifyBundleFile } from '#libs/disclosure';
import type { Client } from '../client.js';
import { exitCodes } from '../exit-codes.js';
import { fetchExport, type Job, jobFields } from '../export-jobs.js';
import { findCase } from '../find-case.js';
import { clientFor, type GlobalOptions, printJson, printLine } from '../program.js';

interface ExportOptions {
  readonly case: string;
  readonly audience: string;
  readonly purpose: string;
  readonly out?: string;
}

/** The role whose demonstration token is fetched in development. */
const demonstrationRole = 'RECORDS';

export function addExport(program: Command): void {
  program
    .command('export')
    .requiredOption('--case <case>', 'id of the case, or its number (2026-000123)')
    .addOption(new Option('--audience <audience>', 'whom the bundle is for').choices(audiences.map((audience) => audience.toLowerCase())).default('court'))
    .requiredOption('--purpose <text>', 'what the bundle is for; kept with the record of this export')
    .option('--out <file>', 'where the bundle goes (default: case-<number or id>-<audience>.zip)')
    .description('Have the court bundle of a case made, fetch it, and check it here.')
    .action(async (options: ExportOptions, command: Command) => run(options, command.optsWithGlobals<GlobalOptions>()));
}

async function run(options: ExportOptions, global: GlobalOptions): Promise<void> {
  const client = await clientFor(global, demonstrationRole);
  const caseId = await findCase(client, options.case);
  const path = options.out ?? `case-${options.case}-${options.audience}.zip`;
  const job = await fetchExport(client, await start(client, caseId, options), path);
  const result = await verifyBundleFile(path);
  if (global.json) printJson({ file: path, sha256: job.sha256, result });
  else for (const line of [`${path}, SHA-256 ${job.sha256}`, ...answerLines(result)]) printLine(line);
  if (result.kind === 'REFUSED') process.exitCode = exitCodes.failed;
}

async function start(client: Client, caseId: string, { audience, purpose }: ExportOptions): Promise<Job> {
  const mutation = `mutation ($caseId: UUID!, $audience: Audience!, $purpose: String!) { exportCase(caseId: $caseId, audience: $audience, purpose: $purpose) { ${jobFields} } }`;
  return (await client.ask<{ exportCase: Job }>(mutation, { caseId, audience: audience.toUpperCase(), purpose })).exportCase;
}
