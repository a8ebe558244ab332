import type { IncomingMessage } from 'node:http';
import type { Viewer } from '#libs/access';
import { pooledRandom, uuidv7 } from '#libs/envelope';
import { type Asked, askedByHttp } from '../reads/asked.js';
import { PendingRecords } from '../reads/pending-records.js';
import type { Reader } from './case-gate.js';
import type { SignIns } from './sign-ins.js';

/** What every resolver is given. `viewer` is null only for introspection: the guard lets nothing else pass without one. */
export interface GraphqlContext {
  readonly viewer: Viewer | null;
  /** Follows an action from the request to its events and on; taken from `x-correlation-id` where that is a UUID. */
  readonly correlationId: string;
  /** From where and why it is asked, for the record of reads. */
  readonly asked?: Asked;
  /** The cases that this request has loaded and judged; none where it goes on for longer, and each thing is judged afresh. */
  readonly cases?: Reader['cases'];
  /** Where an answer waits for all its records at once; without it each field waits for its own. */
  readonly records?: PendingRecords;
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function correlationOf(header: unknown): string {
  return typeof header === 'string' && uuidForm.test(header) ? header : uuidv7({ now: Date.now, random: pooledRandom });
}

/** What the whole request is for, in the asker's words; a single text may be asked for with a purpose of its own. */
export function withPurpose(viewer: Viewer | null, stated: string | null): Viewer | null {
  return viewer === null || stated === null ? viewer : { ...viewer, actor: { ...viewer.actor, purpose: stated } };
}

export async function contextOfRequest(request: Pick<IncomingMessage, 'headers'>, signIns: SignIns, address?: string): Promise<GraphqlContext> {
  const asked = askedByHttp(request.headers, address);
  const correlationId = correlationOf(request.headers['x-correlation-id']);
  const viewer = withPurpose(await signIns.viewer({ authorization: request.headers.authorization, asked, correlationId }), asked.purpose);
  return { viewer, correlationId, asked, cases: new Map(), records: new PendingRecords() };
}
