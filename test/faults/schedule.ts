import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { Role } from '#libs/domain';
import { derivedId } from '#libs/envelope';
import { type EventStore, type Position, printPosition, type StoredEvent } from '#libs/event-store';
import { type FeedId, FeedProgress } from '#libs/feeds';
import { auditLog } from '#libs/ledger-feed';
import { readModelFeeds } from '#libs/read-models';
import { DATABASE, EVENT_STORE } from '#libs/service';
import { DrawnFaults, type FaultKind } from '../eventstoredb-double/faults.js';
import { EventStoreDbDouble } from '../eventstoredb-double/server.js';
import { type RunningApp, startApp } from '../support/app.js';
import { Chance } from '../support/chance.js';
import { createTestDatabase } from '../support/database.js';
import { differingTables } from '../support/read-model-oracle.js';
import { collectPages } from '../support/log-kit.js';

/** What one schedule is made of. */
const schedule = {
  services: 2,
  clients: 6,
  commandsPerClient: 6,
  /** Of a hundred calls to the log, so many are struck, until so many have been. */
  faultPercent: 12,
  faultsMax: 24,
  /** How often a client sends a command that got no answer. */
  triesMax: 6,
  /** How long the feeds may take to come to the end once the faults are over, in milliseconds, on a busy machine. */
  catchUpMsMax: 60_000,
  /** The longest that one answer may take: the log's own bounds (queue, attempts, reading before and back), several appends in a row. */
  answerMsMax: 60_000,
} as const;

interface Sent {
  readonly commandId: string;
  readonly last: Answer;
}

type Answer =
  | { readonly kind: 'RECORDED'; readonly caseId: string; readonly eventIds: readonly string[]; readonly revision: number; readonly position: string | null; readonly repeated: boolean }
  | { readonly kind: 'NOTHING' }
  | { readonly kind: 'UNAVAILABLE' };

export interface ScheduleReport {
  readonly seed: number;
  readonly commands: number;
  readonly recorded: number;
  readonly gaveUp: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly slowestMs: number;
  /** What does not hold; empty: all does. */
  readonly wrong: readonly string[];
}

