import { SingleBar } from 'cli-progress';
import { type Command, InvalidArgumentError } from 'commander';
import { exitCodes, Stop } from '../exit-codes.js';
import { type GlobalOptions, printJson, printLine } from '../program.js';

interface SimulateCliOptions {
  readonly cases: number;
  readonly seed: number;
  readonly from: number;
  readonly until: number;
}

/** Invented cases begin so long before they end, unless told otherwise. */
const usualSpanMs = 730 * 86_400_000;

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .option('--cases <count>', 'how many cases; each has about 14 events', wholeNumber(1, 2_000_000), 1_000)
    .option('--seed <number>', 'the same seed tells the same stories', wholeNumber(0, 1_000_000), 1)
    .option('--until <time>', 'the present of the stories (default: now)', time)
    .option('--from <time>', 'when the first case is opened (default: two years before)', time)
    .description('Fill an empty log with invented cases: realistic paths, people, delays and mistakes, recorded by the service’s own rules. They say that they are invented.')
    .addHelpText('after', '\nReads the service’s own environment (DATABASE_URL or CASELEDGER_DATA), and refuses a log that holds anything. The service, started afterwards, shows the cases.')
    .action(async (options: Partial<SimulateCliOptions> & Pick<SimulateCliOptions, 'cases' | 'seed'>, command: Command) => {
      const until = options.until ?? Date.now();
      const from = options.from ?? until - usualSpanMs;
      if (from >= until) throw new Stop(exitCodes.usage, '--from lies before --until.');
      await run({ ...options, from, until }, command.optsWithGlobals<GlobalOptions>());
    });
}

const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < min || value > max) throw new InvalidArgumentError(`A whole number from ${min} to ${max}.`);
    return value;
  };

function time(text: string): number {
  const value = Date.parse(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError('A time, as 2026-03-01T00:00:00Z.');
  return value;
}

async function run(options: SimulateCliOptions, { json }: GlobalOptions): Promise<void> {
  // Only this command needs the service's parts: the others start without them.
  const [{ readConfig }, { runSimulation }] = await Promise.all([import('#libs/config'), import('#libs/service/module')]);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const bar = process.stderr.isTTY && !json ? new SingleBar({ format: 'telling {bar} {percentage}% | {value} of {total} cases | {events} events', stream: process.stderr }) : null;
  bar?.start(options.cases, 0, { events: 0 });
  const began = performance.now();
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const told = await runSimulation(readConfig(process.env), {
    ...options,
    log: silent,
    signal: interrupted.signal,
    onProgress: ({ cases, events }) => bar?.update(cases, { events }),
  })
    .catch((error: unknown) => {
      throw explained(error);
    })
    .finally(() => bar?.stop());
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  if (json) return printJson({ ...told, seconds, seed: options.seed });
  printLine(`${told.cases} invented cases, ${told.events} events, ${told.refused} refusals in between (${seconds} s, seed ${options.seed}).`);
  if (interrupted.signal.aborted) throw new Stop(exitCodes.failed, 'Interrupted: what was told stays in the log.');
}

/** Errors whose message tells a person what to do. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'SimulationRefused') return new Stop(exitCodes.failed, error.message, { cause: error });
  if (error.name === 'ConfigError') return new Stop(exitCodes.usage, error.message, { cause: error });
  const isOfStart = /^(Database|DataFolder|Migration|Secret|Policy|Event)/.test(error.name);
  return isOfStart ? new Stop(exitCodes.unreachable, `Nothing was told: ${error.message}`, { cause: error }) : error;
}
