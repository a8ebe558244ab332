import { absentCase, type Case, type CaseEvent, evolveCase, isMaterial } from '#libs/domain';
import { type AnyProjection, type AnyRows, type At, emptyRows, type PlacedEvent } from './projection.js';

const streamForm = /^case-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

export const findCaseId = (stream: string): string | null => streamForm.exec(stream)?.[1] ?? null;

/** @throws Error where the stream is not a case's */
export function caseIdOf(stream: string): string {
  const id = findCaseId(stream);
  if (id === null) throw new Error(`'${stream}' is not the stream of a case`);
  return id;
}

/** Whether folding this event takes the case's whole history, rather than the rows so far. */
export function needsHistory(projection: AnyProjection, event: CaseEvent): boolean {
  return (event.type === 'FactCorrected' && projection.corrections === 'REFOLD') || projection.stateOn.includes(event.type);
}

/** Whether no event of this type changes the projection's rows. */
export function ignores({ always, fold, corrections }: AnyProjection, type: CaseEvent['type']): boolean {
  return always === null && fold[type] === undefined && !(type === 'FactCorrected' && corrections === 'REFOLD');
}

/**
 * One event onto the rows so far. `history`: every event of the case through this one, where {@link needsHistory} says so.
 */
export function foldEvent(projection: AnyProjection, rows: AnyRows, placed: PlacedEvent, history: readonly PlacedEvent[] | null): AnyRows {
  if (history === null) return step(projection, rows, placed, placed.event, null);
  return placed.event.type === 'FactCorrected' && projection.corrections === 'REFOLD' ? refold(projection, history) : step(projection, rows, placed, placed.event, stateOf(history));
}

/** All rows of a case from all its events: what the tables must hold. */
export function foldRows(projection: AnyProjection, events: readonly PlacedEvent[]): AnyRows {
  let rows: AnyRows = emptyRows(projection.tables);
  events.forEach((placed, i) => {
    rows = foldEvent(projection, rows, placed, needsHistory(projection, placed.event) ? events.slice(0, i + 1) : null);
  });
  return rows;
}

/** From the first event again, each with its corrections laid over it: as the domain does (libs/domain, corrections.ts). */
function refold(projection: AnyProjection, history: readonly PlacedEvent[]): AnyRows {
  const corrections = new Map<string, Record<string, unknown>>();
  for (const { event } of history) {
    if (event.type !== 'FactCorrected') continue;
    const { event: corrected, field, to, protectedTo } = event.data;
    corrections.set(corrected, { ...corrections.get(corrected), [field]: protectedTo ?? to });
  }
  let rows: AnyRows = emptyRows(projection.tables);
  history.forEach((placed, i) => {
    const correction = corrections.get(placed.event.meta.id);
    // The domain lets pass only fields of the event's own type, with values of the field's kind.
    const event = correction === undefined ? placed.event : ({ ...placed.event, data: { ...placed.event.data, ...correction } } as CaseEvent);
    const state = projection.stateOn.includes(event.type) ? stateOf(history.slice(0, i + 1)) : null;
    rows = step(projection, rows, placed, event, state);
  });
  return rows;
}

function stateOf(history: readonly PlacedEvent[]): Case {
  let state = absentCase;
  for (const { event } of history) state = evolveCase(state, event);
  if (!state.exists) throw new Error('unreachable: a history has a first event');
  return state;
}

type Step = (rows: AnyRows, data: unknown, at: At) => AnyRows;
type Always = (rows: AnyRows, event: CaseEvent, at: At) => AnyRows;

/** What every projection is told of an event in the same words, made once for all of them. */
const told = new WeakMap<CaseEvent, At>();

function atOf({ event, position }: PlacedEvent): At {
  const known = told.get(event);
  if (known !== undefined && known.position === position) return known;
  const { meta, type } = event;
  const at: At = { ...meta, caseId: caseIdOf(meta.stream), type, position, material: isMaterial(event), state: null };
  told.set(event, at);
  return at;
}

/** `placed.event` is as recorded; `event` may carry corrections. */
function step(projection: AnyProjection, rows: AnyRows, placed: PlacedEvent, event: CaseEvent, state: Case | null): AnyRows {
  const plain = atOf(placed);
  const at: At = state === null ? plain : { ...plain, state };
  // Type and data come from the same event; the compiler can't pair them inside the union.
  const fold = projection.fold[event.type] as Step | undefined;
  const always = projection.always as Always | null;
  const folded = fold === undefined ? rows : fold(rows, event.data, at);
  return always === null ? folded : always(folded, event, at);
}
