import type { AuditNode } from '#libs/read-models';
import type { TrailFormat } from './trail-format.js';

type Cell = string | number | bigint | null | readonly string[];

const columns: readonly (readonly [string, (row: AuditNode) => Cell])[] = [
  ['position', (row) => row.position],
  ['recordedAt', (row) => row.recorded_at],
  ['caseId', (row) => row.case_id],
  ['revision', (row) => row.revision],
  ['eventId', (row) => row.event_id],
  ['type', (row) => row.type],
  ['title', (row) => row.title],
  ['summary', (row) => row.summary],
  ['outcome', (row) => row.outcome],
  ['actor', (row) => row.actor],
  ['roles', (row) => row.roles],
  ['unit', (row) => row.unit],
  ['marks', (row) => row.marks],
  ['things', (row) => row.things],
  ['leafHash', (row) => row.leaf],
];

/**
 * What a spreadsheet would take for a formula: it begins with one of these, whatever blanks stand before (OWASP, 'CSV Injection'). Full-width forms
 * count, since some programs read them alike.
 */
const formula = /^[\s\u00a0\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;

/** A cell by RFC 4180, always quoted. A text that would be run as a formula gets an apostrophe before it, which is no part of the value. */
export function csvCell(value: Cell): string {
  const text = value === null ? '' : typeof value === 'object' ? value.join(' ') : String(value);
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  return `"${(!isNumber && formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

const line = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

export const csvFormat: TrailFormat = {
  mediaType: 'text/csv; charset=utf-8; header=present',
  extension: 'csv',
  writer: () => ({
    begin: () => line(columns.map(([name]) => name)),
    step: (row) => line(columns.map(([, of]) => of(row))),
    end: () => '',
  }),
};
