import { resolveWhen } from '#libs/domain';
import type { Mapping } from './mapping.js';

export type Cells = Readonly<Record<string, string>>;

/** One row as `importReports` takes it. */
export interface ImportRow {
  readonly row: number;
  readonly reference: string;
  readonly incident: { readonly records: string | null };
  readonly occurredAt: object;
  readonly reportedAt: string | null;
  readonly place: { readonly beat: string | null; readonly district: string | null; readonly description: string | null };
  readonly address: string | null;
  readonly category: { readonly code: string | null; readonly text: string } | null;
  readonly narrative: string | null;
  readonly injuries: 'UNKNOWN';
  readonly columns: readonly { readonly name: string; readonly value: string }[];
}

export type ReadRow = { readonly kind: 'ROW'; readonly row: ImportRow } | { readonly kind: 'REJECT'; readonly reason: string };

const reject = (reason: string): ReadRow => ({ kind: 'REJECT', reason });
const dateForm = /^\d{4}-\d{2}-\d{2}$/;
const timeForm = /^\d{2}:\d{2}(:\d{2})?$/;

/** Reads a row as a careful records clerk would: what is not known is said to be unknown; what can't be is refused, with the reason. */
export function readRow(cells: Cells, row: number, mapping: Mapping): ReadRow {
  const cell = (name: string | undefined): string | null => {
    const value = name === undefined ? '' : (cells[name] ?? '').trim();
    return value === '' ? null : value;
  };
  const reference = cell(mapping.reference);
  if (reference === null) return reject(`${mapping.reference} is empty: the row belongs to no case`);
  const text = cell(mapping.category.text);
  const narrative = cell(mapping.narrative);
  if (text === null && narrative === null) return reject('neither narrative nor category: nothing is reported');
  const occurred = occurredOf(cell(mapping.occurred.date), cell(mapping.occurred.time), mapping);
  if (typeof occurred === 'string') return reject(occurred);
  const reported = reportedOf(cell(mapping.reported.date), mapping);
  if (reported !== null && 'reason' in reported) return reject(reported.reason);
  const beat = wholeNumber(cell(mapping.place.beat));
  const address = mapping.address.map((name) => cell(name)).filter((part) => part !== null);
  return {
    kind: 'ROW',
    row: {
      row,
      reference,
      incident: { records: cell(mapping.recordsNumber) },
      occurredAt: occurred,
      reportedAt: reported?.instant ?? null,
      place: { beat, district: districtOf(mapping, beat, cell), description: cell(mapping.place.description) },
      address: address.length === 0 ? null : address.join(', '),
      category: text === null ? null : { code: cell(mapping.category.code), text },
      narrative,
      injuries: 'UNKNOWN',
      columns: mapping.keep.flatMap((name) => {
        const value = cell(name);
        return value === null ? [] : [{ name, value }];
      }),
    },
  };
}

/** An unknown date is recorded as unknown; one that is no date of the calendar can't be. */
function occurredOf(date: string | null, time: string | null, { zone, source }: Mapping): object | string {
  if (date === null) return { precision: 'UNKNOWN', source, zone };
  if (!dateForm.test(date)) return `the date '${date}' is not written YYYY-MM-DD`;
  if (time !== null && !timeForm.test(time)) return `the time '${time}' is not written HH:MM or HH:MM:SS`;
  const local = time === null ? date : `${date}T${time}`;
  const when = { earliest: { local }, latest: null, precision: time === null ? ('DAY' as const) : ('MINUTE' as const), source, zone };
  const resolved = resolveWhen(when, 'SPAN');
  return resolved.kind === 'PROBLEM' ? resolved.problem.message : when;
}

/** The city was told some time on that day: by its end at the latest, so that nothing of the day is marked as reported before it happened. */
function reportedOf(date: string | null, { zone, source }: Mapping): { readonly instant: string } | { readonly reason: string } | null {
  if (date === null) return null;
  if (!dateForm.test(date)) return { reason: `the date '${date}' is not written YYYY-MM-DD` };
  const day = resolveWhen({ earliest: { local: date }, latest: null, precision: 'DAY', source, zone }, 'SPAN');
  if (day.kind === 'PROBLEM') return { reason: day.problem.message };
  return day.when.latest === null ? null : { instant: day.when.latest };
}

/** Spreadsheets write a beat as `411.0`; a number that is none stays as it is. */
function wholeNumber(text: string | null): string | null {
  return text === null ? null : text.replace(/^(\d+)\.0+$/, '$1');
}

function districtOf({ place }: Mapping, beat: string | null, cell: (name: string | undefined) => string | null): string | null {
  if (typeof place.district === 'object') return cell(place.district.column);
  if (place.district === undefined || beat === null || !/^\d{3,4}$/.test(beat)) return null;
  return beat.slice(0, -2);
}
