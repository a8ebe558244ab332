import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { exitCodes, Stop } from '../exit-codes.js';
import type { Cells } from './row.js';

export interface CsvRow {
  /** Counted from 1 without the header. */
  readonly row: number;
  readonly cells: Cells;
  /** Bytes of the file read so far. */
  readonly bytes: number;
  /** Why the row can't be read as one; null for an ordinary row. */
  readonly broken: string | null;
}

const cellBytesMax = 1024 * 1024;

/**
 * The rows of a CSV file with a header, compressed (.gz) or not, read as they are asked for. A row with too many or too few cells is given out
 * as broken, never dropped.
 * @throws Stop where the file can't be read, or its header lacks a column
 */
export async function* readCsv(file: string, columns: readonly string[]): AsyncGenerator<CsvRow> {
  const source = createReadStream(file);
  const bytes = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  const records = bytes.pipe(parse({ bom: true, relaxColumnCount: true, skipEmptyLines: true, maxRecordSize: cellBytesMax }));
  // Errors of the file and of decompression end the parser, which is what is read.
  source.on('error', (error) => records.destroy(error));
  bytes.on('error', (error: Error) => records.destroy(error));
  let header: readonly string[] | null = null;
  let row = 0;
  try {
    for await (const record of records) {
      const cells = record as readonly string[]; // csv-parse without `columns` gives lists of texts.
      if (header === null) {
        header = cells.map((name) => name.trim());
        checkHeader(file, header, columns);
        continue;
      }
      row += 1;
      const names: readonly string[] = header;
      const broken = cells.length === names.length ? null : `${cells.length} cells where the header has ${names.length}`;
      yield { row, cells: Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])), bytes: source.bytesRead, broken };
    }
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(exitCodes.failed, `${file} can't be read after row ${row}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function checkHeader(file: string, header: readonly string[], columns: readonly string[]): void {
  const missing = columns.filter((name) => !header.includes(name));
  if (missing.length > 0) throw new Stop(exitCodes.usage, `${file} lacks the columns ${missing.join(', ')} that the mapping names.`);
}
