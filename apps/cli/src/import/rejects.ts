import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { parse } from 'csv-parse';
import { stringify } from './csv-line.js';
import type { CsvRow } from './csv.js';

/**
 * Rows that were not filed, with the reason, so that somebody can mend and send them. Each is in the file before its row counts as settled, and
 * an import that goes on keeps the earlier ones once each.
 */
export class Rejects {
  readonly reasons = new Map<string, number>();
  private handle: FileHandle | null = null;
  private writing: Promise<void> = Promise.resolve();

  /** `resumedAfter`: the last row that an earlier import had settled; 0 begins a new file. */
  constructor(
    readonly path: string,
    private readonly resumedAfter: number,
  ) {}

  get count(): number {
    return [...this.reasons.values()].reduce((sum, n) => sum + n, 0);
  }

  /** Resolves when the row is in the file. */
  add(row: Pick<CsvRow, 'row' | 'cells' | 'values'>, reason: string): Promise<void> {
    // Values differ from row to row; the summary counts kinds of reasons.
    const kind = reason.replaceAll(/'[^']*'/g, '…');
    this.reasons.set(kind, (this.reasons.get(kind) ?? 0) + 1);
    const written = this.writing.then(() => this.write(row, reason));
    this.writing = written.catch(() => undefined); // Whoever asked is told.
    return written;
  }

  async close(): Promise<void> {
    await this.writing;
    await this.handle?.close();
    this.handle = null;
  }

  private async write({ row, cells, values }: Pick<CsvRow, 'row' | 'cells' | 'values'>, reason: string): Promise<void> {
    this.handle ??= await this.begin(Object.keys(cells));
    await this.handle.appendFile(stringify([String(row), reason, ...values]));
  }

  private async begin(columns: readonly string[]): Promise<FileHandle> {
    const next = `${this.path}.new`;
    const handle = await open(next, 'w');
    await handle.appendFile(stringify(['row', 'reason', ...columns]));
    if (this.resumedAfter > 0) await this.keepEarlier(handle);
    await rename(next, this.path);
    return handle;
  }

  /** Rows after the last settled one are read again, and rejected again. */
  private async keepEarlier(handle: FileHandle): Promise<void> {
    const source = createReadStream(this.path);
    const records = source.pipe(parse({ relaxColumnCount: true }));
    source.on('error', (error) => records.destroy(error));
    try {
      let isHeader = true;
      for await (const record of records) {
        const cells = record as readonly string[]; // csv-parse without `columns` gives lists of texts.
        if (!isHeader && Number(cells[0]) <= this.resumedAfter) await handle.appendFile(stringify(cells));
        isHeader = false;
      }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error; // Nothing had been rejected.
    }
  }
}
