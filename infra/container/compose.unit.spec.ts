import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readConfig } from '#libs/config';

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
}

const file = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docker-compose.yml');
/** What whoever starts it has to give. Invented. */
const given: Readonly<Record<string, string>> = {
  CASELEDGER_DB_SERVICE_PASSWORD: 'a',
  CASELEDGER_DB_OWNER_PASSWORD: 'b',
  CASELEDGER_MASTER_KEY: `${'A'.repeat(43)}=`,
  CASELEDGER_PEPPER: `${'A'.repeat(43)}=`,
  OIDC_ISSUER: 'https://login.example.org',
  CASELEDGER_LEDGER_ORIGIN: 'ledger.example.org/city',
};
const filled = (value: string) => value.replaceAll(/\$\{(\w+)(?::[-?]([^}]*))?\}/g, (_whole, name: string, otherwise: string | undefined) => given[name] ?? otherwise ?? '');

let text: string;
let services: Readonly<Record<string, Service>>;
beforeAll(async () => {
  text = await readFile(file, 'utf8');
  ({ services } = parse(text, { merge: true }) as { services: Record<string, Service> });
});

describe('the compose file', () => {
  it('pins every image to a version', () => {
    for (const { image } of Object.values(services)) expect(filled(image)).toMatch(/^[a-z0-9./-]+:v?\d+\.\d+[\w.-]*$/);
  });

  it('gives api and worker an environment that the service takes, with and without EventStoreDB', () => {
    for (const name of ['api', 'worker']) {
      const env = Object.fromEntries(Object.entries(services[name]?.environment ?? {}).map(([variable, value]) => [variable, filled(String(value))]));
      expect(readConfig(env)).toMatchObject({ production: true, eventStoreUrl: null });
      const url = 'esdb://caseledger:invented@eventstore:2113?tls=true&tlsCaFile=/ca/ca.crt';
      expect(readConfig({ ...env, EVENTSTORE_URL: url })).toMatchObject({ eventStoreUrl: url });
    }
  });

  it('has no secret in it, and no server that asks nobody who they are', () => {
    expect(text).not.toMatch(/changeit|insecure|tls=false/i);
    for (const [name, { environment = {} }] of Object.entries(services)) {
      for (const [variable, value] of Object.entries(environment)) {
        if (/PASSWORD|_KEY$|PEPPER/.test(variable)) expect([name, variable, String(value)]).toEqual([name, variable, expect.stringMatching(/^\$\{/)]);
      }
    }
  });

  it("shows the nodes' keys to the nodes alone, and the authority's to nobody who serves", () => {
    const mounts = (volume: string) => Object.keys(services).filter((name) => services[name]?.volumes?.some((one) => one.startsWith(`${volume}:`)));
    expect(mounts('eventstore-certs')).toEqual(['eventstore', 'eventstore-certificates', 'eventstore-1', 'eventstore-2', 'eventstore-3']);
    expect(mounts('eventstore-authority')).toEqual(['eventstore-certificates']);
  });

  it('listens on this machine alone', () => {
    for (const { ports = [] } of Object.values(services)) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});
