export { attachEmbedded } from './attach.js';
export { outliveConnections } from './client.js';
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.js';
export {
  DatabaseBinariesUnusable,
  DatabaseError,
  DatabaseStartFailed,
  DatabaseTooOld,
  DatabaseUnreachable,
  DataFolderInUse,
  DataFolderIncomplete,
  DataFolderNotWritable,
  DataFolderVersionMismatch,
  MigrationRefused,
} from './errors.js';
export { type DatabaseLog, silentLog } from './log.js';
export { type EmbeddedUrls } from './embedded-urls.js';
export { migrate, type MigrateOptions, migrationsFolder } from './migrate.js';
export { purgeDeletedRows, type Purged, purgeLimits } from './purge.js';
export { type DatabaseConfig, resolveDatabase, type ResolvedDatabase } from './resolve-database.js';
