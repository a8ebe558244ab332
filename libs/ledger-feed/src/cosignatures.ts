import { formatSignatureLine, formatVerifierKey, type LogKey, type NoteKey, openCheckpoint, sameHash } from '#libs/ledger';
import type { CosignatureAnswer, LedgerClock, SignedCheckpoint, Sql, WitnessSeen } from './port.js';
import { raiseAlarm, readCheckpoints } from './tables.js';

const MS_PER_SECOND = 1_000;

export interface CosignatureParts {
  readonly origin: string;
  readonly keys: readonly LogKey[];
  readonly witnesses: readonly NoteKey[];
  readonly clock: LedgerClock;
}

/** Records what known witnesses cosigned: `note` is one of our checkpoints with their lines. A repeat records nothing. */
export async function addCosignatures(sql: Sql, note: string, { origin, keys, witnesses, clock }: CosignatureParts): Promise<CosignatureAnswer> {
  const opened = openCheckpoint(note, { origin, keys }, witnesses);
  if (opened.kind === 'REFUSED') {
    const foreign = ['NO_KNOWN_SIGNATURE', 'WRONG_ORIGIN', 'NOT_A_CHECKPOINT'].includes(opened.code);
    return { kind: 'REFUSED', code: foreign ? 'NOT_OUR_CHECKPOINT' : 'MALFORMED', message: opened.message };
  }
  const { size, root } = opened.checkpoint;
  const stored = await readCheckpoints(sql, 'WHERE size = $1', [size]);
  if (!stored.some((known) => sameHash(known.root, root))) {
    // Our key signed it, and it is not here: a state that was lost, or a second tree under our name.
    const detail = `A checkpoint of ${size} leaves, signed by this ledger's key, came from outside and is not in its records.`;
    await raiseAlarm(sql, { kind: 'LEDGER_DIFFERS', detail, leafIndex: null, eventId: null }, clock);
    return { kind: 'REFUSED', code: 'NOT_OUR_CHECKPOINT', message: detail };
  }
  if (opened.cosigned.length === 0) return { kind: 'REFUSED', code: 'NO_KNOWN_WITNESS', message: 'no known witness cosigned this' };
  for (const { key, line, time } of opened.cosigned) {
    await sql.query({
      text: `INSERT INTO ledger_cosignature (size, witness, key_id, cosigned_at, line, received_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      values: [size, key.name, key.id, new Date((time ?? 0) * MS_PER_SECOND), formatSignatureLine(line), clock.now()],
    });
  }
  return { kind: 'RECORDED', size, witnesses: opened.cosigned.map(({ key }) => key.name) };
}

/** The checkpoint's note with the lines of those who cosigned that size. */
export async function withCosignatures(sql: Sql, checkpoint: SignedCheckpoint): Promise<SignedCheckpoint> {
  const { rows } = await sql.query<{ line: string }>({ text: 'SELECT line FROM ledger_cosignature WHERE size = $1 ORDER BY witness, key_id', values: [checkpoint.size] });
  return { ...checkpoint, note: checkpoint.note + rows.map(({ line }) => line).join('') };
}

/** How far each known witness has followed. */
export async function seenBy(sql: Sql, witnesses: readonly NoteKey[]): Promise<WitnessSeen[]> {
  const { rows } = await sql.query<{ witness: string; key_id: string; size: string; cosigned_at: Date; received_at: Date }>({
    text: 'SELECT DISTINCT ON (witness, key_id) witness, key_id, size, cosigned_at, received_at FROM ledger_cosignature ORDER BY witness, key_id, size DESC',
  });
  return witnesses.map((key) => {
    const row = rows.find(({ witness, key_id }) => witness === key.name && key_id === key.id);
    return {
      witness: key.name,
      verifierKey: formatVerifierKey(key),
      size: row === undefined ? null : Number(row.size),
      cosignedAt: row?.cosigned_at ?? null,
      receivedAt: row?.received_at ?? null,
    };
  });
}
