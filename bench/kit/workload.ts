import { HttpClient } from './http.js';
import type { Bench } from './measure.js';

/** Commands of one client on one case before it opens the next. */
const commandsPerCase = 10;

const asked = '__typename ... on Recorded { caseId commandId revision position eventIds leafHash repeated } ... on Refused { code message } ... on Conflict { message }';
const mutation = (action: string): string => `mutation ($input: ${action.charAt(0).toUpperCase()}${action.slice(1)}Input!) { answer: ${action}(input: $input) { ${asked} } }`;
const mutations = { fileReport: mutation('fileReport'), recordPerson: mutation('recordPerson'), recordSceneDetail: mutation('recordSceneDetail') };

const narrative = 'It is reported that the agents stopped a vehicle, gave no name when asked, and left after a while. All of this is invented. '.repeat(4);

function report(): object {
  return {
    origin: 'OFFICER',
    incident: { dispatch: `D-${crypto.randomUUID().slice(0, 8)}`, records: null, other: [] },
    occurredAt: { earliest: { instant: '2026-03-01T18:00:00.000Z' }, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' },
    place: { beat: '411', district: '4', description: 'STREET' },
    narrative,
    injuries: 'NO',
  };
}

const person = (caseId: string, n: number): object => ({ caseId, identity: 'NAMED', minor: 'UNKNOWN', name: `Invented Person ${n}`, contact: 'none, invented', roles: ['WITNESS'] });
const scene = (caseId: string, n: number): object => ({ caseId, kind: 'AUTHORITY_STATED', wordsUsed: `Invented words ${n}.` });

interface Answered {
  readonly data: { readonly answer: { readonly __typename: string; readonly caseId: string; readonly revision: number; readonly position: string | null } } | null;
  readonly errors?: readonly unknown[];
}

/** Asks once, and throws where the answer is not the expected one. */
export interface Asker {
  next(): Promise<unknown>;
}

/** Asks the same thing again and again. */
export class SameAsker implements Asker {
  constructor(
    private readonly http: HttpClient,
    private readonly body: string,
    private readonly expected: string,
  ) {}

  async next(): Promise<void> {
    const text = await this.http.post(this.body);
    if (!text.includes(this.expected)) throw new Error(`not answered with ${this.expected}: ${text.slice(0, 500)}`);
  }
}

/** Nothing of the service's own: HTTP, token and GraphQL alone. */
export const askNothing = (http: HttpClient): Promise<Asker> => Promise.resolve(new SameAsker(http, JSON.stringify({ query: '{ __typename }' }), '"Query"'));

/** A command that was recorded before: what it would record is neither formed nor sealed nor stored, but its record is read from the log and compared. */
export async function askAgain(http: HttpClient): Promise<Asker> {
  const body = JSON.stringify({ query: mutations.fileReport, variables: { input: { ...report(), commandId: crypto.randomUUID() } } });
  await new SameAsker(http, body, '"repeated":false').next();
  return new SameAsker(http, body, '"repeated":true');
}

/** One officer: files an invented report, records people and scene details on it, files the next. */
export class Client implements Asker {
  private caseId: string | null = null;
  private count = 0;

  constructor(private readonly http: HttpClient) {}

  /** One command. @throws where it was not recorded */
  async next(): Promise<Answered> {
    const { caseId, count } = this;
    const [action, input] =
      caseId === null ? (['fileReport', report()] as const) : count % 2 === 0 ? (['recordPerson', person(caseId, count)] as const) : (['recordSceneDetail', scene(caseId, count)] as const);
    const text = await this.http.post(JSON.stringify({ query: mutations[action], variables: { input } }));
    const answered = JSON.parse(text) as Answered; // Both servers have the product's schema.
    if (answered.data?.answer.__typename !== 'Recorded') throw new Error(`${action} was not recorded: ${text.slice(0, 500)}`);
    this.count = (count + 1) % commandsPerCase;
    this.caseId = this.count === 0 ? null : answered.data.answer.caseId;
    return answered;
  }

  /** A page of the list, once everything through this position is in it. @throws where it is not answered */
  async list(atLeast: string | null): Promise<void> {
    const text = await this.http.post(JSON.stringify({ query: listQuery, variables: { atLeast } }));
    if (text.startsWith('{"errors"')) throw new Error(text.slice(0, 500));
  }
}

const listQuery = 'query ($atLeast: Position) { cases(first: 10, atLeast: $atLeast) { edges { node { number stage } } } }';

export interface Load {
  readonly count: number;
  readonly seconds: number;
  /** Of each command, in milliseconds; in the open loop from when it was due. */
  readonly latencies: readonly number[];
}

/** Each client sends the next command as soon as the last is answered. */
export async function closedLoop(clients: readonly Asker[], turnMs: number): Promise<Load> {
  const latencies: number[] = [];
  const started = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - started < turnMs) {
        const sent = performance.now();
        await client.next();
        latencies.push(performance.now() - sent);
      }
    }),
  );
  return { count: latencies.length, seconds: (performance.now() - started) / 1000, latencies };
}

/** The same, for so many commands in all. */
export async function closedLoopOf(clients: readonly Asker[], count: number): Promise<void> {
  let left = count;
  await Promise.all(
    clients.map(async (client) => {
      while (left-- > 0) await client.next();
    }),
  );
}

/** A server runs for days; Node has optimised the way of a command after some tens of thousands. Before that, whoever has the longer way looks the worse for it. */
const warmUpCommands = 30_000;

/** The same for every contestant: so many commands before anything counts. */
export async function warmUp({ scale }: Bench, ...contestants: readonly (readonly Asker[])[]): Promise<void> {
  for (const clients of contestants) await closedLoopOf(clients, warmUpCommands / scale.divideBy);
}

/**
 * Commands fall due at a fixed rate whether or not the earlier ones are answered, and each waits for a free client: latency counts from when it
 * was due, so that a stall is not hidden by the load that it held back.
 */
export async function openLoop(clients: readonly Client[], perSecond: number, turnMs: number): Promise<Load> {
  const latencies: number[] = [];
  const count = Math.floor((turnMs / 1000) * perSecond);
  const started = performance.now();
  let taken = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (taken < count) {
        const due = started + (taken++ * 1000) / perSecond;
        await until(due);
        await client.next();
        latencies.push(performance.now() - due);
      }
    }),
  );
  return { count, seconds: (performance.now() - started) / 1000, latencies };
}

/**
 * A timer comes up to a millisecond late, for every contestant alike. Turning the event loop until the very moment would be exact, and would take one of
 * few cores away from the servers that are measured.
 */
async function until(due: number): Promise<void> {
  for (let rest = due - performance.now(); rest > 0; rest = due - performance.now()) await new Promise((resolve) => setTimeout(resolve, Math.ceil(rest)));
}
