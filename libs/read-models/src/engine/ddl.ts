import type { Column, Table } from './columns.js';
import type { AnyProjection } from './projection.js';

/** The schema that views of the current versions stand in: what queries read. */
export const viewSchema = 'read';
const serviceRole = 'caseledger_service';
/** Room left on each page, so that an update that changes no indexed column stays on it and touches no index. */
const fillPercent = 80;

export const schemaOf = ({ name, version }: Pick<AnyProjection, 'name' | 'version'>): string => `${name}_v${version}`;

export function keyColumns(table: Table): readonly string[] {
  return table.id === null ? ['case_id'] : ['case_id', table.id];
}

/** The SQL that makes a projection's tables, in a schema of their own for each version. Migrations hold it; a test compares. */
export function projectionDdl(projection: AnyProjection): string {
  const schema = schemaOf(projection);
  const tables = Object.entries(projection.tables).map(([name, table]) => tableDdl(schema, name, table));
  return [
    `CREATE SCHEMA ${schema};`,
    `GRANT USAGE ON SCHEMA ${schema} TO ${serviceRole};`,
    ...tables,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${serviceRole};`,
  ].join('\n');
}

/** The SQL that makes this version the one that queries read. */
export function viewDdl(projection: AnyProjection): string {
  return Object.keys(projection.tables)
    .map(
      (name) => `CREATE OR REPLACE VIEW ${viewSchema}.${name} AS SELECT * FROM ${schemaOf(projection)}.${name};\nGRANT SELECT ON ${viewSchema}.${name} TO ${serviceRole};`,
    )
    .join('\n');
}

function tableDdl(schema: string, name: string, table: Table): string {
  const columns = Object.entries(table.columns).map(([column, type]) => `  ${column} ${columnDdl(type)}`);
  const body = [...columns, ...table.generated.map((sql) => `  ${sql}`), `  PRIMARY KEY (${keyColumns(table).join(', ')})`];
  const indexes = table.indexes.map((index) => `CREATE INDEX ON ${schema}.${name} ${index};`);
  return [`CREATE TABLE ${schema}.${name} (`, body.join(',\n'), table.appendOnly ? ');' : `) WITH (fillfactor = ${fillPercent});`, ...indexes].join('\n');
}

function columnDdl({ type, nullable }: Column): string {
  const collated = type === 'text' || type === 'text[]' ? `${type} COLLATE "C"` : type;
  return nullable ? collated : `${collated} NOT NULL`;
}
