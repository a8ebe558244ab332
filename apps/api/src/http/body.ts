import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export const bodyLimits = {
  /** 200 imported rows with narratives of 2,000 characters and more fit well; a 10 MB narrative does not. */
  bodyBytesMax: 2 * 1024 * 1024,
} as const;

class BadBody extends Error {
  readonly statusCode = 400;
}

/** Refuses what is not UTF-8 or not JSON, and answers every refusal of a body in the form of a GraphQL answer. */
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
  fastify.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request: FastifyRequest, reply: FastifyReply) => {
    const tooLarge = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
    const status = tooLarge ? 413 : (error.statusCode ?? 500);
    const message = tooLarge ? `A request may have ${bodyLimits.bodyBytesMax} bytes.` : status < 500 ? error.message : 'Something went wrong here.';
    const code = tooLarge ? 'TOO_LARGE' : status < 500 ? 'BAD_INPUT' : 'INTERNAL';
    if (status >= 500) reply.log.error({ err: error }, 'request failed');
    void reply.status(status).send({ errors: [{ message, extensions: { code } }] });
  });
}
