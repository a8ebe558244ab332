import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { answerLines, audiences, verifyBundleFile } from '#libs/disclosure';
import type { Client } from '../client.js';
import { exitCodes, Stop } from '../exit-codes.js';
import { findCase } from '../find-case.js';
import { clientFor, type GlobalOptions, printJson, printLine } from '../program.js';

interface ExportOptions {
  readonly case: string;
  readonly audience: string;
  readonly purpose: string;
  readonly out?: string;
}

interface Job {
  readonly id: string;
  readonly state: 'WAITING' | 'RUNNING' | 'DONE' | 'REFUSED' | 'FAILED';
  readonly path: string | null;
  readonly sha256: string | null;
  readonly message: string | null;
}

const pollMs = 300;
/** A large case takes minutes; what takes longer than this is asked about by hand. */
const waitMsMax = 15 * 60_000;
const asked = 'id state path sha256 message';
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
  const job = await finished(client, await start(client, caseId, options));
  if (job.state !== 'DONE' || job.path === null) throw new Stop(exitCodes.failed, job.message ?? 'The bundle could not be made: the service’s log says why.');
  // Never over a bundle that is there: it may be somebody's evidence.
  await pipeline(await client.download(job.path), createWriteStream(path, { flags: 'wx', mode: 0o600 })).catch((error: unknown) => {
    throw new Stop(exitCodes.failed, `${path} can't be written: ${error instanceof Error ? error.message : String(error)}`);
  });
  const result = await verifyBundleFile(path);
  if (global.json) printJson({ file: path, sha256: job.sha256, result });
  else for (const line of [`${path}, SHA-256 ${job.sha256}`, ...answerLines(result)]) printLine(line);
  if (result.kind === 'REFUSED') process.exitCode = exitCodes.failed;
}

async function start(client: Client, caseId: string, { audience, purpose }: ExportOptions): Promise<Job> {
  const mutation = `mutation ($caseId: UUID!, $audience: Audience!, $purpose: String!) { exportCase(caseId: $caseId, audience: $audience, purpose: $purpose) { ${asked} } }`;
  return (await client.ask<{ exportCase: Job }>(mutation, { caseId, audience: audience.toUpperCase(), purpose })).exportCase;
}

async function finished(client: Client, started: Job): Promise<Job> {
  const until = Date.now() + waitMsMax;
  let job = started;
  while (job.state === 'WAITING' || job.state === 'RUNNING') {
    if (Date.now() > until) throw new Stop(exitCodes.unreachable, `The bundle is not made yet; it is job ${job.id}.`);
    await pause(pollMs);
    const { exportJob } = await client.ask<{ exportJob: Job | null }>(`query ($id: ID!) { exportJob(id: $id) { ${asked} } }`, { id: started.id });
    if (exportJob === null) throw new Stop(exitCodes.failed, 'The service has forgotten the job: was it restarted? Ask again.');
    job = exportJob;
  }
  return job;
}
