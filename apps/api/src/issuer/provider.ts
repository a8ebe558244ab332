import { randomBytes } from 'node:crypto';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { demonstrationUnit, type DemonstrationUser, demonstrationUsers, type DevelopmentIssuer, issuerAlgorithm, issuerPath, issuerTokenSeconds } from '#libs/access';
import { graphqlPath } from '../graphql/path.js';
import { BoundedAdapter } from './bounded-adapter.js';
import { consoleClient, serviceResource, signInPath } from './names.js';
import { refusalPage } from './pages.js';

export const providerLimits = {
  /** From the sign-in to the exchange of its code, in seconds. */
  codeSeconds: 60,
  /** How long the sign-in page may be looked at, in seconds. */
  interactionSeconds: 10 * 60,
} as const;

export interface ProviderParts {
  readonly issuer: DevelopmentIssuer;
  readonly audience: string;
  /** The service itself, under each name of this machine: from there the console asks, and there a browser is sent back to. */
  readonly origins: readonly string[];
  readonly onError: (error: Error) => void;
}

const userOf = (actor: string | undefined): DemonstrationUser | undefined => demonstrationUsers.find((user) => user.actor === actor);

/** Everything that a demonstration does not need is off. */
const features: Configuration['features'] = {
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  pushedAuthorizationRequests: { enabled: false },
  rpInitiatedLogout: { enabled: false },
  userinfo: { enabled: false },
};

/** The built-in OpenID provider: authorization code with PKCE for one public client, and access tokens of RFC 9068 as any other issuer's. */
export function createProvider({ issuer, audience, origins, onError }: ProviderParts): Provider {
  const provider = new Provider(issuer.url, {
    adapter: () => new BoundedAdapter(),
    // oidc-provider keeps what it is given: a copy, with the private key.
    jwks: { keys: issuer.signingKeys.keys.map((key) => ({ ...key })) } as Configuration['jwks'],
    clients: [
      {
        client_id: consoleClient,
        application_type: 'web',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: origins.map((origin) => `${origin}${graphqlPath}`),
        id_token_signed_response_alg: issuerAlgorithm,
      },
    ],
    clientDefaults: { id_token_signed_response_alg: issuerAlgorithm },
    enabledJWA: { idTokenSigningAlgValues: [issuerAlgorithm] },
    responseTypes: ['code'],
    scopes: ['openid'],
    claims: { openid: ['sub', 'name'] },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    features: {
      ...features,
      resourceIndicators: {
        enabled: true,
        defaultResource: () => serviceResource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: '', audience, accessTokenFormat: 'jwt', accessTokenTTL: issuerTokenSeconds, jwt: { sign: { alg: issuerAlgorithm } } }),
      },
    },
    extraTokenClaims: (ctx, token) => {
      const user = userOf('accountId' in token ? token.accountId : undefined);
      return user && { roles: [user.role], unit: demonstrationUnit, auth_time: ctx.oidc.entities.AuthorizationCode?.authTime };
    },
    findAccount: (_ctx, sub) => {
      const user = userOf(sub);
      return user && { accountId: sub, claims: () => ({ sub, name: `${user.name} (invented)` }) };
    },
    // The one client is our own: there is nobody else whom the user would have to agree to.
    loadExistingGrant,
    // The console asks from the service's own origin.
    clientBasedCORS: (_ctx, origin) => origins.includes(origin),
    interactions: { url: (_ctx, { uid }) => `${signInPath}/${uid}` },
    cookies: { keys: [randomBytes(32).toString('base64url')], long: { path: issuerPath, httpOnly: true, sameSite: 'lax' }, short: { httpOnly: true, sameSite: 'lax' } },
    ttl: {
      AccessToken: issuerTokenSeconds,
      AuthorizationCode: providerLimits.codeSeconds,
      Grant: issuerTokenSeconds,
      IdToken: issuerTokenSeconds,
      Interaction: providerLimits.interactionSeconds,
      Session: issuerTokenSeconds,
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = refusalPage(out.error_description ?? out.error);
    },
  });
  provider.on('server_error', (_ctx, error) => onError(error));
  return provider;
}

async function loadExistingGrant({ oidc }: KoaContextWithOIDC): Promise<InstanceType<Provider['Grant']> | undefined> {
  const { provider, client, session } = oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid');
  await grant.save();
  return grant;
}
