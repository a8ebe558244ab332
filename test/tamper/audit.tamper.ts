import type { AuditResult, Difference, DifferenceKind } from '#libs/ledger-feed';
import { LedgerKit } from '../support/ledger-kit.js';
import type { TamperCount, TamperPart } from './part.js';

/** Each way of tampering: what is done to the database, and what the audit has to say. */
export interface Tampering {
  readonly group: string;
  readonly what: string;
  readonly statements: readonly string[];
  readonly expected: Expectation;
}

interface Expectation {
  readonly kinds: readonly DifferenceKind[];
  readonly eventId?: string;
  readonly column?: Difference['column'];
  readonly leafIndex?: number;
}

interface StoredRow {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly head: string;
  readonly body: string;
}

const events = 60;
/** After so many events a checkpoint was signed, and pinned. */
const checkpointsAt = [20, 21, 45, 60];
const foreignAt = 20;

/** A small log with a foreign event, four checkpoints, all of them pinned; kept as `whole`, and as `older` at its third checkpoint. */
export async function openTampered(): Promise<LedgerKit> {
  const kit = await LedgerKit.open({ limits: { pinEveryMs: 0 } });
  try {
    return await filled(kit);
  } catch (error) {
    await kit.close();
    throw error;
  }
}

async function filled(kit: LedgerKit): Promise<LedgerKit> {
  let size = 0;
  for (const at of checkpointsAt) {
    if (at === foreignAt + 1) await kit.insertForeign();
    else await kit.append(at - size);
    size = at;
    await kit.number();
    const { kind } = await kit.service.sign();
    if (kind !== 'SIGNED') throw new Error(`a checkpoint was not signed: ${kind}`);
    if (at === 45) await kit.backUp('older');
  }
  await kit.backUp('whole');
  const sound = await kit.audit();
  if (sound.kind !== 'SOUND' || sound.tree.size !== events) throw new Error(`the log is not sound before it is tampered with: ${JSON.stringify(sound)}`);
  return kit;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Every way, in order; `every` thins out those that are done to each event. */
export async function tamperings(kit: LedgerKit, every = 1): Promise<Tampering[]> {
  const rows = (await kit.tamper('SELECT position::int, stream, revision::int, id, head, body FROM event ORDER BY position')) as unknown as StoredRow[];
  const some = rows.filter((_, n) => n % every === 0);
  return [
    ...some.flatMap(columnEdits),
    ...some.map(deletion),
    ...some.slice(1).map((row) => insertion(row, rows)),
    ...some.filter(({ position }) => position > 0).map((row) => swap(row, rows)),
    ...some.map((row) => truncation(row, rows)),
    ...ledgerEdits(rows),
    restoredBackup,
    forgedTail(rows),
  ];
}

function columnEdits(row: StoredRow): Tampering[] {
  const { position, id } = row;
  const foreign = position === foreignAt;
  const edit = (column: Difference['column'], value: string, kinds: readonly DifferenceKind[], named: Difference['column'] = column): Tampering => ({
    group: `edited ${column}`,
    what: `${column} of event ${position}`,
    statements: [`UPDATE event SET ${column} = ${value} WHERE position = ${position}`],
    expected: { kinds, eventId: id, ...(foreign ? {} : { column: named }) },
  });
  const changed: readonly DifferenceKind[] = ['EVENT_CHANGED'];
  const headEdit = foreign ? 'still no head' : row.head.replace(/"recordedAt":"2026/, '"recordedAt":"2025');
  const bodyEdit = foreign ? 'another body' : row.body.replace('invented', 'Invented');
  return [
    edit('position', '1000000', ['EVENT_MISSING'], null),
    edit('stream', `'${row.stream}9'`, changed),
    edit('revision', 'revision + 1000', changed),
    // Of a foreign event the id is part of the leaf, so what stands there is another event.
    edit('id', "'99999999-9999-8999-8999-999999999999'", foreign ? ['EVENT_REPLACED'] : changed),
    edit('type', "'Tampered'", changed),
    edit('head', literal(headEdit), changed),
    edit('body', literal(bodyEdit), changed),
  ];
}

const deletion = ({ position, id }: StoredRow): Tampering => ({
  group: 'row deleted',
  what: `event ${position}`,
  statements: [`DELETE FROM event WHERE position = ${position}`],
  expected: { kinds: ['EVENT_MISSING'], eventId: id },
});

/** A well-formed event pushed in before another one; all later positions move up. */
function insertion({ position, id }: StoredRow, rows: readonly StoredRow[]): Tampering {
  const model = rows.find(({ position: at }) => at !== foreignAt);
  const forgedId = '77777777-7777-8777-8777-777777777777';
  const head = (model?.head ?? '').replace(/"id":"[^"]*"/, `"id":"${forgedId}"`).replace(/"stream":"[^"]*"/, '"stream":"case-forged"');
  return {
    group: 'row inserted',
    what: `before event ${position}`,
    statements: [
      `UPDATE event SET position = position + 1000000 WHERE position >= ${position}`,
      'UPDATE event SET position = position - 999999 WHERE position >= 1000000',
      `INSERT INTO event VALUES (${position}, 'case-forged', 0, '${forgedId}', 'InventedFactNoted', ${literal(head)}, ${literal(model?.body ?? '')})`,
      'UPDATE log_head SET next_position = next_position + 1',
    ],
    expected: { kinds: ['EVENT_REPLACED', 'EVENT_INSERTED'], leafIndex: position, eventId: id },
  };
}

function swap({ position }: StoredRow, rows: readonly StoredRow[]): Tampering {
  const first = rows[position - 1];
  return {
    group: 'rows reordered',
    what: `events ${position - 1} and ${position}`,
    statements: [
      `UPDATE event SET position = 1000000 WHERE position = ${position}`,
      `UPDATE event SET position = ${position} WHERE position = ${position - 1}`,
      `UPDATE event SET position = ${position - 1} WHERE position = 1000000`,
    ],
    expected: { kinds: ['EVENT_REORDERED'], leafIndex: position - 1, eventId: first?.id ?? '' },
  };
}

const truncation = ({ position, id }: StoredRow, rows: readonly StoredRow[]): Tampering => ({
  group: 'tail truncated',
  what: `the last ${rows.length - position} events`,
  statements: [`DELETE FROM event WHERE position >= ${position}`, `UPDATE log_head SET next_position = ${position}`],
  expected: { kinds: ['EVENT_MISSING'], eventId: id, leafIndex: position },
});

const restoredBackup: Tampering = {
  group: 'old backup restored',
  what: 'log and ledger as they were at 45 events',
  statements: ['RESTORE older'],
  expected: { kinds: ['OLDER_THAN_PIN'], leafIndex: 45 },
};

const forgedTail = (rows: readonly StoredRow[]): Tampering => ({
  group: 'row inserted',
  what: 'after the last event, without the hash of the one before',
  statements: [
    `INSERT INTO event SELECT 60, stream, revision + 1, '88888888-8888-8888-8888-888888888888', type,
       replace(replace(head, '"revision":' || revision, '"revision":' || revision + 1), '"id":"' || id || '"', '"id":"88888888-8888-8888-8888-888888888888"'), body FROM event WHERE position = 59`,
    'UPDATE log_head SET next_position = 61',
  ],
  expected: { kinds: ['EVENT_NOT_VALID'], eventId: '88888888-8888-8888-8888-888888888888', ...(rows.length === 60 ? {} : { leafIndex: -1 }) },
});

/** The ledger itself, alone or together with the event. */
function ledgerEdits(rows: readonly StoredRow[]): Tampering[] {
  const at = 30;
  const row = rows[at];
  if (row === undefined) throw new Error(`no event ${at}`);
  const flip = (column: string, byte: number): string => `set_byte(${column}, ${byte}, get_byte(${column}, ${byte}) # 1)`;
  const edit = (what: string, statements: readonly string[], expected: Expectation): Tampering => ({ group: 'ledger edited', what, statements, expected });
  const head = literal(row.head.replace(/"recordedAt":"2026/, '"recordedAt":"2025'));
  const leafOfHead = `sha256('\\x00'::bytea || convert_to(${head}, 'UTF8'))`;
  const changeEvent = `UPDATE event SET head = ${head} WHERE position = ${at}`;
  const changeRow = `UPDATE ledger_leaf SET hash = ${leafOfHead} WHERE leaf_index = ${at}`;
  const changeTile = `UPDATE ledger_tile SET hashes = overlay(hashes PLACING ${leafOfHead} FROM ${at * 32 + 1} FOR 32) WHERE level = 0`;
  return [
    edit('hash of a leaf', [`UPDATE ledger_leaf SET hash = ${flip('hash', 5)} WHERE leaf_index = ${at}`], { kinds: ['LEAF_ROW_CHANGED'], leafIndex: at, eventId: row.id }),
    edit('position of a leaf', [`UPDATE ledger_leaf SET position = 5000 WHERE leaf_index = ${at}`], { kinds: ['LEAF_ROW_CHANGED'], leafIndex: at }),
    edit('event id of a leaf', [`UPDATE ledger_leaf SET event_id = gen_random_uuid() WHERE leaf_index = ${at}`], { kinds: ['LEAF_ROW_CHANGED'], leafIndex: at, eventId: row.id }),
    edit('foreign mark of a leaf', [`UPDATE ledger_leaf SET foreign_leaf = NOT foreign_leaf WHERE leaf_index = ${at}`], { kinds: ['LEAF_ROW_CHANGED'], leafIndex: at }),
    edit('leaf deleted', [`DELETE FROM ledger_leaf WHERE leaf_index = ${at}`], { kinds: ['LEAF_ROW_MISSING'], leafIndex: at, eventId: row.id }),
    edit('last leaf deleted', ['DELETE FROM ledger_leaf WHERE leaf_index = 59'], { kinds: ['LEAF_ROW_MISSING'], leafIndex: 59 }),
    edit('tile', [`UPDATE ledger_tile SET hashes = ${flip('hashes', at * 32)} WHERE level = 0`], { kinds: ['TILE_CHANGED'], leafIndex: at }),
    edit('tile deleted', ['DELETE FROM ledger_tile WHERE level = 0'], { kinds: ['TILE_CHANGED'], leafIndex: 0 }),
    edit('root of a checkpoint', [`UPDATE ledger_checkpoint SET root = ${flip('root', 0)} WHERE size = 45`], { kinds: ['CHECKPOINT_NOT_SIGNED'], leafIndex: 45 }),
    edit('note of a checkpoint', [`UPDATE ledger_checkpoint SET note = replace(note, E'\\n45\\n', E'\\n44\\n') WHERE size = 45`], { kinds: ['CHECKPOINT_NOT_SIGNED'], leafIndex: 45 }),
    edit('size of a checkpoint', ['UPDATE ledger_checkpoint SET size = 44 WHERE size = 45'], { kinds: ['CHECKPOINT_NOT_SIGNED'], leafIndex: 44 }),
    edit('root of the state', [`UPDATE ledger_state SET root = ${flip('root', 0)}`], { kinds: ['STATE_DIFFERS'] }),
    edit('size of the state', ['UPDATE ledger_state SET size = 70'], { kinds: ['STATE_DIFFERS'] }),
    edit('first key', [`UPDATE ledger_key SET verifier_key = replace(verifier_key, 'invented', 'Invented')`], { kinds: ['KEYS_DIFFER'] }),
    edit('keys deleted', ['DELETE FROM ledger_key', 'DELETE FROM ledger_checkpoint', changeEvent, changeRow, changeTile], { kinds: ['EVENT_NOT_VALID', 'PIN_DIFFERS'] }),
    edit('event and its leaf', [changeEvent, changeRow], { kinds: ['EVENT_CHANGED', 'EVENT_NOT_VALID'], leafIndex: at, eventId: row.id, column: 'head' }),
    // The whole ledger made to fit: the stream's next event, or the signed root, still tells.
    edit('event, its leaf and its tile', [changeEvent, changeRow, changeTile], { kinds: ['EVENT_NOT_VALID'], leafIndex: at, eventId: row.id }),
    edit('last event of a stream, its leaf and its tile', lastOfStream(rows), { kinds: ['CHECKPOINT_DIFFERS'], leafIndex: 45 }),
  ];
}

/** An event after which its stream has no other, changed so that nothing but the signed root can tell. */
function lastOfStream(rows: readonly StoredRow[]): string[] {
  const row = rows[59];
  if (row === undefined) throw new Error('no event 59');
  const head = literal(row.head.replace(/"recordedAt":"2026/, '"recordedAt":"2027'));
  const leaf = `sha256('\\x00'::bytea || convert_to(${head}, 'UTF8'))`;
  return [
    `UPDATE event SET head = ${head} WHERE position = 59`,
    `UPDATE ledger_leaf SET hash = ${leaf} WHERE leaf_index = 59`,
    `UPDATE ledger_tile SET hashes = overlay(hashes PLACING ${leaf} FROM ${59 * 32 + 1} FOR 32) WHERE level = 0`,
  ];
}

/** Does it, audits, puts everything back. Null where it was found and named; else what the audit said. */
export async function missedBy(kit: LedgerKit, { statements, expected }: Tampering): Promise<string | null> {
  for (const statement of statements) {
    if (statement === 'RESTORE older') await kit.restore('older');
    else await kit.tamper(statement);
  }
  try {
    return complaint(await kit.audit(), expected);
  } finally {
    await kit.restore('whole');
  }
}

function complaint(result: AuditResult, { kinds, eventId, column, leafIndex }: Expectation): string | null {
  if (result.kind === 'SOUND') return 'not found';
  const { difference } = result;
  const named =
    kinds.includes(difference.kind) &&
    (eventId === undefined || difference.eventId === eventId) &&
    (column === undefined || difference.column === column) &&
    (leafIndex === undefined || difference.leafIndex === leafIndex);
  return named ? null : `found as ${JSON.stringify(difference)}`;
}

export const auditPart: TamperPart = {
  name: 'audit',
  async run({ print }) {
    const kit = await openTampered();
    const groups = new Map<string, { tried: number; missed: string[] }>();
    try {
      for (const tampering of await tamperings(kit)) {
        const group = groups.get(tampering.group) ?? { tried: 0, missed: [] };
        groups.set(tampering.group, group);
        const missed = await missedBy(kit, tampering);
        group.tried += 1;
        if (missed !== null) group.missed.push(`${tampering.what}: ${missed}`);
        if (missed !== null) print(`MISSED ${tampering.group}, ${tampering.what}: ${missed}`);
      }
    } finally {
      await kit.close();
    }
    return [...groups].map(([what, { tried, missed }]): TamperCount => ({ what, tried, found: tried - missed.length, missed }));
  },
};
