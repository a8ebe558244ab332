import type { Pool } from 'pg';

/** Numbers fetched at once. Those left over when the process ends are gaps, which domain.md allows. */
const blockSize = 20;

/**
 * Case numbers from one database sequence, fetched in blocks so that opening a case costs no statement of its own. The year is that of the
 * city's own calendar; the running number never starts again, so that no two cases ever share one.
 */
export class CaseNumbers {
  private readonly numbers: number[] = [];
  private fetching: Promise<void> | null = null;

  constructor(
    private readonly pool: Pool,
    private readonly year: () => number,
  ) {}

  async next(): Promise<string> {
    for (;;) {
      const number = this.numbers.shift();
      if (number !== undefined) return `${this.year()}-${String(number).padStart(6, '0')}`;
      this.fetching ??= this.fetch().finally(() => (this.fetching = null));
      await this.fetching;
    }
  }

  private async fetch(): Promise<void> {
    const { rows } = await this.pool.query<{ n: string }>("SELECT nextval('case_number_seq') AS n FROM generate_series(1, $1)", [blockSize]);
    for (const { n } of rows) this.numbers.push(Number(n));
  }
}
