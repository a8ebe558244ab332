import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { parse as parseAtOnce } from 'csv-parse/sync';
import { exitCodes, Stop } from '../exit-codes.js';
import type { Cells } from './row.js';

export interface CsvRow {
  /** Counted from 1 without the header. */
  readonly row: number;
  readonly cells: Cells;
  /** All cells as they stand, those beyond the header's too. */
  readonly values: readonly string[];
  /** Bytes of the file read so far. */
  readonly bytes: number;
  /** Why the row can't be read as one; null for an ordinary row. */
  readonly broken: string | null;
}

const rowBytesMax = 1024 * 1024;
const tolerant = {
  bom: true,
  skipEmptyLines: true,
  relaxColumnCount: true,
  relaxQuotes: true,
  skipRecordsWithError: true,
  raw: true,
  maxRecordSize: rowBytesMax,
} as const;
/** What a decoder puts where bytes are no UTF-8. */
const undecodable = '\uFFFD';

/**
 * The rows of a CSV file with a header, compressed (.gz) or not, read as they are asked for. A row that can't be trusted (too many or too few
 * cells, a stray quote, bytes that are no UTF-8) is given out as broken, never dropped.
 * @throws Stop where the file can't be read on (a quote that is never closed, a row without end, a broken archive), or its header is not as the mapping says
 */
export async function* readCsv(file: string, columns: readonly string[]): AsyncGenerator<CsvRow> {
  const source = createReadStream(file);
  const bytes = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  // The parser's own errors end nothing before the rows that were read ahead of them have been given out.
  let fault: { readonly after: number; readonly error: unknown } | null = null;
  const noteFault = (error: unknown): undefined => {
    fault ??= { after: typeof error === 'object' && error !== null && 'records' in error ? Number(error.records) : 0, error };
  };
  const records = bytes.pipe(parse({ ...tolerant, onSkip: noteFault }));
  // Errors of the file and of decompression end the parser, which is what is read.
  source.on('error', (error) => records.destroy(error));
  bytes.on('error', (error: Error) => records.destroy(error));
  let header: readonly string[] | null = null;
  let row = 0;
  try {
    for await (const record of records) {
      throwFault(fault, header === null ? 0 : row + 1);
      const { record: cells, raw } = record as { readonly record: readonly string[]; readonly raw: string }; // What csv-parse gives with `raw` and without `columns`.
      if (header === null) {
        header = cells.map((name) => name.trim());
        checkHeader(file, header, columns);
        continue;
      }
      row += 1;
      const names: readonly string[] = header;
      yield { row, cells: Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])), values: cells, bytes: source.bytesRead, broken: faultOf(cells, raw, names.length) };
    }
    throwFault(fault, Infinity);
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(exitCodes.failed, `${file} can't be read after row ${row}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** What comes after a fault is not to be trusted. `given`: records given out so far, the header among them. */
function throwFault(fault: { readonly after: number; readonly error: unknown } | null, given: number): void {
  if (fault !== null && given >= fault.after) throw fault.error;
}

function faultOf(cells: readonly string[], raw: string, wanted: number): string | null {
  if (cells.some((cell) => cell.includes('"')) && !isWellQuoted(raw)) return 'a quote stands where none can: what the cells hold is not certain';
  if (cells.length !== wanted) return `${cells.length} cells where the header has ${wanted}`;
  if (cells.some((cell) => cell.includes(undecodable))) return 'holds bytes that are no UTF-8';
  return null;
}

/** The file is read with tolerance for stray quotes, so that one ends with its row and takes none of the next; this one row is read without. */
function isWellQuoted(raw: string): boolean {
  try {
    parseAtOnce(raw, { relaxColumnCount: true });
    return true;
  } catch {
    return false;
  }
}

function checkHeader(file: string, header: readonly string[], columns: readonly string[]): void {
  const missing = columns.filter((name) => !header.includes(name));
  if (missing.length > 0) throw new Stop(exitCodes.usage, `${file} lacks the columns ${missing.join(', ')} that the mapping names.`);
  const twice = columns.filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (twice.length > 0) throw new Stop(exitCodes.usage, `${file} has more than one column ${twice.join(', ')}.`);
}
