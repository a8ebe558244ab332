import { isIP } from 'node:net';
import { z } from 'zod';

/** The environment says something that can't be used. The message names every variable concerned; it never prints a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const port = z.coerce.number().int().min(0).max(65_535);
const text = z.string().trim().min(1);
const url = z.string().url();
const eventStoreUrl = /^esdb(\+discover)?:\/\/\S+$/;
const withoutTls = /[?&]tls=false(&|$)/i;
const secret = z.string().regex(/^[A-Za-z0-9+/_-]{43}=?$/, '32 bytes in base64');
const rate = z.coerce.number().int().min(1).max(1_000_000);
const isNetwork = (one: string): boolean => {
  const [address = '', prefix, ...rest] = one.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return bits > 0 && rest.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= bits));
};
const isOrigin = (one: string): boolean => URL.canParse(one) && new URL(one).origin === one;
const list = z.string().transform((value) => value.split(',').map((part) => part.trim()).filter((part) => part !== ''));

/** Every variable that the service reads. What is not here is not read, and an unknown `CASELEDGER_*` stops the start. */
const schema = z
  .object({
    NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
    PORT: port.default(4000),
    /** Address to listen on. Development stays on this machine; production is told. */
    HOST: text.optional(),
    /** Any PostgreSQL 15 or newer instead of the embedded one. */
    DATABASE_URL: url.optional(),
    /** The role that migrates, where it is not that of DATABASE_URL. */
    CASELEDGER_DATABASE_OWNER_URL: url.optional(),
    /** Folder of the embedded database, of keys and of pins. */
    CASELEDGER_DATA: text.default('.caseledger'),
    CASELEDGER_WORKER: z.enum(['inline', 'off']).default('inline'),
    CASELEDGER_POLICY: text.optional(),
    /** Whether this worker records missed deadlines. Off for a copy that is only looked at: its clocks are the original's to watch. */
    CASELEDGER_CLOCKS: z.enum(['on', 'off']).default('on'),
    /** File of the endpoints that clocks are told to by signed webhooks. */
    CASELEDGER_WEBHOOKS: text.optional(),
    /** What each audience of a court bundle sees, and the draft certificate's text: counsel's own files in place of those that are shipped. */
    CASELEDGER_DISCLOSURE: text.optional(),
    CASELEDGER_CERTIFICATE: text.optional(),
    CASELEDGER_MASTER_KEY: secret.optional(),
    CASELEDGER_PEPPER: secret.optional(),
    /** Name of the log in its checkpoints, also that of its key: `ledger.example.org/city`. Once signed, it stays. */
    CASELEDGER_LEDGER_ORIGIN: text.optional(),
    /** Ed25519 seed that signs checkpoints, in place of a file in the data folder. */
    CASELEDGER_LEDGER_KEY: secret.optional(),
    /** Folder outside the database where checkpoints are pinned: best on another machine's disk. */
    CASELEDGER_PINS: text.optional(),
    /** Verifier keys of the witnesses whose cosignatures are collected, by commas. */
    CASELEDGER_WITNESSES: list.default([]),
    /** A time-stamp authority (RFC 3161) that stamps checkpoints, and the PEM file of the certificates that its chain must end in. */
    CASELEDGER_TSA_URL: url.optional(),
    CASELEDGER_TSA_CERTIFICATES: text.optional(),
    /** The OpenID issuer whose tokens are accepted. Development has one built in. */
    OIDC_ISSUER: url.optional(),
    OIDC_AUDIENCE: text.default('caseledger'),
    OIDC_JWKS_URL: url.optional(),
    /** Which claims of a token say roles and unit, and in which words: a YAML file. Default: `roles` and `unit`, in the words of this service. */
    CASELEDGER_CLAIMS: text.optional(),
    /** Requests a second that one user, and one address, may keep up; ten times as many at once. */
    CASELEDGER_REQUESTS_PER_USER: rate.optional(),
    CASELEDGER_REQUESTS_PER_ADDRESS: rate.optional(),
    /** WebSocket connections that one user, and one address, may have open. */
    CASELEDGER_SOCKETS_PER_USER: rate.optional(),
    CASELEDGER_SOCKETS_PER_ADDRESS: rate.optional(),
    CASELEDGER_INTROSPECTION: z.enum(['on', 'off']).optional(),
    /** Origins, as `https://desk.example.org`; a star or a path is none. */
    CASELEDGER_CORS_ORIGINS: list.refine((origins) => origins.every(isOrigin), 'origins by commas, as https://desk.example.org').default([]),
    /** Proxies of our own, whose `x-forwarded-for` says who asks: addresses or networks, by commas. */
    CASELEDGER_TRUSTED_PROXIES: list.refine((proxies) => proxies.every(isNetwork), 'addresses or networks by commas, as 10.0.0.0/8').default([]),
    /** k: a count below it is not shown to who may not see every case. */
    CASELEDGER_SMALLEST_CELL: z.coerce.number().int().min(2).max(1_000).default(5),
    CASELEDGER_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    /** A sample case at the first start in development. */
    CASELEDGER_SAMPLE: z.enum(['on', 'off']).default('on'),
    /** Who brings it may read the metrics, from anywhere; without one they are for programs on this machine. */
    CASELEDGER_METRICS_TOKEN: z.string().regex(/^[\x21-\x7e]{16,200}$/, '16 to 200 characters of ASCII without a space').optional(),
    /** Where apps/worker answers /health, /ready and /metrics. Unset: 4001, or a free one where another worker has that. */
    CASELEDGER_WORKER_PORT: port.optional(),
    /** How long a feed may be behind the log without moving before the process is not ready, in seconds. */
    CASELEDGER_FEED_STILL_SECONDS: z.coerce.number().int().min(1).max(86_400).default(60),
    /** The collector that traces are sent to, as OTLP over HTTP: `http://localhost:4318/v1/traces`. */
    CASELEDGER_OTLP_URL: url.refine((one) => /^https?:/.test(one), 'http or https').optional(),
    /** The share of requests that are traced. */
    CASELEDGER_TRACE_SHARE: z.coerce.number().min(0).max(1).default(1),
    /** Where the command-line program finds the service. */
    CASELEDGER_URL: url.optional(),
    /** Bearer token of the command-line program. */
    CASELEDGER_TOKEN: text.optional(),
    /** The event log in EventStoreDB instead of in PostgreSQL: `esdb://user:password@host:2113?tls=true&tlsCaFile=…`. */
    EVENTSTORE_URL: z.string().trim().regex(eventStoreUrl, 'esdb://… or esdb+discover://…, with user and password unless tls=false').optional(),
  })
  .refine((env) => env.NODE_ENV !== 'production' || env.EVENTSTORE_URL === undefined || !withoutTls.test(env.EVENTSTORE_URL), {
    message: 'production needs TLS: without it the server asks nobody who they are',
    path: ['EVENTSTORE_URL'],
  })
  .refine((env) => env.CASELEDGER_DATABASE_OWNER_URL === undefined || env.DATABASE_URL !== undefined, {
    message: 'is of no use without DATABASE_URL',
    path: ['CASELEDGER_DATABASE_OWNER_URL'],
  })
  .refine((env) => env.NODE_ENV !== 'production' || env.CASELEDGER_LEDGER_ORIGIN !== undefined, {
    message: 'production needs CASELEDGER_LEDGER_ORIGIN: the name under which courts and witnesses will know this log',
    path: ['CASELEDGER_LEDGER_ORIGIN'],
  })
  .refine((env) => (env.CASELEDGER_TSA_URL === undefined) === (env.CASELEDGER_TSA_CERTIFICATES === undefined), {
    message: 'is of no use without CASELEDGER_TSA_CERTIFICATES, nor that without it',
    path: ['CASELEDGER_TSA_URL'],
  })
  .refine((env) => env.NODE_ENV !== 'production' || env.OIDC_ISSUER !== undefined, {
    message: 'production needs OIDC_ISSUER: the built-in issuer is for development alone',
    path: ['OIDC_ISSUER'],
  })
  .refine((env) => env.NODE_ENV !== 'production' || [env.OIDC_ISSUER, env.OIDC_JWKS_URL].every((one) => one === undefined || one.startsWith('https:')), {
    message: 'production reaches its issuer by https alone',
    path: ['OIDC_ISSUER'],
  });

