import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { stringify } from './csv-line.js';
import type { CsvRow } from './csv.js';

/** Rows that were not filed, with the reason, so that somebody can mend and send them. Written as they come; complete at every moment. */
export class Rejects {
  readonly reasons = new Map<string, number>();
  private stream: WriteStream | null = null;

  constructor(
    readonly path: string,
    private readonly append: boolean,
  ) {}

  get count(): number {
    return [...this.reasons.values()].reduce((sum, n) => sum + n, 0);
  }

  async add({ row, cells }: Pick<CsvRow, 'row' | 'cells'>, reason: string): Promise<void> {
    // Values differ from row to row; the summary counts kinds of reasons.
    const kind = reason.replaceAll(/'[^']*'/g, '…');
    this.reasons.set(kind, (this.reasons.get(kind) ?? 0) + 1);
    if (this.stream === null) {
      this.stream = createWriteStream(this.path, { flags: this.append ? 'a' : 'w' });
      if (!this.append) this.stream.write(stringify(['row', 'reason', ...Object.keys(cells)]));
    }
    if (!this.stream.write(stringify([String(row), reason, ...Object.values(cells)]))) await once(this.stream, 'drain');
  }

  async close(): Promise<void> {
    if (this.stream === null) return;
    this.stream.end();
    await once(this.stream, 'finish');
  }
}
