import type { Adoption, Policy, PolicyOfVersion } from '#libs/domain';

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
/** Records the adoption of policies. */
export const POLICY_RECORDER = Symbol('PolicyRecorder');
/** Where webhooks go: of the file that the configuration names. */
export const WEBHOOK_ENDPOINTS = Symbol('WebhookEndpoints');
/** Ids of deliveries, keyed by the service's secret. */
export const DELIVERY_IDS = Symbol('DeliveryIds');
/** Records and carries out retries of dead deliveries. */
export const DELIVERY_RETRIES = Symbol('DeliveryRetries');
export const CASE_LOADER = Symbol('CaseLoader');
export const POLICY = Symbol('Policy');
export const READ_MODELS = Symbol('ReadModels');
export const HEALTH = Symbol('Health');
/** Metrics and traces of this process. */
export const TELEMETRY = Symbol('Telemetry');

/** The policy in force; later versions arrive while the service runs. */
export interface PolicySource {
  /** What the service started with: in force before any adoption. */
  readonly baseline: Policy;
  current(): Policy;
  at(time: string): Policy;
  ofVersion(version: number): Policy | null;
  /** Versions adopted by an event, in their order. */
  adoptions(): readonly Adoption[];
}

/** As folds of clocks ask for it. */
export const policiesOf = (source: PolicySource): { readonly policyAt: (time: string) => Policy; readonly policyOf: PolicyOfVersion } => ({
  policyAt: (time) => source.at(time),
  policyOf: (version) => source.ofVersion(version),
});

export interface Health {
  check(): Promise<{
    /** Whether this process may be given work. */
    readonly ready: boolean;
    /** Each part and whether it can do its work now. */
    readonly checks: Readonly<Record<'database' | 'eventLog' | 'feeds', boolean>>;
    /** Names of the feeds that stand still. */
    readonly standingStill: readonly string[];
  }>;
}