type Environment = z.infer<typeof schema>;

export interface Config {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
  readonly databaseOwnerUrl: string | null;
  /** Null: the event log is in PostgreSQL. It holds a password: never logged. */
  readonly eventStoreUrl: string | null;
  readonly worker: 'inline' | 'off';
  readonly policyFile: string | null;
  readonly clocks: boolean;
  readonly webhooksFile: string | null;
  readonly disclosureFile: string | null;
  readonly certificateFile: string | null;
  readonly masterKey: string | null;
  readonly pepper: string | null;
  readonly ledger: { readonly origin: string; readonly key: string | null; readonly pinsFolder: string; readonly witnesses: readonly string[]; readonly timeStamps: { readonly url: string; readonly certificatesFile: string } | null };
  readonly oidc: { readonly issuer: string; readonly audience: string; readonly jwksUrl: string | null } | null;
  readonly audience: string;
  readonly claimsFile: string | null;
  readonly limits: { readonly requestsPerUser: number; readonly requestsPerAddress: number; readonly socketsPerUser: number; readonly socketsPerAddress: number };
  readonly introspection: boolean;
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  /** Whether who asks from this machine's own address is a program on it. False in production, and where proxies are named: then it may be a proxy. */
  readonly trustsThisMachine: boolean;
  readonly smallestCell: number;
  readonly logLevel: Environment['CASELEDGER_LOG_LEVEL'];
  readonly sample: boolean;
  readonly telemetry: {
    readonly metricsToken: string | null;
    /** Null: 4001, or a free one. */
    readonly workerPort: number | null;
    readonly feedStillMs: number;
    readonly traces: { readonly url: string; readonly share: number } | null;
  };
}

