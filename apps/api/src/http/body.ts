import { isUtf8 } from 'node:buffer';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Proxies } from './proxies.js';

export const bodyLimits = {
  /** 200 imported rows with narratives of 2,000 characters and more fit well; a 10 MB narrative does not. */
  bodyBytesMax: 2 * 1024 * 1024,
  /** From the first byte of a request to its last, in milliseconds: Fastify's own default lets one trickle in for ever. */
  requestMsMax: 60_000,
} as const;

class BadBody extends Error {
  readonly statusCode = 400;
}

/** Refuses what is not UTF-8 or not JSON. */
export function readBodiesStrictly(fastify: FastifyInstance): void {
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: bodyLimits.bodyBytesMax }, (_request, body, done) => {
    if (!isUtf8(body as Buffer)) return done(new BadBody('The request is not valid UTF-8.'));
    try {
      // Neither '__proto__' nor 'constructor' reaches an object that is looked into by name: GraphQL takes what its schema knows.
      done(null, JSON.parse(body.toString('utf8')));
    } catch {
      done(new BadBody('The request is not valid JSON.'));
    }
  });
}

type HttpError = Error & { readonly statusCode?: number; readonly code?: string };

/** Answers every refusal below GraphQL (a body too large, no JSON, no such path) in the form of a GraphQL answer. */
function answerError(error: HttpError, _request: FastifyRequest, reply: FastifyReply): void {
  const tooLarge = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
  const status = tooLarge ? 413 : (error.statusCode ?? 500);
  const message = tooLarge ? `A request may have ${bodyLimits.bodyBytesMax} bytes.` : status < 500 ? error.message : 'Something went wrong here.';
  const code = tooLarge ? 'TOO_LARGE' : status < 500 ? 'BAD_INPUT' : 'INTERNAL';
  if (status >= 500) reply.log.error({ err: error }, 'request failed');
  void reply.status(status).send({ errors: [{ message, extensions: { code } }] });
}

/** Fastify under Nest, with one form of error for everything that never reaches GraphQL. */
export class CaseledgerAdapter extends FastifyAdapter {
  constructor(proxies: Proxies) {
    super({
      bodyLimit: bodyLimits.bodyBytesMax,
      requestTimeout: bodyLimits.requestMsMax,
      forceCloseConnections: true,
      trustProxy: (address: string) => proxies.trusts(address),
      // Nothing here is middleware of Express's kind; what passes requests to it would cost each of them.
      skipMiddie: true,
    });
  }

  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance().setErrorHandler(answerError);
  }
}
