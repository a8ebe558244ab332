import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { exitCodes, Stop } from '../exit-codes.js';
import { Importer, type ImportTally, readLogId } from '../import/importer.js';
import { ImportJournal } from '../import/journal.js';
import { readMapping } from '../import/mapping.js';
import { Rejects } from '../import/rejects.js';
import { clientFor, type GlobalOptions, printJson, printLine } from '../program.js';

interface ImportOptions {
  readonly mapping: string;
  readonly rejects?: string;
  readonly state?: string;
}

export function addImport(program: Command): void {
  program
    .command('import')
    .argument('<file>', 'CSV file with a header, compressed (.gz) or not')
    .requiredOption('--mapping <file>', 'what the columns mean (YAML; see infra/mappings)')
    .option('--rejects <file>', 'where rows that were not filed go (default: <file>.rejects.csv in this folder)')
    .option('--state <file>', 'where an interrupted import goes on (default: <file>.import.json in this folder)')
    .description('File every row of a CSV file as a report. Can be interrupted and repeated: the same row is filed once.')
    .action(async (file: string, options: ImportOptions, command: Command) => run(file, options, command.optsWithGlobals<GlobalOptions>()));
}

async function run(file: string, options: ImportOptions, global: GlobalOptions): Promise<void> {
  const mapping = await readMapping(options.mapping);
  const { size } = await stat(file).catch((error: unknown) => {
    throw new Stop(exitCodes.usage, `${file} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const client = await clientFor(global, 'INTAKE');
  const imported = { source: mapping.source, file: resolve(file), bytes: size };
  const journal = await ImportJournal.open(options.state ?? `${basename(file)}.import.json`, imported, await readLogId(client));
  const rejects = new Rejects(options.rejects ?? `${basename(file)}.rejects.csv`, journal.settledThrough);
  const started = performance.now();
  const rate = (tally: ImportTally) => Math.round((tally.rows * 1000) / Math.max(1, performance.now() - started));
  const bar = process.stderr.isTTY && !global.json ? new SingleBar({ format: 'importing {bar} {percentage}% | {rows} rows | {rate} rows/s', stream: process.stderr }) : null;
  bar?.start(size, 0, { rows: 0, rate: 0 });
  const onProgress = (tally: ImportTally, bytes: number) => bar?.update(Math.min(bytes, size), { rows: tally.rows, rate: rate(tally) });
  const importer = new Importer({ client, mapping, journal, rejects, onProgress });
  try {
    await importer.run(file);
  } finally {
    bar?.stop();
    await rejects.close();
  }
  report(importer.tally, rejects, { seconds: (performance.now() - started) / 1000, resumedAfter: journal.settledThrough - importer.tally.rows }, global.json);
  if (rejects.count > 0) process.exitCode = exitCodes.failed;
}

function report(tally: ImportTally, rejects: Rejects, run: { readonly seconds: number; readonly resumedAfter: number }, json: boolean): void {
  const seconds = Math.round(run.seconds * 10) / 10;
  const perSecond = Math.round(tally.rows / Math.max(0.001, run.seconds));
  const summary = { ...tally, rejected: rejects.count, reasons: Object.fromEntries(rejects.reasons), seconds, rowsPerSecond: perSecond, resumedAfter: run.resumedAfter };
  if (json) return printJson({ ...summary, rejectsFile: rejects.count > 0 ? rejects.path : null });
  if (run.resumedAfter > 0) printLine(`Went on after row ${run.resumedAfter}, where an earlier import had stopped.`);
  printLine(`${tally.rows} rows in ${seconds} s (${perSecond} a second)`);
  printLine(`  ${tally.opened} opened a case`);
  printLine(`  ${tally.further} further reports on known cases`);
  printLine(`  ${tally.repeated} filed before: nothing new`);
  printLine(`  ${rejects.count} rejected${rejects.count > 0 ? `, in ${rejects.path}` : ''}`);
  for (const [reason, count] of rejects.reasons) printLine(`    ${count} × ${reason}`);
}