/** Reads the environment once. @throws ConfigError naming every variable that is unknown or can't be used */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const known = new Set(Object.keys(schema.shape));
  const unknown = Object.keys(env).filter((name) => name.startsWith('CASELEDGER_') && !known.has(name) && !name.startsWith('CASELEDGER_TEST_'));
  if (unknown.length > 0) throw new ConfigError(`unknown: ${unknown.sort().join(', ')}. Known are ${[...known].sort().join(', ')}.`);
  // A compose file hands over what is not set as an empty text.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  }
  return toConfig(parsed.data);
}

function ledgerOf(env: Environment): Config['ledger'] {
  const { CASELEDGER_TSA_URL: tsaUrl, CASELEDGER_TSA_CERTIFICATES: certificatesFile } = env;
  return {
    origin: env.CASELEDGER_LEDGER_ORIGIN ?? 'development.caseledger.invalid',
    key: env.CASELEDGER_LEDGER_KEY ?? null,
    pinsFolder: env.CASELEDGER_PINS ?? `${env.CASELEDGER_DATA}/pins`,
    witnesses: env.CASELEDGER_WITNESSES,
    timeStamps: tsaUrl === undefined || certificatesFile === undefined ? null : { url: tsaUrl, certificatesFile },
  };
}

/** On one's own machine one person stands for many; a production service has many persons. */
function limitsOf(env: Environment): Config['limits'] {
  const [user, address, sockets, socketsOfAddress] = env.NODE_ENV === 'production' ? [50, 200, 50, 500] : [10_000, 10_000, 5_000, 5_000];
  return {
    requestsPerUser: env.CASELEDGER_REQUESTS_PER_USER ?? user,
    requestsPerAddress: env.CASELEDGER_REQUESTS_PER_ADDRESS ?? address,
    socketsPerUser: env.CASELEDGER_SOCKETS_PER_USER ?? sockets,
    socketsPerAddress: env.CASELEDGER_SOCKETS_PER_ADDRESS ?? socketsOfAddress,
  };
}

function telemetryOf(env: Environment): Config['telemetry'] {
  const { CASELEDGER_OTLP_URL: otlpUrl } = env;
  return {
    metricsToken: env.CASELEDGER_METRICS_TOKEN ?? null,
    workerPort: env.CASELEDGER_WORKER_PORT ?? null,
    feedStillMs: env.CASELEDGER_FEED_STILL_SECONDS * 1_000,
    traces: otlpUrl === undefined ? null : { url: tracesUrl(otlpUrl), share: env.CASELEDGER_TRACE_SHARE },
  };
}

/** A collector's address alone means its path for traces (OpenTelemetry, "OTLP Exporter Configuration"). */
function tracesUrl(given: string): string {
  const url = new URL(given);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return url.href;
}

function oidcOf({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_JWKS_URL: jwksUrl }: Environment): Config['oidc'] {
  return issuer === undefined ? null : { issuer, audience, jwksUrl: jwksUrl ?? null };
}

function toConfig(env: Environment): Config {
  const production = env.NODE_ENV === 'production';
  return {
    production,
    port: env.PORT,
    host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    dataFolder: env.CASELEDGER_DATA,
    databaseUrl: env.DATABASE_URL ?? null,
    databaseOwnerUrl: env.CASELEDGER_DATABASE_OWNER_URL ?? null,
    eventStoreUrl: env.EVENTSTORE_URL ?? null,
    worker: env.CASELEDGER_WORKER,
    policyFile: env.CASELEDGER_POLICY ?? null,
    clocks: env.CASELEDGER_CLOCKS === 'on',
    webhooksFile: env.CASELEDGER_WEBHOOKS ?? null,
    disclosureFile: env.CASELEDGER_DISCLOSURE ?? null,
    certificateFile: env.CASELEDGER_CERTIFICATE ?? null,
    masterKey: env.CASELEDGER_MASTER_KEY ?? null,
    pepper: env.CASELEDGER_PEPPER ?? null,
    ledger: ledgerOf(env),
    oidc: oidcOf(env),
    audience: env.OIDC_AUDIENCE,
    claimsFile: env.CASELEDGER_CLAIMS ?? null,
    limits: limitsOf(env),
    introspection: env.CASELEDGER_INTROSPECTION === undefined ? !production : env.CASELEDGER_INTROSPECTION === 'on',
    corsOrigins: env.CASELEDGER_CORS_ORIGINS,
    trustedProxies: env.CASELEDGER_TRUSTED_PROXIES,
    trustsThisMachine: !production && env.CASELEDGER_TRUSTED_PROXIES.length === 0,
    smallestCell: env.CASELEDGER_SMALLEST_CELL,
    logLevel: env.CASELEDGER_LOG_LEVEL,
    sample: env.CASELEDGER_SAMPLE === 'on' && !production,
    telemetry: telemetryOf(env),
  };
}
