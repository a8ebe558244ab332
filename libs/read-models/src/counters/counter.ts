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

interface Sum {
  readonly counter: string;
  readonly cell: Cell;
  amount: number;
}

/** What a batch changes, summed by cell: rows that count in the same cell cost one write together. */
export class Tally {
  /** By counter and labels, then by period and district (no period holds a slash): the roll-ups of a cell share the former, and are short keys of the latter. */
  private readonly sums = new Map<string, Map<string, Sum>>();
  private last: { readonly counter: string; readonly labels: readonly string[]; readonly sums: Map<string, Sum> } | null = null;

  add(counter: string, cell: Cell, amount: number): void {
    const sums = this.sumsOf(counter, cell.labels);
    const place = `${cell.period}/${cell.district}`;
    const known = sums.get(place);
    if (known === undefined) sums.set(place, { counter, cell, amount });
    else known.amount += amount;
  }

  private sumsOf(counter: string, labels: readonly string[]): Map<string, Sum> {
    if (this.last?.counter === counter && this.last.labels === labels) return this.last.sums;
    const key = keyOf(counter, labels);
    const sums = this.sums.get(key) ?? new Map<string, Sum>();
    this.sums.set(key, sums);
    this.last = { counter, labels, sums };
    return sums;
  }

  /** Cells whose number changes, in texts that the database can hold. */
  rows(): readonly CounterRow[] {
    const changed = [...this.sums.values()].flatMap((sums) => [...sums.values()].filter(({ amount }) => amount !== 0));
    if (changed.every(({ cell }) => isStorable(cell))) return changed.map(({ counter, cell, amount }) => ({ counter, ...cell, amount }));
    const storable = new Tally();
    for (const { counter, cell, amount } of changed) {
      storable.add(counter, { ...cell, district: storableText(cell.district), labels: cell.labels.map(storableText) }, amount);
    }
    return storable.rows();
  }
}

const isStorable = ({ district, labels }: Cell): boolean => storableText(district) === district && labels.every((label) => storableText(label) === label);

/** Each text behind its length: no two cells have one key. */
const keyOf = (counter: string, labels: readonly string[]): string => `${counter}${labels.map((label) => `/${label.length}:${label}`).join('')}`;

/** One cell, its roll-ups beside it. */
export function* rolledUp(period: string, district: string, labels: readonly string[]): Iterable<Cell> {
  yield { period: always, district: everywhere, labels };
  yield { period: always, district, labels };
  yield { period, district: everywhere, labels };
  yield { period, district, labels };
}

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
