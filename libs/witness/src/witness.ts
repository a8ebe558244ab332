import { cosignatureLine, followHandOvers, type LogKey, openCheckpoint, type OpenedCheckpoint, sameHash, TileMissing, TreeReader, verifyConsistency } from '#libs/ledger';
import { type WitnessAlarm, type WitnessOptions, type WitnessOutcome } from './port.js';
import { LogUnreachable, RemoteLog } from './remote-log.js';
import { readSeen, writeSeen } from './state-file.js';

type Opened = Extract<OpenedCheckpoint, { kind: 'CHECKPOINT' }>;

const msPerSecond = 1_000;

/** Thrown where something is wrong with the log; caught in `witnessOnce` alone. */
class Alarming extends Error {
  constructor(
    readonly alarm: WitnessAlarm,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Looks at the log once: fetches the checkpoint, checks that it continues the last one that was seen (the proof is computed from the log's own
 * tiles and verified against both roots), remembers it on disk, and only then cosigns it.
 * @throws where the state file can't be read or written
 */
export async function witnessOnce(options: WitnessOptions): Promise<WitnessOutcome> {
  const seen = await readSeen(options.stateFile);
  let shown: string | null = null;
  try {
    const log = new RemoteLog(options.prefix, options.fetch);
    shown = await log.checkpoint();
    return await check(options, log, seen, shown);
  } catch (error) {
    if (error instanceof Alarming) return { kind: 'ALARM', alarm: error.alarm, message: error.message, seen, shown };
    if (error instanceof LogUnreachable || error instanceof TileMissing) return { kind: 'UNREACHABLE', message: error.message };
    throw error;
  }
}

async function check(options: WitnessOptions, log: RemoteLog, seen: string | null, shown: string): Promise<WitnessOutcome> {
  const { origin, keys } = await logKeys(options, log, seen === null ? [shown] : [shown, seen]);
  const next = openCheckpoint(shown, { origin, keys });
  if (next.kind === 'REFUSED') throw new Alarming('NOT_SIGNED', `the checkpoint is refused: ${next.message}`);
  const before = seen === null ? null : openCheckpoint(seen, { origin, keys });
  if (before !== null && before.kind === 'REFUSED') throw new Alarming('STATE_UNREADABLE', `what was seen before is refused: ${before.message}`);
  if (before !== null) await checkGrowth(log, before, next);
  // Before the signature exists: whatever happens after this, nothing that contradicts it will be cosigned.
  await writeSeen(options.stateFile, shown);
  const line = cosignatureLine(next.text, options.signer, Math.floor(options.clock.now().getTime() / msPerSecond));
  return { kind: 'COSIGNED', size: next.checkpoint.size, previousSize: before?.checkpoint.size ?? null, note: withLine(shown, line) };
}

/** The first key, and those that it handed over to, which are asked for only where the first is not the one that signed all of the notes. */
async function logKeys({ logKey }: WitnessOptions, log: RemoteLog, notes: readonly string[]): Promise<{ readonly origin: string; readonly keys: readonly LogKey[] }> {
  const origin = logKey.name;
  const first: LogKey = { key: logKey, from: 0, until: null };
  const byAnother = notes.some((note) => {
    const opened = openCheckpoint(note, { origin, keys: [first] });
    return opened.kind === 'REFUSED' && opened.code === 'NO_KNOWN_SIGNATURE';
  });
  if (!byAnother) return { origin, keys: [first] };
  const followed = followHandOvers(logKey, await log.handOvers());
  if (followed.kind === 'REFUSED') throw new Alarming('NOT_SIGNED', `the log's hand-overs are refused: ${followed.message}`);
  return { origin, keys: followed.keys };
}

async function checkGrowth(log: RemoteLog, { checkpoint: before }: Opened, { checkpoint: next }: Opened): Promise<void> {
  if (next.size < before.size) throw new Alarming('WENT_BACK', `the log shows ${next.size} leaves; it showed ${before.size} before`);
  if (next.size === before.size) {
    if (sameHash(next.root, before.root)) return;
    throw new Alarming('NOT_CONSISTENT', `the log shows another tree of ${next.size} leaves than before`);
  }
  const reader = new TreeReader(log);
  const proof = await reader.consistencyProof(before.size, next.size);
  const verified = verifyConsistency(before, next, proof);
  if (verified.kind === 'VERIFIED') return;
  // Tiles that don't make the signed tree either say nothing about it: the log is at fault, but not shown to have changed.
  const root = await reader.root(next.size);
  const which = sameHash(root, next.root) ? 'its tiles make the new checkpoint, and not the one before' : 'its tiles make no signed tree';
  throw new Alarming('NOT_CONSISTENT', `the tree of ${before.size} leaves is not the beginning of that of ${next.size}: ${which} (${verified.code})`);
}

/** The checkpoint with this witness's line in place of an older one of its own. */
function withLine(note: string, line: string): string {
  const who = line.slice(0, line.lastIndexOf(' ') + 1);
  const split = note.lastIndexOf('\n\n') + 2;
  const others = note
    .slice(split)
    .split(/(?<=\n)/)
    .filter((one) => !one.startsWith(who));
  return note.slice(0, split) + others.join('') + line;
}
