import { type Command, Option } from 'commander';
import { fetchExport, type Job, jobFields } from '../export-jobs.js';
import { findCase } from '../find-case.js';
import { clientFor, type GlobalOptions, printJson, printLine } from '../program.js';

interface ExportTrailOptions {
  readonly format: keyof typeof formats;
  readonly purpose: string;
  readonly case?: string;
  readonly actor?: readonly string[];
  readonly unit?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly text?: string;
  readonly out?: string;
}

const formats = { csv: 'CSV', ndjson: 'NDJSON', 'ocel.json': 'OCEL_JSON' } as const;
/** The role whose demonstration token is fetched in development. */
const demonstrationRole = 'OVERSIGHT';

export function addExportTrail(program: Command): void {
  program
    .command('export-trail')
    .addOption(new Option('--format <format>', 'how it is written').choices(Object.keys(formats)).default('csv'))
    .requiredOption('--purpose <text>', 'what it is for; kept with the record of this export')
    .option('--case <case>', 'only this case, by id or number')
    .option('--actor <user...>', 'only steps by these users')
    .option('--unit <unit...>', 'only steps for these units')
    .option('--from <time>', 'recorded then or later (2026-03-01T00:00:00Z)')
    .option('--to <time>', 'recorded then or earlier')
    .option('--text <words>', 'with these words in title and summary')
    .option('--out <file>', 'where it goes (default: audit-trail.<format>)')
    .description('Have the audit trail across cases written to a file, and fetch it: CSV, NDJSON, or OCEL 2.0 for process mining.')
    .action(async (options: ExportTrailOptions, command: Command) => run(options, command.optsWithGlobals<GlobalOptions>()));
}

async function run(options: ExportTrailOptions, global: GlobalOptions): Promise<void> {
  const { format, purpose, from, to, text, actor: actors, unit: units } = options;
  const client = await clientFor(global, demonstrationRole);
  const caseId = options.case === undefined ? undefined : await findCase(client, options.case);
  const mutation = `mutation ($format: TrailFormat!, $purpose: String!, $filter: AuditFilter) { exportAuditTrail(format: $format, purpose: $purpose, filter: $filter) { ${jobFields} } }`;
  const { exportAuditTrail } = await client.ask<{ exportAuditTrail: Job }>(mutation, { format: formats[format], purpose, filter: { caseId, from, to, text, actors, units } });
  const path = options.out ?? `audit-trail.${format}`;
  const { sha256, events } = await fetchExport(client, exportAuditTrail, path);
  if (global.json) printJson({ file: path, sha256, steps: events });
  else printLine(`${path}: ${events} steps, SHA-256 ${sha256}`);
}