/** One schedule: faults by this seed under concurrent commands to a service of two processes, and what is left of them afterwards. */
export async function runSchedule(seed: number): Promise<ScheduleReport> {
  const [double, database, folder] = [await EventStoreDbDouble.start(), await createTestDatabase(), await mkdtemp(join(tmpdir(), 'caseledger-faults-'))];
  // An incident is looked for here by the id that its answer names.
  const env = { EVENTSTORE_URL: double.url, CASELEDGER_DATA: folder, CASELEDGER_LOG_LEVEL: 'error' };
  const services: RunningApp[] = [];
  try {
    for (let nth = 0; nth < schedule.services; nth++) services.push(await startApp(env, database));
    const run = new Run(seed, services);
    const chance = new Chance(seed);
    const faults = new DrawnFaults({ random: () => chance.next(), percent: schedule.faultPercent, most: schedule.faultsMax });
    double.faults = faults;
    await run.play();
    double.faults = null;
    const struck: Partial<Record<FaultKind, number>> = {};
    for (const { kind } of faults.struck) struck[kind] = (struck[kind] ?? 0) + 1;
    return { seed, ...run.counts(), faults: struck, wrong: await run.wrong() };
  } finally {
    double.faults = null;
    await Promise.all(services.map((service) => service.close()));
    await database.drop();
    await double.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const officers = ['officer-1', 'officer-2', 'officer-3'] as const;
const people: Readonly<Record<string, readonly Role[]>> = { ...Object.fromEntries(officers.map((name) => [name, ['OFFICER']])), 'supervisor-1': ['SUPERVISOR'] };
const when = { precision: 'UNKNOWN', source: 'officer', zone: 'America/Chicago' };

/** Who acts on a case must see it: its filer does, and the supervisor of the filer's unit. */
type Hand = 'FILER' | 'supervisor-1';

/** Actions that may follow on any case, each of its own kind: facts that pile up, states that are reached once, holds. */
const actions: readonly { readonly action: string; readonly as: Hand; readonly input: (chance: Chance) => object }[] = [
  { action: 'recordSceneDetail', as: 'FILER', input: (chance) => ({ kind: 'AUTHORITY_STATED', wordsUsed: `INVENTED ${chance.below(9)}` }) },
  { action: 'recordAgent', as: 'FILER', input: () => ({ faceCovered: 'YES', clothing: 'INVENTED vest' }) },
  { action: 'recordPerson', as: 'FILER', input: () => ({ roles: ['WITNESS'], identity: 'CONFIDENTIAL', minor: 'NO', name: 'INVENTED Name' }) },
  { action: 'triageCase', as: 'supervisor-1', input: () => ({ outcome: 'INVESTIGATE', reason: 'INVENTED' }) },
  {
    action: 'registerFootage',
    as: 'FILER',
    input: (chance) => ({ kind: 'FIXED_CAMERA', sourceSystem: 'store (invented)', sourceReference: `REC-${chance.below(4)}`, custodian: 'custodian-1', flagGround: 'INVENTED' }),
  },
];

class Run {
  readonly #seed: number;
  readonly #services: readonly RunningApp[];
  readonly #sent: Sent[] = [];
  readonly #wrong: string[] = [];
  readonly #cases: { readonly caseId: string; readonly filer: string }[] = [];
  #slowestMs = 0;

  constructor(seed: number, services: readonly RunningApp[]) {
    this.#seed = seed;
    this.#services = services;
  }

  async play(): Promise<void> {
    await Promise.all(Array.from({ length: schedule.clients }, (_, client) => this.#client(client)));
  }

  counts() {
    const { length: commands } = this.#sent;
    const of = (kind: Answer['kind']) => this.#sent.filter(({ last }) => last.kind === kind).length;
    return { commands, recorded: of('RECORDED'), gaveUp: of('UNAVAILABLE'), slowestMs: this.#slowestMs };
  }

  async #client(client: number): Promise<void> {
    // Each client's own: what it does follows from the seed, whatever the others are kept waiting for.
    const chance = new Chance(this.#seed * 1_000 + client);
    for (let nth = 0; nth < schedule.commandsPerClient; nth++) {
      const name = `${this.#seed}/${client}/${nth}`;
      // A version 7 id, as clients make them, but from the seed.
      const commandId = derivedId('schedule', name).replace(/^(.{14})8/, '$17');
      const known = this.#cases.length > 0 && !chance.is(0.2) ? chance.one(this.#cases) : null;
      const { action, as, input } = known === null ? fileReport : chance.one(actions);
      const hand = as === 'FILER' ? (known?.filer ?? chance.one(officers)) : as;
      const answer = await this.#sendUntilAnswered(chance, { action, as: hand, input: { ...input(chance), commandId, ...(known === null ? {} : { caseId: known.caseId }) } });
      this.#sent.push({ commandId, last: answer });
      if (answer.kind === 'RECORDED' && known === null) this.#cases.push({ caseId: answer.caseId, filer: hand });
    }
  }

  async #sendUntilAnswered(chance: Chance, command: Command): Promise<Answer> {
    for (let nth = 1; ; nth++) {
      const answer = await this.#send(chance, command);
      if (answer.kind === 'UNAVAILABLE' && nth < schedule.triesMax) continue;
      // A client whose answer was lost on the way sends the command again, to whichever process takes it.
      if (answer.kind === 'RECORDED' && chance.is(0.3)) this.#compare(answer, await this.#send(chance, command), command.action);
      return answer;
    }
  }

  #compare(first: Answer, again: Answer, action: string): void {
    if (again.kind === 'UNAVAILABLE') return;
    if (JSON.stringify({ ...again, repeated: false }) !== JSON.stringify({ ...first, repeated: false })) {
      this.#wrong.push(`${action} sent again was answered ${JSON.stringify(again)}, at first ${JSON.stringify(first)}`);
    }
  }

  async #send(chance: Chance, { action, as, input }: Command): Promise<Answer> {
    const service = chance.one(this.#services);
    const started = performance.now();
    const { data, errors } = await service.graphql<{ answer: Recorded | { readonly __typename: 'Refused' | 'Conflict' } }>(await service.token(as, ...(people[as] ?? [])), mutationOf(action), { input });
    const ms = performance.now() - started;
    this.#slowestMs = Math.max(this.#slowestMs, Math.round(ms));
    if (ms > schedule.answerMsMax) this.#wrong.push(`${action} was answered after ${Math.round(ms)} ms`);
    for (const { message, extensions } of errors) if (extensions['code'] !== 'UNAVAILABLE') this.#wrong.push(`${action}: ${String(extensions['code'])}: ${message}`);
    if (data === null) return { kind: 'UNAVAILABLE' };
    if (data.answer.__typename !== 'Recorded') return { kind: 'NOTHING' };
    const { caseId, eventIds, revision, position, repeated } = data.answer;
    return eventIds.length === 0 ? { kind: 'NOTHING' } : { kind: 'RECORDED', caseId, eventIds, revision, position, repeated };
  }

  /** What does not hold of log, read models and ledger, once the faults are over. */
  async wrong(): Promise<readonly string[]> {
    const [service] = this.#services;
    if (service === undefined) throw new Error('unreachable: there are services');
    const [store, pool] = [service.app.get<EventStore>(EVENT_STORE), service.app.get<Pool>(DATABASE)];
    const events = await collectPages(store.readAll({ categories: ['case'] }));
    return [...this.#wrong, ...this.#wrongEvents(events), ...(await this.#wrongReadModels(service, pool, events)), ...(await wrongLedger(store, pool, (await collectPages(store.readAll())).length))];
  }

  #wrongEvents(events: readonly StoredEvent[]): string[] {
    const wrong: string[] = [];
    const places = new Map(events.map((event) => [event.id, event]));
    if (places.size !== events.length) wrong.push(`${events.length - places.size} events are stored twice`);
    const acknowledged = new Set<string>();
    for (const { last } of this.#sent) {
      if (last.kind !== 'RECORDED') continue;
      for (const id of last.eventIds) acknowledged.add(id);
      const end = places.get(last.eventIds.at(-1) ?? '');
      if (last.eventIds.some((id) => !places.has(id))) wrong.push(`acknowledged and missing: ${last.eventIds.join(', ')}`);
      else if (end?.revision !== BigInt(last.revision) || printPosition(end.position) !== last.position) wrong.push(`acknowledged at ${last.position}, stored elsewhere`);
    }
    const unresolved = new Set(this.#sent.filter(({ last }) => last.kind === 'UNAVAILABLE').map(({ commandId }) => commandId));
    for (const { id, head } of events) {
      const { commandId } = JSON.parse(head) as { commandId: string };
      if (!acknowledged.has(id) && !unresolved.has(commandId)) wrong.push(`stored, though its command was answered with nothing: ${id}`);
    }
    return wrong;
  }

  async #wrongReadModels(service: RunningApp, pool: Pool, events: readonly StoredEvent[]): Promise<string[]> {
    const last = events.at(-1);
    if (last === undefined) return ['nothing was recorded'];
    const progress = service.app.get(FeedProgress);
    const late = await Promise.all(Object.values(readModelFeeds).map((feed) => caughtUp(progress, feed, last.position)));
    const { rows: parked } = await pool.query('SELECT unit, stream, error FROM parked_event');
    const differing = await differingTables(pool, events);
    return [
      ...late.filter((one) => one !== null),
      ...parked.map((row) => `parked: ${JSON.stringify(row)}`),
      ...Object.entries(differing).map(([table, sides]) => `${table} differs from a pure fold: ${JSON.stringify(sides)}`),
    ];
  }
}

/** Null once the feed has handled everything up to there. A single wait is bounded by the service; a busy machine may need several. */
async function caughtUp(progress: FeedProgress, feed: FeedId, position: Position): Promise<string | null> {
  for (const until = Date.now() + schedule.catchUpMsMax; ; ) {
    const late = await progress.waitFor(feed, position, schedule.catchUpMsMax).then(() => null, String);
    if (late === null || Date.now() > until) return late;
  }
}

/** Each event a leaf once, in the log's order, every chain whole. */
async function wrongLedger(store: EventStore, pool: Pool, events: number): Promise<string[]> {
  const until = Date.now() + schedule.catchUpMsMax;
  for (let size = 0; size < events && Date.now() < until; ) {
    const { rows } = await pool.query<{ size: string }>('SELECT size FROM ledger_state');
    size = Number(rows[0]?.size ?? 0);
  }
  const audit = await auditLog({ store, pool, origin: 'development.caseledger.invalid', pinsFolder: null });
  if (audit.kind === 'DIFFERENT') return [`the audit found ${JSON.stringify(audit.difference)}`];
  return audit.counts.leaves === events ? [] : [`the ledger has ${audit.counts.leaves} leaves for ${events} events`];
}

interface Command {
  readonly action: string;
  readonly as: string;
  readonly input: object;
}

interface Recorded {
  readonly __typename: 'Recorded';
  readonly caseId: string;
  readonly eventIds: readonly string[];
  readonly revision: number;
  readonly position: string | null;
  readonly repeated: boolean;
}

const fileReport = {
  action: 'fileReport',
  as: 'FILER',
  input: () => ({ origin: 'OFFICER', incident: {}, place: { beat: '411' }, occurredAt: when, narrative: 'An invented account.', injuries: 'UNKNOWN' }),
} as const;

const mutationOf = (action: string) => `mutation ($input: ${action.charAt(0).toUpperCase()}${action.slice(1)}Input!) {
  answer: ${action}(input: $input) { __typename ... on Recorded { caseId eventIds revision position repeated } }
}`;
