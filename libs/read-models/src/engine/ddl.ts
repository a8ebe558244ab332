import type { Column, Table } from './columns.js';
import type { CounterSet } from '../counters/counter.js';
import type { AnyProjection } from './projection.js';

/** The schema that views of the current versions stand in: what queries read. */
export const viewSchema = 'read';
const serviceRole = 'caseledger_service';
/** Room left on each page, so that an update that changes no indexed column stays on it and touches no index. */
const fillPercent = 80;

/** Schemas that stand in for the usual ones, by projection: those of a build beside the tables in use. */
export type Targets = Readonly<Record<string, string>>;

export const schemaOf = ({ name, version }: Pick<AnyProjection, 'name' | 'version'>, targets: Targets = {}): string => targets[name] ?? `${name}_v${version}`;

export function keyColumns(table: Table): readonly string[] {
  return table.id === null ? ['case_id'] : ['case_id', table.id];
}

/** The SQL that makes a projection's tables, in a schema of their own for each version. Migrations hold it; a test compares. */
export function projectionDdl(projection: AnyProjection, targets: Targets = {}): string {
  const schema = schemaOf(projection, targets);
  const tables = Object.entries(projection.tables).map(([name, table]) => [tableDdl(schema, name, table), ...indexDdl(schema, name, table)].join('\n'));
  return inSchema(schema, tables);
}

/** The same without the indexes: what is written once from a whole log is indexed when it is there. */
export function bareDdl(projection: AnyProjection, targets: Targets): string {
  const schema = schemaOf(projection, targets);
  return inSchema(schema, Object.entries(projection.tables).map(([name, table]) => tableDdl(schema, name, table)));
}

export function indexesDdl(projection: AnyProjection, targets: Targets): readonly string[] {
  return Object.entries(projection.tables).flatMap(([name, table]) => indexDdl(schemaOf(projection, targets), name, table));
}

/** The SQL that makes the table of a set of counters. */
export function counterDdl(set: CounterSet, targets: Targets = {}): string {
  const schema = schemaOf(set, targets);
  const text = 'text COLLATE "C" NOT NULL';
  const columns = [`counter ${text}`, `period ${text}`, `district ${text}`, 'labels text[] COLLATE "C" NOT NULL', 'amount bigint NOT NULL'];
  const body = [...columns, 'PRIMARY KEY (counter, period, district, labels)'].map((line) => `  ${line}`);
  return inSchema(schema, [`CREATE TABLE ${schema}.${set.name} (\n${body.join(',\n')}\n) WITH (fillfactor = ${fillPercent});`]);
}

function inSchema(schema: string, tables: readonly string[]): string {
  return [
    `CREATE SCHEMA ${schema};`,
    `GRANT USAGE ON SCHEMA ${schema} TO ${serviceRole};`,
    ...tables,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${serviceRole};`,
  ].join('\n');
}

/** The SQL that makes this version the one that queries read. */
export function viewDdl(projection: AnyProjection, targets: Targets = {}): string {
  return Object.keys(projection.tables)
    .map((name) => oneView(name, schemaOf(projection, targets)))
    .join('\n');
}

export const counterViewDdl = (set: CounterSet, targets: Targets = {}): string => oneView(set.name, schemaOf(set, targets));

const oneView = (name: string, schema: string): string =>
  `CREATE OR REPLACE VIEW ${viewSchema}.${name} AS SELECT * FROM ${schema}.${name};\nGRANT SELECT ON ${viewSchema}.${name} TO ${serviceRole};`;

function tableDdl(schema: string, name: string, table: Table): string {
  const columns = Object.entries(table.columns).map(([column, type]) => `  ${column} ${columnDdl(type)}`);
  const body = [...columns, ...table.generated.map((sql) => `  ${sql}`), `  PRIMARY KEY (${keyColumns(table).join(', ')})`];
  return [`CREATE TABLE ${schema}.${name} (`, body.join(',\n'), table.appendOnly ? ');' : `) WITH (fillfactor = ${fillPercent});`].join('\n');
}

const indexDdl = (schema: string, name: string, table: Table): readonly string[] => table.indexes.map((index) => `CREATE INDEX ON ${schema}.${name} ${index};`);

function columnDdl({ type, nullable }: Column): string {
  const collated = type === 'text' || type === 'text[]' ? `${type} COLLATE "C"` : type;
  return nullable ? collated : `${collated} NOT NULL`;
}
