import { readFile, rename, writeFile } from 'node:fs/promises';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { Config } from '#libs/config';
import { withRawReads } from '#libs/event-store/module';
import { fromBase64, parseVerifierKey, toBase64, type TreeHead } from '#libs/ledger';
import { auditLog, type AuditOptions, type AuditResult, type CheckpointRef } from '#libs/ledger-feed';
import { openBeside } from '#libs/service/module';
import { configuration } from '../configuration.js';
import { exitCodes, Stop } from '../exit-codes.js';
import { type GlobalOptions, printJson, printLine } from '../program.js';

interface AuditCommandOptions {
  readonly state?: string;
  readonly full: boolean;
  readonly raw: boolean;
  readonly firstKey?: string;
  readonly pins?: string;
}

const log = {
  info: () => undefined,
  warn: (message: string) => void process.stderr.write(`${message}\n`),
  error: (message: string) => void process.stderr.write(`${message}\n`),
};

export function addAudit(program: Command): void {
  program
    .command('audit')
    .option('--state <file>', 'remembers the end of a sound audit here; the next one reads only what came after')
    .option('--full', 'reads everything again, whatever the state says', false)
    .option('--raw', 'with the log in EventStoreDB: reads the bytes that the server holds, past its client’s JSON (in PostgreSQL every audit does)', false)
    .option('--first-key <key>', 'the log’s first verifier key as it is known from elsewhere; without it the database’s own word counts')
    .option('--pins <folder>', 'folder of pinned checkpoints (default: CASELEDGER_PINS)')
    .description('Recompute every leaf from the event log and compare with tiles, checkpoints and pins. Reads the database of this environment; the service may run.')
    .action(async (options: AuditCommandOptions, command: Command) => run(options, command.optsWithGlobals<GlobalOptions>()));
}

async function run(options: AuditCommandOptions, { json }: GlobalOptions): Promise<void> {
  const config = configuration();
  const firstKey = options.firstKey === undefined ? undefined : parseVerifierKey(options.firstKey);
  if (firstKey === null) throw new Stop(exitCodes.usage, '--first-key is no verifier key (name+id+base64)');
  const from = options.full || options.state === undefined ? null : await readState(options.state);
  const { origin, pinsFolder } = config.ledger;
  const known = { origin, pinsFolder: options.pins ?? pinsFolder, from, ...(firstKey === undefined ? {} : { firstKey }) };
  const result = await audit(config, known, { raw: options.raw, showBar: process.stderr.isTTY && !json });
  if (result.kind === 'SOUND' && options.state !== undefined) await writeState(options.state, result.tree);
  report(result, json);
  if (result.kind === 'DIFFERENT') process.exitCode = exitCodes.failed;
}

async function audit(config: Config, known: Omit<AuditOptions, 'store' | 'pool'>, { raw, showBar }: { readonly raw: boolean; readonly showBar: boolean }): Promise<AuditResult> {
  const beside = await openBeside(config, log).catch((error: unknown) => {
    throw new Stop(exitCodes.unreachable, `The database or the event log can't be opened: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  const bar = showBar ? new SingleBar({ format: 'auditing {bar} {percentage}% | {value} of {total} events', stream: process.stderr }) : null;
  try {
    // Positions are counts in one log and bytes in the other; the ledger's leaves are counts in both.
    const { rows } = await beside.pool.query<{ size: string }>('SELECT size FROM ledger_state');
    bar?.start(Number(rows[0]?.size ?? 0), 0);
    const store = raw && config.eventStoreUrl !== null ? withRawReads(beside.store, config.eventStoreUrl) : beside.store;
    return await auditLog({ ...known, store, pool: beside.pool, onProgress: ({ events }) => bar?.update(events) });
  } finally {
    bar?.stop();
    await beside.close();
  }
}

function report(result: AuditResult, json: boolean): void {
  if (!json) for (const line of lines(result)) printLine(line);
  else if (result.kind === 'SOUND') printJson({ ...result, tree: { size: result.tree.size, root: toBase64(result.tree.root) } });
  else printJson(result);
}

/** @throws Stop for a file that this program did not write; absent: an audit of everything */
async function readState(file: string): Promise<TreeHead | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new Stop(exitCodes.usage, `${file} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (text === null) return null;
  const [sizeText = '', rootText = ''] = text.trim().split(' ');
  const root = fromBase64(rootText);
  if (!/^\d{1,15}$/.test(sizeText) || root?.length !== 32) throw new Stop(exitCodes.usage, `${file} is no state of an audit`);
  return { size: Number(sizeText), root };
}

async function writeState(file: string, { size, root }: TreeHead): Promise<void> {
  await writeFile(`${file}.new`, `${size} ${toBase64(root)}\n`);
  await rename(`${file}.new`, file);
}

function lines(result: AuditResult): readonly string[] {
  const { counts } = result;
  const seen = `${counts.events} events, ${counts.leaves} leaves, ${counts.tiles} tiles, ${counts.checkpoints} checkpoints and ${counts.pins} pins compared; ${counts.foreign} foreign, ${counts.pending} not numbered yet.`;
  if (result.kind === 'SOUND') {
    return [`SOUND: the log is what was signed, from leaf ${result.from} to ${result.tree.size}.`, `Root ${toBase64(result.tree.root)}.`, seen];
  }
  const { kind, detail, eventId, stream, revision, position, leafIndex, column, before, after } = result.difference;
  const about = [
    ['event', eventId],
    ['stream', stream],
    ['revision', revision],
    ['position', position],
    ['leaf', leafIndex],
    ['column', column],
  ].flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]));
  return [`DIFFERENT (${kind}): ${detail}`, ...(about.length === 0 ? [] : [`Where: ${about.join(', ')}.`]), `Checkpoint before: ${reference(before)}`, `Checkpoint after: ${reference(after)}`, seen];
}

const reference = (checkpoint: CheckpointRef | null): string =>
  checkpoint === null ? 'none' : `${checkpoint.size} leaves, root ${checkpoint.root}, ${checkpoint.from === 'PIN' ? 'pinned' : 'signed'} ${checkpoint.at}`;
