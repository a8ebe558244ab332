import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chance } from '../support/chance.js';
import { createTestDatabase } from '../support/database.js';
import { buildSchema } from '../../apps/api/src/graphql/schema.js';
import { hostileDocument, type HostileRequest } from './hostile-documents.js';
import { rssMb, type Target, withServiceProcess } from './service-process.js';

/** Requests under way at once. */
const together = 8;
/** How much more memory the flood may leave the process with than its first tenth did. */
const growthMbMax = 150;

export interface Flood {
  readonly sent: number;
  readonly failed: readonly string[];
  readonly statuses: Readonly<Record<number, number>>;
  readonly rssMb: { readonly early: number; readonly most: number; readonly end: number };
}

export interface OthersLatency {
  readonly aloneMs: number;
  readonly besideMs: number;
  readonly hostileSent: number;
  readonly hostilePerSecond: number;
}

/** The service in a process of its own, on a database of its own. */
export async function withService<T>(env: Readonly<Record<string, string>>, work: (service: Target) => Promise<T>): Promise<T> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'caseledger-flood-'));
  try {
    return await withServiceProcess('apps/api/src/main.ts', { DATABASE_URL: database.serviceUrl, CASELEDGER_DATABASE_OWNER_URL: database.ownerUrl, CASELEDGER_DATA: folder, ...env }, work);
  } finally {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What an answer must never show of the inside: a stack, a statement, a path. */
const inside = /\bat \S+ \(.*:\d+:\d+\)|node_modules|\.js:\d+|\bSELECT\b[^"]*\bFROM\b|\bINSERT INTO\b|relation \\"|PostgreSQL|ECONNREFUSED/;

/** Sends so many hostile documents; each is answered below 500, in the form of a GraphQL answer, with nothing of the inside. */
export async function flood({ url, child, token }: Target, seed: number, count: number): Promise<Flood> {
  const chance = new Chance(seed);
  const schema = await buildSchema();
  const bearer = await token('OFFICER', 'officer-hostile');
  const failed: string[] = [];
  const statuses: Record<number, number> = {};
  let sent = 0;
  let [early, most] = [0, 0];
  const lane = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      if (sent % 500 === 0) {
        const now = await rssMb(child);
        most = Math.max(most, now);
        if (sent <= count / 10) early = now;
      }
      const request = hostileDocument(chance, schema);
      const { status, text } = await send(url, bearer, request);
      statuses[status] = (statuses[status] ?? 0) + 1;
      const wrong = status >= 500 ? `status ${status}` : inside.test(text) ? 'shows the inside' : isAnswer(text) ? null : 'is no GraphQL answer';
      if (wrong !== null) failed.push(`${request.what}: ${wrong}: ${text.slice(0, 300)} to ${request.body.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: together }, lane));
  const end = await rssMb(child);
  if (early > 0 && end - early > growthMbMax) failed.push(`memory grew from ${early} MB to ${end} MB`);
  return { sent, failed, statuses, rssMb: { early, most, end } };
}

/** How long an honest asker waits for a page of cases, alone and beside one hostile user who sends as fast as the service lets them. */
export async function othersLatency({ url, token }: Target, seed: number, seconds: number): Promise<OthersLatency> {
  const [honest, hostile] = [await token('SUPERVISOR', 'supervisor-1'), await token('OFFICER', 'officer-hostile')];
  const schema = await buildSchema();
  const chance = new Chance(seed);
  const page: HostileRequest = { what: 'a page', body: JSON.stringify({ query: '{ cases(first: 20) { edges { node { number stage } } } }' }) };
  // Warm: neither measures what is compiled at its first use.
  for (let i = 0; i < 100; i += 1) await send(url, honest, page);
  const measure = async (): Promise<number> => {
    const taken: number[] = [];
    const until = performance.now() + seconds * 1_000;
    while (performance.now() < until) {
      const began = performance.now();
      await send(url, honest, page);
      taken.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return taken.toSorted((a, b) => a - b)[Math.floor(taken.length / 2)] ?? 0;
  };
  const aloneMs = await measure();
  const stop = new AbortController();
  let hostileSent = 0;
  const began = performance.now();
  const flooding = (async () => {
    while (!stop.signal.aborted) {
      hostileSent += 1;
      const { status } = await send(url, hostile, hostileDocument(chance, schema));
      // Told to wait, even a hostile program gains nothing by asking at once; it asks again all the same.
      if (status === 429) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const besideMs = await measure();
  stop.abort();
  await flooding;
  return { aloneMs, besideMs, hostileSent, hostilePerSecond: hostileSent / ((performance.now() - began) / 1_000) };
}

async function send(url: string, bearer: string, { body, type = 'application/json' }: HostileRequest): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type, authorization: `Bearer ${bearer}` }, body });
  return { status: response.status, text: await response.text() };
}

function isAnswer(text: string): boolean {
  try {
    const answer = JSON.parse(text) as unknown;
    return typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer);
  } catch {
    return false;
  }
}
