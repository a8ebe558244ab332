import { access } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { openSecretFile } from '#libs/keys/module';
import { formatVerifierKey, type NoteSigner, noteSigner, parseVerifierKey } from '#libs/ledger';
import { witnessLimits, witnessOnce, type WitnessOutcome } from '#libs/witness';
import { exitCodes, Stop } from '../exit-codes.js';
import { type GlobalOptions, printJson, printLine } from '../program.js';

interface WitnessCommandOptions {
  readonly logKey: string;
  readonly name: string;
  readonly keyFile: string;
  readonly state: string;
  readonly every?: string;
  readonly send: boolean;
}

/** A pause longer than a day is a slip of the pen. */
const everySecondsMax = 86_400;
const msPerSecond = 1_000;

export function addWitness(program: Command): void {
  program
    .command('witness')
    .argument('<log>', 'address of the log, such as https://caseledger.example.org/ledger')
    .requiredOption('--log-key <key>', 'the log’s first verifier key, as the city published it')
    .requiredOption('--name <name>', 'the witness’s own name, such as witness.example.org/w1')
    .option('--key-file <file>', 'the witness’s key; made at the first run', 'witness.key')
    .option('--state <file>', 'remembers the last checkpoint that was seen', 'witness.state')
    .option('--every <seconds>', 'look again and again; without it, once')
    .option('--no-send', 'print the cosigned checkpoint instead of handing it to the log')
    .description('Run a witness: check that the log only grew since it was last seen, and cosign its checkpoint, or raise the alarm.')
    .action(async (log: string, options: WitnessCommandOptions, command: Command) => run(log.replace(/\/$/, ''), options, command.optsWithGlobals<GlobalOptions>()));
}

async function run(prefix: string, options: WitnessCommandOptions, { json }: GlobalOptions): Promise<void> {
  const logKey = parseVerifierKey(options.logKey);
  if (logKey === null) throw new Stop(exitCodes.usage, '--log-key is no verifier key (name+id+base64)');
  const seconds = options.every === undefined ? null : readSeconds(options.every);
  const signer = await openKey(options);
  for (;;) {
    const outcome = await witnessOnce({ prefix, logKey, signer, stateFile: options.state, clock: { now: () => new Date() }, fetch });
    const sent = outcome.kind === 'COSIGNED' && options.send ? await send(prefix, outcome.note) : null;
    if (json) printJson({ ...outcome, sent: sent?.ok ?? null, verifierKey: formatVerifierKey(signer.key) });
    else for (const line of lines(outcome, sent)) printLine(line);
    process.exitCode = exits[outcome.kind];
    // After an alarm a person has to look: going on would bury it.
    if (seconds === null || outcome.kind === 'ALARM') return;
    await delay(seconds * msPerSecond);
  }
}

const exits = { COSIGNED: exitCodes.done, ALARM: exitCodes.failed, UNREACHABLE: exitCodes.unreachable } as const satisfies Record<WitnessOutcome['kind'], number>;

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 1 && seconds <= everySecondsMax)) throw new Stop(exitCodes.usage, `--every takes 1 to ${everySecondsMax} seconds`);
  return seconds;
}

async function openKey({ name, keyFile }: WitnessCommandOptions): Promise<NoteSigner> {
  const isNew = await access(keyFile).then(
    () => false,
    () => true,
  );
  const seed = (await openSecretFile({ path: keyFile, mayCreate: true })).export();
  const signer = noteSigner(name, 'COSIGNATURE', seed);
  if (isNew) process.stderr.write(`A new key was made in ${keyFile}. Give the log this verifier key: ${formatVerifierKey(signer.key)}\n`);
  return signer;
}

type Sending = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Hands the cosigned checkpoint to the log; what goes wrong is told, since the cosignature stands by itself. */
async function send(prefix: string, note: string): Promise<Sending> {
  try {
    const answer = await fetch(`${prefix}/cosignatures`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ note }),
      signal: AbortSignal.timeout(witnessLimits.requestMs),
    });
    return answer.ok ? { ok: true } : { ok: false, why: `the log answered ${answer.status}: does it know this witness?` };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

function lines(outcome: WitnessOutcome, sent: Sending | null): readonly string[] {
  switch (outcome.kind) {
    case 'COSIGNED': {
      const grew = outcome.previousSize === null ? 'seen for the first time' : `grown from ${outcome.previousSize}`;
      const told = sent === null ? outcome.note : sent.ok ? 'Handed to the log.' : `Not handed to the log: ${sent.why}`;
      return [`Cosigned a tree of ${outcome.size} leaves, ${grew}.`, told];
    }
    case 'ALARM':
      return [`ALARM ${outcome.alarm}: ${outcome.message}`, 'Seen before:', outcome.seen ?? '(nothing)', 'Shown now:', outcome.shown ?? '(nothing)', 'Keep both: together they are the evidence.'];
    case 'UNREACHABLE':
      return [`The log can't be reached: ${outcome.message}`];
  }
}
