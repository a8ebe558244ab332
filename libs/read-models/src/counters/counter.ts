import type { FeedTransaction } from '#libs/feeds';
import { type AnyRow, bigint, storableText, type Table, text, texts } from '../engine/columns.js';
import { schemaOf, type Targets } from '../engine/ddl.js';

/**
 * Counter: a number kept for each cell. Cell: what is counted, by period, district and the counter's own labels. Contribution: a cell that one row
 * counts in. Roll-up: the cell of all periods, or of all districts, kept beside the single ones, so that no question adds up many.
 */
export interface Cell {
  readonly period: string;
  /** {@link everywhere}, a district, or {@link unknown}. */
  readonly district: string;
  readonly labels: readonly string[];
}

/** Under which name a counter keeps what sealed cases count: apart from the others', so that who may not know of them never adds it in. */
export const ofSealed = (counter: string): string => `${counter}/sealed`;

/** The roll-up over all periods. */
export const always = '*';
/** The roll-up over all districts. */
export const everywhere = '*';
/** Where a row does not say. */
export const unknown = '';

/** A text of a row as a cell has it: none is taken for a roll-up. */
export function labelled(text: string | null | undefined): string {
  if (text === null || text === undefined) return unknown;
  return text.startsWith(everywhere) ? `${everywhere}${text}` : text;
}

/** The row's text again; null: it did not say. */
export function textOf(label: string): string | null {
  if (label === unknown) return null;
  return label.startsWith(everywhere) ? label.slice(everywhere.length) : label;
}

/** Counters that one feed keeps in one table, in the transaction of the rows that they count. */
export interface CounterSet {
  readonly name: string;
  readonly version: number;
}

/** The columns of every such table. */
export const counterTable: Table = {
  columns: { counter: text(), period: text(), district: text(), labels: texts(), amount: bigint() },
  id: null,
  appendOnly: false,
  indexes: [],
  generated: [],
};

export interface CounterRow extends Cell, AnyRow {
  readonly counter: string;
  readonly amount: number;
}

/** The cells of these labels in all these periods and all these districts: what a row counts in at once. */
export interface Cells {
  readonly periods: readonly string[];
  readonly districts: readonly string[];
  readonly labels: readonly string[];
}

/** One cell, its roll-ups beside it. */
export const rolledUp = (period: string, district: string, labels: readonly string[]): Cells => ({ periods: [always, period], districts: [everywhere, district], labels });

/** Numbers of one counter under the same labels. */
class Sums {
  private readonly byDistrict = new Map<string, Map<string, number>>();

  constructor(
    private readonly counter: string,
    private readonly labels: readonly string[],
  ) {}

  add(periods: readonly string[], district: string, amount: number): void {
    const byPeriod = this.byDistrict.get(district) ?? new Map<string, number>();
    if (byPeriod.size === 0) this.byDistrict.set(district, byPeriod);
    for (const period of periods) byPeriod.set(period, (byPeriod.get(period) ?? 0) + amount);
  }

  *changed(): Iterable<CounterRow> {
    const { counter, labels } = this;
    for (const [district, byPeriod] of this.byDistrict) {
      for (const [period, amount] of byPeriod) if (amount !== 0) yield { counter, period, district, labels, amount };
    }
  }
}

/** Sums below a counter and the labels on the way to here. */
class Branch {
  readonly branches = new Map<string, Branch>();
  sums: Sums | null = null;

  at(label: string): Branch {
    const known = this.branches.get(label);
    if (known !== undefined) return known;
    const branch = new Branch();
    this.branches.set(label, branch);
    return branch;
  }
}

/** What a batch changes, summed by cell: rows that count in the same cell cost one write together. */
export class Tally {
  /** A tree, since no key has to be put together for it: a tally is asked several times for every row that changes. */
  private readonly root = new Branch();
  private readonly all: Sums[] = [];

  add(counter: string, { periods, districts, labels }: Cells, amount: number): void {
    const sums = this.sumsOf(counter, labels);
    for (const district of districts) sums.add(periods, district, amount);
  }

  private sumsOf(counter: string, labels: readonly string[]): Sums {
    let branch = this.root.at(counter);
    for (const label of labels) branch = branch.at(label);
    if (branch.sums !== null) return branch.sums;
    const sums = new Sums(counter, labels);
    this.all.push(sums);
    branch.sums = sums;
    return sums;
  }

  /** Cells whose number changes, in texts that the database can hold. */
  rows(): readonly CounterRow[] {
    const changed = this.all.flatMap((sums) => [...sums.changed()]);
    if (changed.every(isStorable)) return changed;
    const storable = new Tally();
    for (const { counter, period, district, labels, amount } of changed) {
      storable.add(counter, { periods: [period], districts: [storableText(district)], labels: labels.map(storableText) }, amount);
    }
    return storable.rows();
  }
}

const isStorable = ({ district, labels }: Cell): boolean => storableText(district) === district && labels.every((label) => storableText(label) === label);

export class CounterStore {
  private readonly target: string;

  constructor(set: CounterSet, targets: Targets = {}) {
    this.target = `${schemaOf(set, targets)}.${set.name}`;
  }

  /** Two statements at most, whatever the number of cells. A cell that falls to nothing goes. */
  async save(tx: FeedTransaction, tally: Tally): Promise<void> {
    const rows = tally.rows();
    if (rows.length === 0) return;
    const fallen = rows.filter((row) => row.amount < 0);
    const added = tx.query({ name: `${this.target}/add`, text: this.add, values: [JSON.stringify(rows)] });
    await (fallen.length === 0 ? added : Promise.all([added, tx.query({ name: `${this.target}/sweep`, text: this.sweep, values: [JSON.stringify(fallen)] })]));
  }

  private get add(): string {
    return `INSERT INTO ${this.target} AS c (counter, period, district, labels, amount)
      SELECT counter, period, district, labels, amount FROM json_to_recordset($1::json)
        AS r(counter text, period text, district text, labels text[], amount bigint)
      ON CONFLICT (counter, period, district, labels) DO UPDATE SET amount = c.amount + excluded.amount`;
  }

  private get sweep(): string {
    return `DELETE FROM ${this.target} c USING json_to_recordset($1::json) AS r(counter text, period text, district text, labels text[])
      WHERE c.counter = r.counter AND c.period = r.period AND c.district = r.district AND c.labels = r.labels AND c.amount = 0`;
  }
}
