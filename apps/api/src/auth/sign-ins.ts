import { Inject, Injectable, Logger } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { TokenRefused, TokenVerifier, type Viewer } from '#libs/access';
import { READ_RECORDER, type ReadRecorder } from '#libs/reads/port';
import { unauthenticated } from '../graphql/errors.js';
import { RateLimits } from '../http/rate-limits.js';
import type { Asked } from '../reads/asked.js';

/** What is sent as a token, and from where. */
export interface Attempt {
  readonly authorization: unknown;
  readonly asked: Asked;
  readonly correlationId: string;
}

const bearer = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i;

const rateLimited = (): GraphQLError =>
  new GraphQLError('Too many requests. Wait a moment and try again.', { extensions: { code: 'RATE_LIMITED', retryable: true, http: { status: 429 } } });

/** The one door: every token of a request, of a socket or of a download is judged here. A token that is refused is recorded, with where it came from. */
@Injectable()
export class SignIns {
  private readonly log = new Logger('SignIns');

  constructor(
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
    @Inject(RateLimits) private readonly limits: RateLimits,
    @Inject(READ_RECORDER) private readonly reads: ReadRecorder,
  ) {}

  /** Null where nothing is sent. @throws GraphQLError UNAUTHENTICATED, RATE_LIMITED; and retryable: IssuerUnavailable, StandingsUnknown */
  async viewer(attempt: Attempt): Promise<Viewer | null> {
    const { authorization, asked } = attempt;
    if (authorization === undefined || authorization === null || authorization === '') return null;
    if (!this.limits.maySignIn(asked.address ?? undefined)) throw rateLimited();
    const token = typeof authorization === 'string' ? bearer.exec(authorization)?.[1] : undefined;
    if (token === undefined) return this.refuse(attempt, new TokenRefused('no bearer token'));
    try {
      const viewer = await this.verifier.verify(token);
      if (!this.mayAsk(viewer)) throw rateLimited();
      return viewer;
    } catch (error) {
      if (error instanceof TokenRefused) return this.refuse(attempt, error);
      throw error;
    }
  }

  /** Whether one more connection of this address is taken. */
  mayConnect(address: string | undefined): boolean {
    return this.limits.ofAddress(address);
  }

  /** Whether one more request of this user is taken. */
  mayAsk({ actor }: Viewer): boolean {
    return this.limits.ofUser(actor.actor);
  }

  /** Whether a viewer of before may go on, on a connection that stays open. False too while that can't be known. */
  mayGoOn(viewer: Viewer): boolean {
    try {
      return this.verifier.stands(viewer);
    } catch {
      return false;
    }
  }

  private async refuse({ asked, correlationId }: Attempt, { reason, actor }: TokenRefused): Promise<never> {
    const { address, channel, session } = asked;
    this.limits.failed(address ?? undefined);
    const by = { actor, roles: [], unit: null, purpose: null, address, channel, session, correlationId };
    const what = { kind: 'AccessDenied', outcome: 'DENIED', source: 'signIn', case: null, things: [], detail: { reason }, words: null } as const;
    this.log.warn({ correlationId, address, reason }, 'a sign-in failed');
    // Nothing is shown in any case: a record that can't be kept changes no answer.
    await this.reads.record([{ by, what }]).catch((error: unknown) => this.log.error({ correlationId, err: error }, 'a failed sign-in could not be recorded'));
    throw unauthenticated();
  }
}
