import { createHash, randomBytes } from 'node:crypto';

/** A browser's part of a sign-in: keeps cookies by their paths, and follows nothing by itself. */
export class Visitor {
  private readonly cookies = new Map<string, { readonly value: string; readonly path: string }>();

  async go(url: string, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(url);
    const sent = [...this.cookies].filter(([, { path }]) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)).map(([name, { value }]) => `${name}=${value}`);
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, ...(sent.length > 0 ? { cookie: sent.join('; ') } : {}) } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...rest] = line.split('; ');
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const path = rest.find((part) => part.toLowerCase().startsWith('path='))?.slice('path='.length) ?? '/';
      this.cookies.set(name, { value, path });
    }
    return response;
  }

  get names(): readonly string[] {
    return [...this.cookies.keys()];
  }
}

export interface Asking {
  readonly origin: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What the console asks with, and what of it is to be otherwise. */
export function asking(origin: string, otherwise: Readonly<Record<string, string | null>> = {}): Asking {
  const verifier = randomBytes(32).toString('base64url');
  const honest = {
    client_id: 'caseledger-console',
    response_type: 'code',
    redirect_uri: `${origin}/graphql`,
    scope: 'openid',
    state: 'a-state',
    prompt: 'login',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  const query = Object.fromEntries(Object.entries({ ...honest, ...otherwise }).filter((pair): pair is [string, string] => pair[1] !== null));
  return { origin, verifier, redirectUri: honest.redirect_uri, query };
}

export const authorizeUrl = ({ origin, query }: Asking): string => `${origin}/oidc/auth?${new URLSearchParams(query).toString()}`;

/** Follows redirections of one visitor as far as they stay with the service's provider. */
export async function follow(visitor: Visitor, origin: string, response: Response): Promise<Response> {
  const to = response.headers.get('location');
  if (to === null) return response;
  const url = new URL(to, origin);
  return url.origin === origin && url.pathname.startsWith('/oidc/') ? follow(visitor, origin, await visitor.go(url.href)) : response;
}

/** Opens the sign-in page and chooses a user; answers where the browser is sent back to. */
export async function choose(visitor: Visitor, asked: Asking, user: string): Promise<URL> {
  const first = await visitor.go(authorizeUrl(asked));
  const page = new URL(first.headers.get('location') ?? '', asked.origin).href;
  await visitor.go(page);
  const chosen = await visitor.go(page, { method: 'POST', body: new URLSearchParams({ user }) });
  const last = await follow(visitor, asked.origin, chosen);
  return new URL(last.headers.get('location') ?? '', asked.origin);
}

export interface Exchanged {
  readonly status: number;
  readonly access_token?: string;
  readonly id_token?: string;
  readonly error?: string;
}

/** Exchanges a code, with what of it is to be otherwise. */
export async function exchange(asked: Asking, code: string, otherwise: Readonly<Record<string, string>> = {}): Promise<Exchanged> {
  const body = { grant_type: 'authorization_code', client_id: 'caseledger-console', code, redirect_uri: asked.redirectUri, code_verifier: asked.verifier, ...otherwise };
  const response = await fetch(`${asked.origin}/oidc/token`, { method: 'POST', body: new URLSearchParams(body) });
  return { status: response.status, ...((await response.json()) as object) };
}

/** The whole way, as it is meant. */
export async function signInByCode(origin: string, user: string): Promise<string> {
  const asked = asking(origin);
  const back = await choose(new Visitor(), asked, user);
  const { access_token: token } = await exchange(asked, back.searchParams.get('code') ?? '');
  if (token === undefined) throw new Error(`no token for ${user}: ${back.href}`);
  return token;
}
