import { readFile, rename, rm, writeFile } from 'node:fs/promises';

interface Journal {
  readonly source: string;
  readonly file: string;
  readonly bytes: number;
  /** Id of the event log in which the rows were settled. */
  readonly log: string | null;
  /** Every row up to this one is settled: filed or rejected. */
  readonly settledThrough: number;
}

/** What is imported: another file, or one that was changed, begins anew. */
export type ImportedFile = Pick<Journal, 'source' | 'file' | 'bytes'>;

/**
 * Where an interrupted import goes on. It saves time and no more: a row that is sent again is answered with its first receipt, so a lost
 * journal costs a second pass and adds nothing.
 */
export class ImportJournal {
  private readonly settled = new Set<number>();
  private through: number;
  private saved: number;
  private saving: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly of: ImportedFile,
    private log: string | null,
    through: number,
  ) {
    this.through = through;
    this.saved = through;
  }

  /** `log`: the log that the service has now. What was settled in another one is not settled. */
  static async open(path: string, of: ImportedFile, log: string | null): Promise<ImportJournal> {
    const text = await readFile(path, 'utf8').catch(() => null);
    const known = text === null ? null : (JSON.parse(text) as Journal); // Our own file, replaced whole.
    const same = known !== null && known.source === of.source && known.file === of.file && known.bytes === of.bytes && known.log === log;
    return new ImportJournal(path, of, log, same ? known.settledThrough : 0);
  }

  /** An empty log tells its id with the first event alone. */
  settledIn(log: string): void {
    this.log ??= log;
  }

  get settledThrough(): number {
    return this.through;
  }

  settle(rows: readonly number[]): void {
    for (const row of rows) this.settled.add(row);
    while (this.settled.delete(this.through + 1)) this.through += 1;
  }

  /** One write at a time: batches end side by side. */
  save(): Promise<void> {
    this.saving = this.saving.then(() => this.write());
    return this.saving;
  }

  private async write(): Promise<void> {
    if (this.saved === this.through) return;
    const { through } = this;
    const journal: Journal = { ...this.of, log: this.log, settledThrough: through };
    await writeFile(`${this.path}.new`, JSON.stringify(journal));
    await rename(`${this.path}.new`, this.path);
    this.saved = through;
  }

  /** The whole file is settled: the next import of it begins anew, and finds that nothing is new. */
  async finish(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
