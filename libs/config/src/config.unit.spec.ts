import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from './config.js';

const production = { NODE_ENV: 'production', OIDC_ISSUER: 'https://issuer.example', CASELEDGER_LEDGER_ORIGIN: 'ledger.example/city' };

describe('the configuration', () => {
  it('refuses production without an issuer of one’s own, or with one that is not reached by https', () => {
    expect(readConfig(production)).toMatchObject({ production: true, introspection: false, oidc: { issuer: 'https://issuer.example' } });
    expect(() => readConfig({ ...production, OIDC_ISSUER: '' })).toThrow(/OIDC_ISSUER/);
    expect(() => readConfig({ ...production, OIDC_ISSUER: 'http://issuer.example' })).toThrow(/https/);
    expect(() => readConfig({ ...production, OIDC_JWKS_URL: 'http://issuer.example/jwks' })).toThrow(/https/);
  });

  it.each(['*', 'https://desk.example/', 'https://desk.example/path', 'desk.example', 'null', 'https://desk.example,*'])('takes %s for no list of origins', (origins) => {
    expect(() => readConfig({ CASELEDGER_CORS_ORIGINS: origins })).toThrow(ConfigError);
  });

  it.each(['*', 'proxy.example', '10.0.0.0/0', '10.0.0.0/33', '10.0.0.1/8/9', '::/0', '10.0.0.0/x'])('trusts no proxies named %s', (proxies) => {
    expect(() => readConfig({ CASELEDGER_TRUSTED_PROXIES: proxies })).toThrow(ConfigError);
  });

  it('takes origins, proxies and k as they are meant', () => {
    const given = { CASELEDGER_CORS_ORIGINS: 'https://desk.example, http://localhost:3000', CASELEDGER_TRUSTED_PROXIES: '10.0.0.0/8,2001:db8::/32 , 127.0.0.1', CASELEDGER_SMALLEST_CELL: '11' };
    expect(readConfig(given)).toMatchObject({ corsOrigins: ['https://desk.example', 'http://localhost:3000'], trustedProxies: ['10.0.0.0/8', '2001:db8::/32', '127.0.0.1'], smallestCell: 11 });
    expect(readConfig({})).toMatchObject({ corsOrigins: [], trustedProxies: [], smallestCell: 5 });
    expect(() => readConfig({ CASELEDGER_SMALLEST_CELL: '1' })).toThrow(ConfigError);
  });

  it('takes who asks from this machine for a program of it, but not in production, nor where proxies are named', () => {
    expect([{}, { CASELEDGER_TRUSTED_PROXIES: '127.0.0.1' }, production].map((env) => readConfig(env).trustsThisMachine)).toEqual([true, false, false]);
  });
});
