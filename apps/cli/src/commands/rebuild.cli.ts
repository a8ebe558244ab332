import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { Rebuilding, RebuildReport } from '#libs/read-models';
import { exitCodes, Stop } from '../exit-codes.js';
import { type GlobalOptions, printJson, printLine } from '../program.js';

interface RebuildOptions {
  readonly only: readonly string[];
  readonly anew: boolean;
}

export function addRebuild(program: Command): void {
  program
    .command('rebuild')
    .option('--only <feed...>', 'only these feeds: cases, clocks, search, access', [])
    .option('--anew', 'begin from the start, whatever an earlier run left', false)
    .description(
      'Build the read models anew from the log beside those in use, compare every table with a fold of the log, and swap. Runs on the machine of the service, with its configuration; reads never stop, and a run that was killed is gone on with.',
    )
    .action(async (options: RebuildOptions, command: Command) => run(options, command.optsWithGlobals<GlobalOptions>()));
}

const phases: Readonly<Record<Rebuilding['phase'], string>> = {
  BUILDING: 'building',
  INDEXING: 'making indexes',
  COMPARING: 'comparing',
  CATCHING_UP: 'catching up',
  SWAPPING: 'swapping',
};

async function run({ only, anew }: RebuildOptions, { json }: GlobalOptions): Promise<void> {
  // Only this command needs the service's parts: the others start without them.
  const [{ readConfig }, { runRebuild }] = await Promise.all([import('#libs/config'), import('#libs/service/module')]);
  const began = performance.now();
  const bar = process.stderr.isTTY && !json ? new SingleBar({ format: '{phase} {bar} {percentage}% | {events} events | {rate} events/s', stream: process.stderr }) : null;
  bar?.start(1, 0, { phase: phases.BUILDING, events: 0, rate: 0 });
  const onProgress = ({ phase, through, head, handled }: Rebuilding): void => {
    bar?.setTotal(Number(head + 1n));
    bar?.update(Number(through + 1n), { phase: phases[phase], events: handled, rate: Math.round((handled * 1_000) / Math.max(1, performance.now() - began)) });
  };
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const report = await runRebuild(readConfig(process.env), { feeds: only, anew, log: silent, onProgress })
    .catch((error: unknown) => {
      throw explained(error);
    })
    .finally(() => bar?.stop());
  if (json) return printJson(report);
  print(report);
}

/** Errors whose message tells a person what to do. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'RebuildRefused') return new Stop(exitCodes.failed, error.message, { cause: error });
  if (['UnknownFeed', 'ConfigError'].includes(error.name)) return new Stop(exitCodes.usage, error.message, { cause: error });
  const isOfDatabase = 'code' in error || /^(Database|DataFolder|Migration|Secret|Policy|Event)/.test(error.name);
  return isOfDatabase ? new Stop(exitCodes.unreachable, `The rebuild did not start: ${error.message}`, { cause: error }) : error;
}

function print(report: RebuildReport): void {
  if (report.resumedAfter !== null) printLine(`Went on after ${report.resumedAfter}, where an earlier run had stopped.`);
  const rate = Math.round(report.events / Math.max(0.01, report.buildSeconds));
  printLine(`Built ${report.feeds.join(', ')}: ${report.events} events in ${report.buildSeconds} s (${rate} a second)`);
  if (report.tables.length > 0) {
    printLine(`Compared with a fold of each stream through ${report.comparedThrough ?? 'the start'}, in ${report.compareSeconds} s`);
    const width = Math.max(...report.tables.map(({ table }) => table.length));
    for (const { table, rows, digest } of report.tables) printLine(`  ${table.padEnd(width)} ${String(rows).padStart(9)} rows  ${digest}`);
  } else printLine(`Compared by an earlier run, through ${report.comparedThrough ?? 'the start'}`);
  printLine(`In use since ${report.swappedAt}; feeds stood still for ${report.swapMs} ms. ${report.seconds} s in all.`);
}
