import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { ConfigError, readConfig } from '#libs/config';
import { type EventStore, EventStoreUnavailable } from '#libs/event-store';
import { createEventStoreDb, readRawEvents } from '#libs/event-store/module';
import { changeOver, comparedPositions, copyEvents, type CopyProgress, CopyRefused } from '#libs/log-copy';
import { type Beside, openBeside } from '#libs/service/module';
import { exitCodes, Stop } from '../exit-codes.js';
import { type GlobalOptions, printJson, printLine } from '../program.js';

interface CopyLogOptions {
  readonly changeOver: boolean;
}

export function addCopyLog(program: Command): void {
  program
    .command('copy-log')
    .option('--change-over', 'once all is copied and equal, make the copy this database’s log (stop the service first)', false)
    .description('Copy the event log from PostgreSQL into the EventStoreDB of EVENTSTORE_URL, in the same order, and compare both byte for byte.')
    .addHelpText('after', '\nReads the service’s own environment (DATABASE_URL or CASELEDGER_DATA). Can be interrupted and repeated, and run beside the service until the change-over. docs/moving-the-log.md says how.')
    .action(async (options: CopyLogOptions, command: Command) => run(options, command.optsWithGlobals<GlobalOptions>()));
}

const log = { info: () => undefined, warn: (message: string) => void process.stderr.write(`${message}\n`), error: (message: string) => void process.stderr.write(`${message}\n`) };

interface Logs {
  readonly beside: Beside;
  readonly source: EventStore;
  readonly target: EventStore;
  readonly url: string;
}

async function run(options: CopyLogOptions, { json }: GlobalOptions): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Stop(exitCodes.failed, 'Interrupted. Run it again: it goes on where it stopped.'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const logs = await openLogs();
  const started = performance.now();
  const bar = process.stderr.isTTY && !json ? new SingleBar({ format: 'copying {bar} {percentage}% | {value} of {total} events', stream: process.stderr }) : null;
  bar?.start(await eventsOf(logs.source), 0);
  const copying = {
    ...logs,
    signal: interrupted.signal,
    onProgress: ({ compared, copied }: CopyProgress) => bar?.update(compared + copied),
  };
  try {
    const { compared, copied } = await copyEvents(copying);
    bar?.stop();
    const readTarget = () => readRawEvents({ url: logs.url });
    const changed = options.changeOver ? await changeOver({ ...copying, ownerUrl: logs.beside.ownerUrl, readTarget }) : null;
    const equal = changed?.events ?? (await count(comparedPositions(logs.source, readTarget())));
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const rows = [...(changed?.remapped ?? new Map<string, number>()).values()].reduce((a, b) => a + b, 0);
    if (json) return printJson({ found: compared, copied, equal, from: logs.source.logId, to: logs.target.logId, changedOver: changed !== null, rowsRemapped: rows, seconds });
    printLine(`${copied} events copied, ${compared} were there; all ${equal} have the same bytes in both logs (${seconds} s).`);
    if (changed === null) printLine('The service still uses the log in PostgreSQL. When it is stopped, run this again with --change-over.');
    else printLine(`This database now belongs to the log ${logs.target.logId} in EventStoreDB: ${rows} positions were remapped, every leaf index stays. Start with EVENTSTORE_URL.`);
  } catch (error) {
    throw explained(error);
  } finally {
    bar?.stop();
    await logs.target.close();
    await logs.beside.close();
  }
}

async function openLogs(): Promise<Logs> {
  const config = (() => {
    try {
      return readConfig(process.env);
    } catch (error) {
      throw error instanceof ConfigError ? new Stop(exitCodes.usage, error.message) : error;
    }
  })();
  const url = config.eventStoreUrl;
  if (url === null) throw new Stop(exitCodes.usage, 'Set EVENTSTORE_URL to the server that is copied to.');
  // Without EVENTSTORE_URL: the log that is copied from.
  const beside = await openBeside({ ...config, eventStoreUrl: null }, log).catch((error: unknown) => {
    throw explained(error);
  });
  try {
    return { beside, source: beside.store, target: await createEventStoreDb({ url, log }), url };
  } catch (error) {
    await beside.close();
    throw explained(error);
  }
}

/** Positions in PostgreSQL count from 0 without a gap. */
async function eventsOf(source: EventStore): Promise<number> {
  return Number((await source.head())?.n ?? -1n) + 1;
}

async function count(pairs: AsyncIterable<unknown>): Promise<number> {
  const counted = pairs[Symbol.asyncIterator]();
  let n = 0;
  while ((await counted.next()).done !== true) n++;
  return n;
}

function explained(error: unknown): unknown {
  if (error instanceof CopyRefused || (error instanceof Error && error.name === 'EventLogRefused')) return new Stop(exitCodes.failed, error.message, { cause: error });
  if (error instanceof EventStoreUnavailable) return new Stop(exitCodes.unreachable, `${error.message} Nothing is lost: run it again.`, { cause: error });
  return error;
}
