import { decodeReads } from '#libs/reads';
import { accessFeed, accessLogTables, accessRowOf, HoursRead } from '../access-log/access-feed.js';
import { accessHour, accessHourCase, accessRead } from '../access-log/access-log.tables.js';
import { accessLogFeed } from '../catalogue.js';
import type { AnyRow } from '../engine/columns.js';
import { schemaOf, viewSchema } from '../engine/ddl.js';
import type { ExpectedRows, Part, Rebuildable } from './rebuildable.js';

const serviceRole = 'caseledger_service';
const tables = { access_read: accessRead, access_hour: accessHour, access_hour_case: accessHourCase };
const shown = ['access_read', 'access_hour'] as const;

/** Made like the tables in use, indexes and all: their definition stands in a migration alone. */
const part: Part = {
  ...accessLogTables,
  tables,
  bare(targets) {
    const [schema, inUse] = [schemaOf(accessLogTables, targets), schemaOf(accessLogTables)];
    return [
      `CREATE SCHEMA ${schema};`,
      `GRANT USAGE ON SCHEMA ${schema} TO ${serviceRole};`,
      ...Object.keys(tables).map((table) => `CREATE TABLE ${schema}.${table} (LIKE ${inUse}.${table} INCLUDING ALL);`),
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${serviceRole};`,
    ].join('\n');
  },
  indexes: () => [],
  views: () =>
    shown
      .map((table) => `CREATE OR REPLACE VIEW ${viewSchema}.${table} AS SELECT * FROM ${schemaOf(accessLogTables)}.${table};\nGRANT SELECT ON ${viewSchema}.${table} TO ${serviceRole};`)
      .join('\n'),
  sweep: () => null,
};

const rowsOf = (table: keyof typeof tables, rows: readonly AnyRow[]): ExpectedRows => ({ part: part.name, table, rows });

/** The log of reads. What its oracle holds grows with the hours in which somebody read: a few numbers each, and the cases that they opened. */
export function accessRebuild(): Rebuildable {
  return {
    ...accessLogFeed,
    category: 'access',
    parts: [part],
    feed: accessFeed,
    oracle() {
      const hours = new HoursRead();
      return {
        // Each record stands by itself.
        wholeStreams: false,
        fold(events) {
          const rows = events.flatMap((stored) => {
            const reads = decodeReads(stored);
            hours.add(reads);
            return reads.map((read) => accessRowOf(read, stored.position.n));
          });
          return Promise.resolve([rowsOf('access_read', rows)]);
        },
        rest() {
          const counted = hours.rows().map((row) => ({ ...row, opened: row['case_ids'] as readonly string[] }));
          return [
            rowsOf('access_hour', counted.map(({ opened, ...row }) => ({ ...row, cases: opened.length }))),
            rowsOf('access_hour_case', counted.flatMap((row: AnyRow & { readonly opened: readonly string[] }) => row.opened.map((id) => ({ actor: row['actor'], hour: row['hour'], case_id: id })))),
          ];
        },
      };
    },
  };
}
