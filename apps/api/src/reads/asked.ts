import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Viewer } from '#libs/access';
import { type ReadBy, type ReadChannel, readLimits } from '#libs/reads/port';

/** From where and why a request asks: what the record of its reads says beside who. */
export interface Asked {
  readonly channel: ReadChannel;
  readonly address: string | null;
  /** Tells sessions apart: the beginning of a digest of the token, which opens nothing. */
  readonly session: string | null;
  readonly purpose: string | null;
}

export const nothingKnown: Asked = { channel: 'HTTP', address: null, session: null, purpose: null };

const sessionChars = 16;

export function askedOver(channel: ReadChannel, from: { readonly address: string | undefined; readonly authorization: unknown; readonly purpose: unknown }): Asked {
  const { address, authorization, purpose } = from;
  return {
    channel,
    address: address !== undefined && isIP(address) > 0 ? address : null,
    session: typeof authorization === 'string' ? hash('sha256', authorization, 'base64url').slice(0, sessionChars) : null,
    purpose: typeof purpose === 'string' ? purposeOf(purpose) : null,
  };
}

/** The header `x-purpose`, for what has no place of its own for a purpose; percent-encoded where it is not ASCII. */
export const askedByHttp = (headers: IncomingHttpHeaders, address: string | undefined): Asked =>
  askedOver('HTTP', { address, authorization: headers.authorization, purpose: headers['x-purpose'] });

/** Null for what says nothing; cut to its limit. */
export function purposeOf(text: string): string | null {
  const said = decoded(text).trim().slice(0, readLimits.textCharsMax).toWellFormed();
  return said === '' ? null : said;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Who reads, for the recorder: of any request, export or command. */
export function readBy(viewer: Viewer, asked: Asked, correlationId: string, purpose: string | null = null): ReadBy {
  const { actor, roles, unit } = viewer.actor;
  return { actor, roles, unit, correlationId, ...asked, purpose: purpose ?? asked.purpose ?? viewer.actor.purpose };
}
