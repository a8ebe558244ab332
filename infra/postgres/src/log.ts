/** Where this folder reports what it does. A pino logger is one. */
export interface DatabaseLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const silentLog: DatabaseLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
