import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { query } from '../../../test/support/sql.js';
import { allCounters, allProjections } from './catalogue.js';
import { counterDdl, projectionDdl, schemaOf, viewSchema } from './engine/ddl.js';

/** In no migration's names. */
const beside = 'as_defined';

/** What the database knows of a schema's tables, columns and indexes, in its own words and without the schema's name. */
async function shapeOf(ownerUrl: string, schema: string): Promise<readonly string[]> {
  const columns = await query(
    ownerUrl,
    `SELECT concat_ws(' ', c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), l.collname, a.attnotnull, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), c.reloptions, c.relacl) AS line
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 LEFT JOIN pg_collation l ON l.oid = a.attcollation
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relkind = 'r' AND c.relnamespace = '${schema}'::regnamespace`,
  );
  const indexes = await query(ownerUrl, `SELECT indexdef AS line FROM pg_indexes WHERE schemaname = '${schema}'`);
  return [...columns, ...indexes].map(({ line }) => String(line).replaceAll(`${schema}.`, '')).sort();
}

describe('the migrations of the read models', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it.each([
    ...allProjections.map((projection) => ({ name: projection.name, of: projection, ddl: projectionDdl(projection, { [projection.name]: beside }) })),
    ...allCounters.map((set) => ({ name: set.name, of: set, ddl: counterDdl(set, { [set.name]: beside }) })),
  ])('make the tables and indexes of $name as its definition does', async ({ of, ddl }) => {
    await query(database.ownerUrl, ddl);
    const made = await shapeOf(database.ownerUrl, schemaOf(of));
    expect(made.length).toBeGreaterThan(0);
    expect(made).toEqual(await shapeOf(database.ownerUrl, beside));
    await query(database.ownerUrl, `DROP SCHEMA ${beside} CASCADE`);
  });

  it('point every view of the read models at the whole table of its current version', async () => {
    const tables = [...allProjections.flatMap((one) => Object.keys(one.tables).map((name) => ({ name, schema: schemaOf(one) }))), ...allCounters.map((set) => ({ name: set.name, schema: schemaOf(set) }))];
    for (const { name, schema } of tables) {
      const [view] = await query(database.serviceUrl, `SELECT pg_get_viewdef('${viewSchema}.${name}'::regclass) AS text`);
      expect(String(view?.['text'])).toMatch(new RegExp(`FROM ${schema}\\.${name};$`));
      const columnsOf = `SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute WHERE attnum > 0 AND attrelid =`;
      const [columns] = await query(database.ownerUrl, `SELECT (${columnsOf} '${viewSchema}.${name}'::regclass) AS shown, (${columnsOf} '${schema}.${name}'::regclass) AS held`);
      expect(columns?.['shown']).toBe(columns?.['held']);
    }
  });
});
