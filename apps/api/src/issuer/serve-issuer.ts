import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import type { Logger } from 'pino';
import { demonstrationUsers, type DevelopmentIssuer, issuerPath } from '#libs/access';
import type { Config } from '#libs/config';
import { isOfThisMachine } from '#libs/telemetry';
import { alwaysSent } from '../http/security-headers.js';
import { signInPath } from './names.js';
import { pageContentPolicy, refusalPage, signInPage } from './pages.js';

const namesOfThisMachine = ['127.0.0.1', 'localhost', '[::1]'] as const;
const formType = 'application/x-www-form-urlencoded';
/** A form of the sign-in page names one user. */
const formBytesMax = 1_024;
/** What any verifier of tokens asks; the rest gives tokens away, and so answers on this machine alone. */
const published: ReadonlySet<string> = new Set([`${issuerPath}/.well-known/openid-configuration`, `${issuerPath}/jwks`]);

const html = (reply: FastifyReply, status: number, page: string): FastifyReply =>
  reply.status(status).header('content-security-policy', pageContentPolicy).type('text/html; charset=utf-8').send(page);

/**
 * Mounts the built-in OpenID provider with its sign-in page. It is made at the first request, since its address is known once the service listens, and
 * loaded then: a production service, which never gets here, never holds its code.
 */
export function serveIssuer(fastify: FastifyInstance, config: Config, issuer: DevelopmentIssuer, logger: Logger): void {
  const { production, audience } = config;
  if (production) throw new Error('the built-in issuer does not run in production');
  let made: Promise<Provider> | null = null;
  const provider: Making = () => (made ??= make(issuer, audience, logger));

  void fastify.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      const path = request.url.split('?')[0] ?? '';
      if (!published.has(path) && !isOfThisMachine(request, config)) await html(reply, 403, refusalPage('The demonstration sign-in answers programs on its own machine alone.'));
    });
    await scope.register(async (pages) => serveSignIn(pages, provider));
    await scope.register(async (protocol) => serveProtocol(protocol, provider));
  });
}

type Making = () => Promise<Provider>;

async function make(issuer: DevelopmentIssuer, audience: string, logger: Logger): Promise<Provider> {
  const { createProvider } = await import('./provider.js');
  const { origin, port } = new URL(issuer.url);
  const origins = new Set([origin, ...namesOfThisMachine.map((name) => `http://${name}:${port}`)]);
  return createProvider({
    issuer,
    audience,
    origins: [...origins],
    onError: (err) => logger.error({ err }, 'the built-in issuer failed'),
  });
}

function serveSignIn(pages: FastifyInstance, provider: Making): void {
  pages.addContentTypeParser(formType, { parseAs: 'string', bodyLimit: formBytesMax }, (_request, body, done) => done(null, new URLSearchParams(String(body))));

  /** The provider knows a sign-in by its cookie; the address has to name the same one. */
  const isKnown = async (request: FastifyRequest<{ Params: { uid: string } }>, reply: FastifyReply): Promise<boolean> => {
    const found = await (await provider()).interactionDetails(request.raw, reply.raw).catch(() => null);
    return found !== null && found.uid === request.params.uid && found.prompt.name === 'login';
  };
  const unknown = (reply: FastifyReply): FastifyReply => html(reply, 400, refusalPage('This sign-in is not known, or it took too long.'));

  pages.get<{ Params: { uid: string } }>(`${signInPath}/:uid`, async (request, reply) =>
    (await isKnown(request, reply)) ? html(reply, 200, signInPage(`${signInPath}/${encodeURIComponent(request.params.uid)}`)) : unknown(reply),
  );

  pages.post<{ Params: { uid: string }; Body: unknown }>(`${signInPath}/:uid`, async (request, reply) => {
    if (!(await isKnown(request, reply))) return unknown(reply);
    const chosen = request.body instanceof URLSearchParams ? request.body.get('user') : null;
    const user = demonstrationUsers.find(({ actor }) => actor === chosen);
    if (user === undefined && chosen !== '') return html(reply, 400, refusalPage('There is no such demonstration user.'));
    const result = user === undefined ? { error: 'access_denied', error_description: 'nobody was chosen' } : { login: { accountId: user.actor, remember: false } };
    return reply.redirect(await (await provider()).interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false }), 303);
  });
}

/** oidc-provider reads requests and writes answers by itself. */
function serveProtocol(protocol: FastifyInstance, provider: Making): void {
  protocol.removeAllContentTypeParsers();
  protocol.addContentTypeParser('*', (_request, _payload, done) => done(null));
  protocol.all(`${issuerPath}/*`, async (request, reply) => {
    const answer = (await provider()).callback();
    reply.hijack();
    // What hooks of `onSend` set elsewhere.
    for (const [name, value] of Object.entries({ ...alwaysSent, ...reply.getHeaders(), 'content-security-policy': pageContentPolicy })) if (value !== undefined) reply.raw.setHeader(name, value);
    const raw: IncomingMessage & { originalUrl?: string } = request.raw;
    raw.originalUrl = request.url;
    raw.url = request.url.slice(issuerPath.length);
    await answer(raw, reply.raw);
  });
}
