/**
 * What can be wrong with the database before the service may start. Each says what to do; `main.ts` prints the message alone, without a stack.
 */
export abstract class DatabaseError extends Error {
  abstract readonly code: string;
  override get name(): string {
    return this.constructor.name;
  }
}

/** Another service holds the data folder. `pid` is null when that service has not written it yet. */
export class DataFolderInUse extends DatabaseError {
  readonly code = 'DATA_FOLDER_IN_USE';
  constructor(
    readonly folder: string,
    readonly pid: number | null,
  ) {
    super(
      `The data folder ${folder} is in use by ${pid === null ? 'another process' : `process ${pid}`}. ` +
        'Stop that service first, or set CASELEDGER_DATA to another folder.',
    );
  }
}

export class DataFolderNotWritable extends DatabaseError {
  readonly code = 'DATA_FOLDER_NOT_WRITABLE';
  constructor(
    readonly folder: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `The data folder ${folder} can't be written: ${reason}. Give this user the right to it, or set CASELEDGER_DATA to another folder.`,
      options,
    );
  }
}

/** The folder holds the database of another major version of PostgreSQL, whose files this one can't read. */
export class DataFolderVersionMismatch extends DatabaseError {
  readonly code = 'DATA_FOLDER_VERSION_MISMATCH';
  constructor(
    readonly folder: string,
    readonly found: string,
    readonly wanted: string,
  ) {
    super(
      `The data folder ${folder} was written by PostgreSQL ${found}; this release of Caseledger brings PostgreSQL ${wanted}. ` +
        `Start the release that wrote it, export, and import here; or run pg_upgrade on it; or use a server by DATABASE_URL. Nothing was changed.`,
    );
  }
}

/** What the folder says and what is there contradict each other; starting would hide a loss behind an empty database. */
export class DataFolderIncomplete extends DatabaseError {
  readonly code = 'DATA_FOLDER_INCOMPLETE';
  constructor(
    readonly folder: string,
    reason: string,
  ) {
    super(`The data folder ${folder} is incomplete: ${reason}. Restore it from a backup, or remove the folder to start an empty log.`);
  }
}

/** The binaries are missing, or can't run here. */
export class DatabaseBinariesUnusable extends DatabaseError {
  readonly code = 'DATABASE_BINARIES_UNUSABLE';
}

/** The server ended, or was not ready in time. The message ends with what it logged. */
export class DatabaseStartFailed extends DatabaseError {
  readonly code = 'DATABASE_START_FAILED';
}

/** DATABASE_URL doesn't answer, or refuses. The message never holds the URL's password. */
export class DatabaseUnreachable extends DatabaseError {
  readonly code = 'DATABASE_UNREACHABLE';
}

export class DatabaseTooOld extends DatabaseError {
  readonly code = 'DATABASE_TOO_OLD';
  constructor(
    readonly found: string,
    readonly wanted: number,
  ) {
    super(`DATABASE_URL is PostgreSQL ${found}; Caseledger needs ${wanted} or newer.`);
  }
}

/** A migration can't be applied: edited after it ran, missing, wrongly named, or refused by the server. The database is as it was before. */
export class MigrationRefused extends DatabaseError {
  readonly code = 'MIGRATION_REFUSED';
}
