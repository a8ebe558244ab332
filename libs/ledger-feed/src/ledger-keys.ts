import type { Pool } from 'pg';
import { followHandOvers, formatVerifierKey, type LogKey, type NoteSigner, parseVerifierKey, sameKey, signHandOver } from '#libs/ledger';
import type { LedgerClock, Sql } from './port.js';
import { readKeys, readState, sqlOfOne } from './tables.js';

export type LogKeysAnswer = { readonly kind: 'KEYS'; readonly keys: readonly LogKey[] } | { readonly kind: 'REFUSED'; readonly message: string };

/** The log's keys, each for its sizes, as the hand-overs lead from the first one. None while nothing was ever signed. */
export async function readLogKeys(sql: Sql): Promise<LogKeysAnswer> {
  const [first, ...later] = await readKeys(sql);
  if (first === undefined) return { kind: 'KEYS', keys: [] };
  const key = parseVerifierKey(first.verifierKey);
  if (key === null) return { kind: 'REFUSED', message: 'the first key is not one' };
  const followed = followHandOvers(key, later.map(({ handOver }) => handOver ?? ''));
  if (followed.kind === 'REFUSED') return { kind: 'REFUSED', message: followed.message };
  const named = followed.keys.map((known) => formatVerifierKey(known.key));
  const asStored = [first, ...later].every(({ verifierKey }, n) => named[n] === verifierKey);
  return asStored ? { kind: 'KEYS', keys: followed.keys } : { kind: 'REFUSED', message: 'a stored key is not the one that its hand-over names' };
}

/** The key that signs now; null while there is none. */
export async function currentVerifierKey(sql: Sql): Promise<string | null> {
  return (await readKeys(sql)).at(-1)?.verifierKey ?? null;
}

/** Makes the signer's key the first one of the log, where there is none yet. */
export async function ensureFirstKey(sql: Sql, signer: NoteSigner, clock: LedgerClock): Promise<void> {
  await sql.query({
    text: 'INSERT INTO ledger_key (number, verifier_key, hand_over, made_at) SELECT 0, $1, NULL, $2 WHERE NOT EXISTS (SELECT FROM ledger_key) ON CONFLICT DO NOTHING',
    values: [formatVerifierKey(signer.key), clock.now()],
  });
}

export type RotationOutcome =
  | { readonly kind: 'ROTATED'; readonly handOver: string; readonly verifierKey: string }
  /** The new key signs already: a rotation that was interrupted after it was recorded. */
  | { readonly kind: 'ALREADY_ROTATED'; readonly verifierKey: string }
  | { readonly kind: 'REFUSED'; readonly message: string };

/** Hands the log over from the key that signs now to the next, at the tree as it stands: the note, signed by both, is recorded. */
export async function rotateKey(pool: Pool, from: NoteSigner, to: NoteSigner, clock: LedgerClock): Promise<RotationOutcome> {
  const client = await pool.connect();
  try {
    const sql = sqlOfOne(client);
    await client.query('BEGIN');
    // As signing does: no checkpoint is signed meanwhile.
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('${signingLock}', 0))`);
    const outcome = await recordRotation(sql, from, to, clock);
    await client.query('COMMIT');
    client.release();
    return outcome;
  } catch (error) {
    // The connection goes, and with it the transaction.
    client.release(true);
    throw error;
  }
}

/** Held in a transaction by whoever signs or rotates. */
export const signingLock = 'caseledger/ledger/sign';

async function recordRotation(sql: Sql, from: NoteSigner, to: NoteSigner, clock: LedgerClock): Promise<RotationOutcome> {
  await ensureFirstKey(sql, from, clock);
  const known = await readLogKeys(sql);
  if (known.kind === 'REFUSED') return known;
  const current = known.keys.at(-1)?.key;
  const verifierKey = formatVerifierKey(to.key);
  if (current !== undefined && sameKey(current, to.key)) return { kind: 'ALREADY_ROTATED', verifierKey };
  if (current === undefined || !sameKey(current, from.key)) return { kind: 'REFUSED', message: `the key that signs now is ${current?.id}, not ${from.key.id}` };
  const { size, root } = await readState(sql);
  const now = clock.now();
  const handOver = signHandOver({ origin: from.key.name, tree: { size, root }, at: now.toISOString() }, from, to);
  await sql.query({
    text: 'INSERT INTO ledger_key (number, verifier_key, hand_over, made_at) VALUES ($1, $2, $3, $4)',
    values: [known.keys.length, verifierKey, handOver, now],
  });
  return { kind: 'ROTATED', handOver, verifierKey };
}
