import { importJWK, type CryptoKey, type JWK } from 'jose';
import WebSocket from 'ws';
import { type DevelopmentIssuer, issuerAlgorithm } from '#libs/access';
import { CONFIG } from '#libs/service';
import type { Config } from '#libs/config';
import { DEVELOPMENT_ISSUER } from '../../apps/api/src/auth/access.module.js';
import { type RunningApp, startApp } from '../support/app.js';
import { honestClaims, hostileTokens, sign } from './hostile-tokens.js';

const query = '{ cases(first: 1) { edges { node { number } } } }';

export interface DoorsTried {
  readonly tokens: number;
  readonly tried: number;
  readonly failed: readonly string[];
}

/** Every hostile token at every door of a running service: a query, a socket, a download. Each is refused, and each refusal recorded. */
export async function tryDoors(): Promise<DoorsTried> {
  const service = await startApp();
  try {
    const { audience } = service.app.get<Config>(CONFIG);
    const { url: issuer, signingKeys } = service.app.get<DevelopmentIssuer>(DEVELOPMENT_ISSUER);
    const [jwk] = signingKeys.keys as [JWK];
    const { d: _private, ...publicJwk } = jwk;
    const key = (await importJWK(jwk, issuerAlgorithm)) as CryptoKey;
    const forge = { issuer, audience, key, kid: String(jwk.kid), publicJwk, nowSeconds: Math.floor(Date.now() / 1000) };
    const failed: string[] = [];
    // Each hostile token differs in one thing from one that is let in.
    const honest = await sign(forge, honestClaims(forge));
    for (const answer of await atDoors(service, honest)) if (!answer.letIn) failed.push(`an honest token is refused at ${answer.door}: ${answer.said}`);
    const tokens = await hostileTokens(forge);
    let tried = 0;
    for (const { what, token } of tokens) {
      for (const { door, letIn, said, asExpected } of await atDoors(service, token)) {
        tried += 1;
        if (letIn || !asExpected) failed.push(`${what}, at ${door}: ${said}`);
      }
    }
    return { tokens: tokens.length, tried, failed };
  } finally {
    await service.close();
  }
}

interface AtDoor {
  readonly door: string;
  readonly letIn: boolean;
  readonly asExpected: boolean;
  readonly said: string;
}

async function atDoors(service: RunningApp, token: string): Promise<readonly AtDoor[]> {
  const { status, data, errors } = await service.graphql(token, query);
  const http = { door: 'a query', letIn: status === 200 && data !== null, asExpected: status === 401 && data === null && errors[0]?.extensions['code'] === 'UNAUTHENTICATED', said: `${status} ${JSON.stringify(errors)}` };
  const code = await codeOfSocket(service.url, token);
  const socket = { door: 'a socket', letIn: code === null, asExpected: code === 4403, said: `closed with ${code}` };
  const download = await fetch(service.url.replace(/graphql$/, 'exports/none'), { headers: { authorization: `Bearer ${token}` } });
  await download.arrayBuffer();
  // There is no such bundle: whoever is known is told so.
  return [http, socket, { door: 'a download', letIn: download.status === 404, asExpected: download.status === 401, said: String(download.status) }];
}

/** The code with which a connection of this token is closed; null where it is acknowledged. */
function codeOfSocket(url: string, token: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })));
    socket.on('message', () => (resolve(null), socket.close()));
    socket.on('close', (code) => resolve(code));
    socket.on('error', reject);
  });
}
