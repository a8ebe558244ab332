import type { IncomingMessage } from 'node:http';
import { TokenRefused, type TokenVerifier, type Viewer } from '#libs/access';
import { uuidv7, systemRandom } from '#libs/envelope';
import { unauthenticated } from '../graphql/errors.js';
import { type Asked, askedByHttp } from '../reads/asked.js';
import type { Reader } from './case-gate.js';

/** What every resolver is given. `viewer` is null only for introspection: the guard lets nothing else pass without one. */
export interface GraphqlContext {
  readonly viewer: Viewer | null;
  /** Follows an action from the request to its events and on; taken from `x-correlation-id` where that is a UUID. */
  readonly correlationId: string;
  /** From where and why it is asked, for the record of reads. */
  readonly asked?: Asked;
  /** The cases that this request has loaded and judged; none where it goes on for longer, and each thing is judged afresh. */
  readonly cases?: Reader['cases'];
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function correlationOf(header: unknown): string {
  return typeof header === 'string' && uuidForm.test(header) ? header : uuidv7({ now: Date.now, random: systemRandom });
}

/** The viewer of an `Authorization` header; null where there is none. @throws GraphQLError UNAUTHENTICATED */
export async function viewerOf(authorization: unknown, verifier: TokenVerifier): Promise<Viewer | null> {
  if (authorization === undefined || authorization === null || authorization === '') return null;
  const token = typeof authorization === 'string' ? /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(authorization)?.[1] : undefined;
  if (token === undefined) throw unauthenticated();
  try {
    return await verifier.verify(token);
  } catch (error) {
    if (error instanceof TokenRefused) throw unauthenticated();
    throw error;
  }
}

/** What the whole request is for, in the asker's words; a single text may be asked for with a purpose of its own. */
export function withPurpose(viewer: Viewer | null, stated: string | null): Viewer | null {
  return viewer === null || stated === null ? viewer : { ...viewer, actor: { ...viewer.actor, purpose: stated } };
}

export async function contextOfRequest(request: Pick<IncomingMessage, 'headers'>, verifier: TokenVerifier, address?: string): Promise<GraphqlContext> {
  const asked = askedByHttp(request.headers, address);
  const viewer = withPurpose(await viewerOf(request.headers.authorization, verifier), asked.purpose);
  return { viewer, correlationId: correlationOf(request.headers['x-correlation-id']), asked, cases: new Map() };
}
