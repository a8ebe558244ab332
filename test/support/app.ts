import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DevelopmentIssuer } from '#libs/access';
import type { Role } from '#libs/domain';
import { type Config, readConfig } from '#libs/config';
import { createApplication } from '../../apps/api/src/application.js';
import { DEVELOPMENT_ISSUER } from '../../apps/api/src/auth/access.module.js';
import { createTestDatabase, type TestDatabase } from './database.js';

export interface GraphqlAnswer<Data = Record<string, unknown>> {
  readonly status: number;
  readonly data: Data | null;
  readonly errors: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

export interface RunningApp {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** Of the demonstration's unit. */
  token(actor: string, ...roles: Role[]): Promise<string>;
  tokenOf(unit: string | null, actor: string, ...roles: Role[]): Promise<string>;
  /** One operation; `as` is a token, null sends none. */
  graphql<Data = Record<string, unknown>>(as: string | null, query: string, variables?: object): Promise<GraphqlAnswer<Data>>;
  close(): Promise<void>;
}

/** The real api, on a database of its own unless one is given, listening on a free port of this machine. */
export async function startApp(env: Readonly<Record<string, string>> = {}, on?: Pick<TestDatabase, 'ownerUrl' | 'serviceUrl'>): Promise<RunningApp> {
  const own = on === undefined ? await createTestDatabase() : null;
  const database = on ?? own;
  if (database === null) throw new Error('unreachable: one of both is there');
  const folder = await mkdtemp(join(tmpdir(), 'caseledger-app-'));
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    DATABASE_URL: database.serviceUrl,
    CASELEDGER_DATABASE_OWNER_URL: database.ownerUrl,
    CASELEDGER_DATA: folder,
    CASELEDGER_LOG_LEVEL: 'silent',
    CASELEDGER_SAMPLE: 'off',
    // Invented incidents lie long ago: their clocks would add events of their own.
    CASELEDGER_CLOCKS: 'off',
    ...env,
  });
  return listen(config, async () => {
    await own?.drop();
    await rm(folder, { recursive: true, force: true });
  });
}

/** The real api on a data folder with its own embedded PostgreSQL, as `npm start` runs it; the folder stays. */
export function startAppIn(dataFolder: string, env: Readonly<Record<string, string>> = {}): Promise<RunningApp> {
  const config = readConfig({ NODE_ENV: 'test', PORT: '0', CASELEDGER_DATA: dataFolder, CASELEDGER_LOG_LEVEL: 'silent', CASELEDGER_SAMPLE: 'off', CASELEDGER_CLOCKS: 'off', ...env });
  return listen(config, () => Promise.resolve());
}

async function listen(config: Config, afterClose: () => Promise<unknown>): Promise<RunningApp> {
  const app = await createApplication(config);
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/graphql`;
  const issuer = app.get<DevelopmentIssuer>(DEVELOPMENT_ISSUER);
  return {
    app,
    url,
    token: (actor, ...roles) => issuer.token(actor, roles, 'demo-unit', config.audience),
    tokenOf: (unit, actor, ...roles) => issuer.token(actor, roles, unit, config.audience),
    graphql: (as, query, variables = {}) => ask(url, as, JSON.stringify({ query, variables })),
    async close() {
      await app.close();
      await afterClose();
    },
  };
}

/** Posts a body as it is. */
export async function ask<Data>(url: string, as: string | null, body: string | Uint8Array<ArrayBuffer>): Promise<GraphqlAnswer<Data>> {
  const authorization: Record<string, string> = as === null ? {} : { authorization: `Bearer ${as}` };
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...authorization }, body });
  const answer = (await response.json()) as Partial<GraphqlAnswer<Data>>;
  return { status: response.status, data: answer.data ?? null, errors: answer.errors ?? [] };
}
