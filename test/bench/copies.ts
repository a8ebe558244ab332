import { Client } from 'pg';
import type { StoredEvent } from '#libs/event-store/port';
import { type Rebuildable, schemaOf } from '#libs/read-models';
import type { Table } from '../../libs/read-models/src/engine/columns.js';
import { copyLine, type Copier } from './copy.js';
import { benchCaseId } from './many-cases.js';

const dayMs = 86_400_000;
/** Days between one telling of a story and the next. */
const stepDays = 3;
/** Cases that differ in nothing but their names. */
export const twins = 10;
/** Stands for a case's first position until its copies have their own. */
const positionHole = 10n ** 15n;

/** A line with holes: literal, hole, literal, hole, literal… */
interface Form {
  readonly target: string;
  readonly literals: readonly string[];
  readonly holes: readonly Hole[];
}
type Hole = { readonly is: 'CASE' } | { readonly is: 'NUMBER' } | { readonly is: 'POSITION'; readonly revision: number };

/** The day on which a story is told again: every time in its events is so many days earlier. */
function earlier(text: string, days: number): string {
  return text.replaceAll(/\d{4}-\d\d-\d\d(?=T\d\d:\d\d)/g, (date) => new Date(Date.parse(date) - days * dayMs).toISOString().slice(0, 10));
}

/**
 * Stories told again and again, under other names and on other days: `rounds` of them, with {@link twins} cases each. The rows come from the
 * rebuild's own oracle, the pure fold of whole streams; counters are those of one twin, times their number.
 */
export class Copies {
  private readonly oracles;
  private readonly tables = new Map<string, Table>();
  private readonly targets = new Map<string, string>();
  private next = 0;
  private position = 0n;

  constructor(
    private readonly stories: readonly (readonly StoredEvent[])[],
    rebuildables: readonly Rebuildable[],
  ) {
    this.oracles = rebuildables.map((one) => one.oracle());
    for (const part of rebuildables.flatMap(({ parts }) => parts)) {
      for (const [name, table] of Object.entries(part.tables)) {
        this.tables.set(`${part.name}.${name}`, table);
        this.targets.set(`${part.name}.${name}`, `${schemaOf(part)}.${name} (${Object.keys(table.columns).join(', ')})`);
      }
    }
  }

  /** Schemas whose tables are filled. */
  get schemas(): readonly string[] {
    return [...new Set([...this.targets.values()].map((target) => target.slice(0, target.indexOf('.'))))];
  }

  get cases(): number {
    return this.next;
  }

  async tell(copier: Copier, rounds: { readonly from: number; readonly to: number }): Promise<void> {
    for (let round = rounds.from; round < rounds.to; round += 1) {
      for (const story of this.stories) {
        const forms = await this.forms(story, round * stepDays);
        for (let twin = 0; twin < twins; twin += 1) await this.write(copier, forms, story.length);
      }
    }
  }

  /** What all that was told counts, in place of what stood there. */
  async count(client: Client, copier: Copier): Promise<void> {
    for (const { part, table, rows } of this.oracles.flatMap((oracle) => oracle.rest())) {
      const name = `${part}.${table}`;
      const [columns, target] = [this.tables.get(name), this.targets.get(name)];
      if (columns === undefined || target === undefined) throw new Error(`unreachable: ${name} is a table of a part`);
      await client.query(`TRUNCATE ${target.slice(0, target.indexOf(' '))}`);
      for (const row of rows) await copier.add(target, copyLine(columns, { ...row, amount: Number(row['amount']) * twins }));
    }
  }

  private async forms(story: readonly StoredEvent[], days: number): Promise<readonly Form[]> {
    const told = story.map((event, revision): StoredEvent => ({
      ...event,
      head: earlier(event.head, days),
      body: earlier(event.body, days),
      position: { ...event.position, n: positionHole + BigInt(revision) },
    }));
    const caseId = (story[0]?.stream ?? '').slice('case-'.length);
    const number = /"caseNumber":"([^"]+)"/.exec(story[0]?.body ?? '')?.[1] ?? 'unreachable';
    const holes = new RegExp(`${caseId}|${number}|${String(positionHole).slice(0, -4)}\\d{4}`, 'g');
    const forms: Form[] = [];
    for (const oracle of this.oracles) {
      for (const { part, table, rows } of await oracle.fold(told)) {
        const name = `${part}.${table}`;
        const [columns, target] = [this.tables.get(name), this.targets.get(name)];
        if (columns === undefined || target === undefined) throw new Error(`unreachable: ${name} is a table of a part`);
        for (const row of rows) forms.push(formOf(target, copyLine(columns, row), holes, caseId, number));
      }
    }
    return forms;
  }

  private async write(copier: Copier, forms: readonly Form[], events: number): Promise<void> {
    const i = this.next++;
    const caseId = benchCaseId(i);
    const number = `2026-S${String(i).padStart(7, '0')}`;
    for (const { target, literals, holes } of forms) {
      let line = literals[0] ?? '';
      for (let at = 0; at < holes.length; at += 1) {
        const hole = holes[at];
        const filled = hole?.is === 'CASE' ? caseId : hole?.is === 'NUMBER' ? number : String(this.position + BigInt(hole?.revision ?? 0));
        line += filled + (literals[at + 1] ?? '');
      }
      await copier.add(target, line);
    }
    this.position += BigInt(events);
  }
}

function formOf(target: string, line: string, form: RegExp, caseId: string, number: string): Form {
  const literals: string[] = [];
  const holes: Hole[] = [];
  let from = 0;
  for (const { 0: found, index } of line.matchAll(form)) {
    literals.push(line.slice(from, index));
    holes.push(holeOf(found, caseId, number));
    from = index + found.length;
  }
  literals.push(line.slice(from));
  return { target, literals, holes };
}

function holeOf(found: string, caseId: string, number: string): Hole {
  if (found === caseId) return { is: 'CASE' };
  return found === number ? { is: 'NUMBER' } : { is: 'POSITION', revision: Number(BigInt(found) - positionHole) };
}
