import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { exitCodes, Stop } from './exit-codes.js';

export const clientLimits = {
  /** Tries of one request before the program gives up; the same command ids each time, so that nothing is recorded twice. */
  triesMax: 8,
  firstPauseMs: 200,
  longestPauseMs: 10_000,
  /** For one answer, in milliseconds. */
  answerMsMax: 120_000,
} as const;

export interface GraphqlError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly fields?: readonly { readonly path: string; readonly problems: readonly string[] }[] };
}

/** The service answered, and the answer is an error of the closed list. */
export class GraphqlFailure extends Error {
  override readonly name = 'GraphqlFailure';
  constructor(readonly errors: readonly GraphqlError[]) {
    super(errors.map((error) => error.message).join('; '));
  }

  get code(): string {
    return this.errors[0]?.extensions?.code ?? 'INTERNAL';
  }
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphqlError[];
}

const retryableCodes: ReadonlySet<string> = new Set(['UNAVAILABLE', 'RATE_LIMITED', 'PROJECTION_BEHIND']);

/** Speaks GraphQL to the running service; tries again what may pass. */
export class Client {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** @throws GraphqlFailure, Stop where the service stays out of reach */
  async ask<Data>(query: string, variables: object = {}): Promise<Data> {
    let pauseMs: number = clientLimits.firstPauseMs;
    for (let tries = 1; ; tries += 1) {
      const answer = await this.post<Data>({ query, variables }).catch((error: unknown) => {
        if (error instanceof Stop) throw error;
        return error instanceof Error ? error : new Error(String(error));
      });
      if (!(answer instanceof Error)) {
        if (answer.errors === undefined || answer.errors.length === 0) return answer.data as Data; // Without errors there is data.
        const failure = new GraphqlFailure(answer.errors);
        if (!retryableCodes.has(failure.code)) throw failure;
        if (tries >= clientLimits.triesMax) throw failure;
      } else if (tries >= clientLimits.triesMax) {
        throw new Stop(exitCodes.unreachable, `The service at ${this.url} does not answer: ${causeOf(answer)}. Is it running (npm start)?`);
      }
      await pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, clientLimits.longestPauseMs);
    }
  }

  /** What the service serves under this path of its own, as a stream. @throws Stop */
  async download(path: string): Promise<Readable> {
    const response = await fetch(new URL(path, this.url), { headers: { authorization: `Bearer ${this.token}` }, signal: AbortSignal.timeout(clientLimits.answerMsMax) });
    if (!response.ok || response.body === null) throw new Stop(exitCodes.failed, `The service answered ${response.status} for ${path}.`);
    return Readable.from(response.body);
  }

  private async post<Data>(body: object): Promise<Answer<Data>> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(clientLimits.answerMsMax),
    });
    const text = await response.text();
    const answer = parsed(text) as Answer<Data>; // The service's own form of answer.
    // A gateway's error page may pass; what answers like a service and is none will not.
    if (answer.data !== undefined || answer.errors !== undefined) return answer;
    if (response.status >= 500) throw new Error(`it answers ${response.status}, not as GraphQL does`);
    throw new Stop(exitCodes.usage, `What answers at ${this.url} is no GraphQL (status ${response.status}). The endpoint looks like http://localhost:4000/graphql.`);
  }
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

const causeOf = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message);

/** A demonstration token of a service in development mode on this machine. @throws Stop */
export async function developmentToken(graphqlUrl: string, role: string, user?: string): Promise<string> {
  if (!URL.canParse(graphqlUrl)) throw new Stop(exitCodes.usage, `'${graphqlUrl}' is no URL. It looks like http://localhost:4000/graphql.`);
  const url = new URL('/development/token', graphqlUrl);
  url.searchParams.set('role', role);
  if (user !== undefined) url.searchParams.set('user', user);
  const response = await fetch(url).catch((error: unknown) => {
    throw new Stop(exitCodes.unreachable, `No service answers at ${graphqlUrl}. Start it with npm start, or set CASELEDGER_URL.`, { cause: error });
  });
  if (!response.ok) throw new Stop(exitCodes.failed, 'The service gives no demonstration tokens: it is not in development mode. Set CASELEDGER_TOKEN.');
  const { token } = (await response.json()) as { readonly token: string };
  return token;
}
