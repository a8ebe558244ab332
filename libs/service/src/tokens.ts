import type { Policy } from '#libs/domain';

/** What the applications inject. Each stands for a port; only the modules beside this file name an adapter. */
export const CONFIG = Symbol('Config');
/** The server that was found or started, with its addresses. */
export const DATABASE_SERVER = Symbol('DatabaseServer');
/** A pool of connections to it, for queries. */
export const DATABASE = Symbol('Database');
export const EVENT_STORE = Symbol('EventStore');
export const RECORDER = Symbol('CaseRecorder');
/** Records what is done to users. */
export const USER_RECORDER = Symbol('UserRecorder');
export const CASE_LOADER = Symbol('CaseLoader');
export const POLICY = Symbol('Policy');
export const READ_MODELS = Symbol('ReadModels');
export const HEALTH = Symbol('Health');

/** The policy in force; later versions arrive while the service runs. */
export interface PolicySource {
  current(): Policy;
}

export interface Health {
  /** Each part and whether it can do its work now. */
  check(): Promise<Readonly<Record<string, boolean>>>;
}
