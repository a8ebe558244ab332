import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import {
  type Actor,
  caseEvents,
  type CaseCommands,
  type CaseCommandType,
  type CaseContext,
  type CaseEvent,
  type CaseEventType,
  type CaseId,
  type CaseState,
  type Claim,
  decideCase,
  type Field,
  foldCase,
  isRefusal,
  type NewCaseEvent,
  type RefusalCode,
  type Role,
  type UserId,
} from '#libs/domain';
import { samplePolicy } from './policy.js';

/** Given these events, when this command, then exactly these events; then once more, and nothing (style.md, rule 16). */

export const caseId = '0190b5a0-0000-8000-8000-000000000001' as CaseId;

export function person(name: string, ...roles: Role[]): Actor {
  return { actor: name as UserId, roles, unit: 'unit-1', purpose: null, authority: null };
}

/** One invented member of the service for each role. */
export const people = {
  officer: person('officer-1', 'OFFICER'),
  otherOfficer: person('officer-2', 'OFFICER'),
  intake: person('intake-1', 'INTAKE'),
  investigator: person('investigator-1', 'INVESTIGATOR'),
  otherInvestigator: person('investigator-2', 'INVESTIGATOR'),
  custodian: person('custodian-1', 'CUSTODIAN'),
  otherCustodian: person('custodian-2', 'CUSTODIAN'),
  supervisor: person('supervisor-1', 'SUPERVISOR'),
  otherSupervisor: person('supervisor-2', 'SUPERVISOR'),
  legal: person('legal-1', 'LEGAL'),
  otherLegal: person('legal-2', 'LEGAL'),
  authority: person('authority-1', 'REFERRAL_AUTHORITY'),
  liaison: person('liaison-1', 'LIAISON'),
  records: person('records-1', 'RECORDS'),
  oversight: person('oversight-1', 'OVERSIGHT'),
  system: person('system', 'SYSTEM'),
} as const;

/** What happened before: an event, by whom, when. */
export interface Given {
  readonly event: NewCaseEvent;
  readonly by: Actor;
  readonly at?: string;
}

export const startOfTests = '2026-03-02T15:00:00.000Z';

/** An instant, `minutes` after the start of the test's story. */
export function at(minutes: number): string {
  return new Date(Date.parse(startOfTests) + minutes * 60_000).toISOString();
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** An event as the log would give it back: protected fields sealed (opaque here), and the head's facts beside it. */
export function stored(given: Given, revision: number, stream = `case-${caseId}`): CaseEvent {
  const { event, by } = given;
  const fields: Record<string, Field> = caseEvents[event.type].fields;
  const data = Object.fromEntries(
    Object.entries(event.data).map(([name, value]) => {
      const isSealed = fields[name]?.subject !== null && value !== null;
      return [name, isSealed ? { '@sealed': { key: 'k', nonce: 'n', box: digest(JSON.stringify(value)), commitment: 'c' } } : value];
    }),
  );
  const meta = {
    stream,
    id: eventIdAt(revision),
    commandId: `0190b5a0-0000-7000-8000-${String(revision).padStart(12, '0')}`,
    revision,
    recordedAt: given.at ?? at(revision),
    leaf: digest(`${stream}/${revision}/${event.type}`),
    by,
  };
  // The kit stands in for the codec that reads stored events.
  return { type: event.type, data, meta } as unknown as CaseEvent;
}

/** The id that the kit gives to the event at this revision. */
export function eventIdAt(revision: number): CaseEvent['meta']['id'] {
  return `0190b5a0-0000-8000-9000-${String(revision).padStart(12, '0')}` as CaseEvent['meta']['id'];
}

export function fold(given: readonly Given[]): CaseState {
  return foldCase(given.map((g, revision) => stored(g, revision)));
}

export interface WhenOptions {
  readonly now?: string;
  readonly claims?: readonly Claim[];
  readonly rolesOfNamed?: readonly Role[];
  /** Ids made by the command are derived from it; another command makes others. */
  readonly commandId?: string;
}

export function context(actor: Actor, options: WhenOptions = {}): CaseContext {
  const command = options.commandId ?? 'command-1';
  return {
    now: options.now ?? at(10_000),
    actor,
    caseId,
    policy: samplePolicy,
    elsewhere: { caseNumber: '2026-000001', claims: options.claims ?? [], rolesOfNamed: options.rolesOfNamed ?? [] },
    newId: <I extends string>(kind: string) => newIdOf(command, kind) as I,
  };
}

/** The id that a command of the kit gives to the thing of this kind that it creates. */
export function newIdOf(command: string, kind: string): string {
  return `${kind}-of-${command}`;
}

/** The story so far, to which commands are given. */
export function given(...history: readonly Given[]) {
  return {
    when<T extends CaseCommandType>(actor: Actor, type: T, data: CaseCommands[T], options: WhenOptions = {}) {
      // The type and its data are given together; the compiler can't pair them inside the union.
      const command = { type, data } as Parameters<typeof decideCase>[0];
      const outcome = decideCase(command, fold(history), context(actor, options));
      return {
        outcome,
        /** Exactly these events are recorded; given again as a new command at once, the command records nothing. */
        then(...events: readonly NewCaseEvent[]): void {
          expect(outcome).toEqual(events);
        },
        /** The case is as the command wants it already. */
        thenNothing(): void {
          expect(outcome).toEqual([]);
        },
        thenOnceOnly(...events: readonly NewCaseEvent[]): void {
          expect(outcome).toEqual(events);
          const after = [...history, ...events.map((event) => ({ event, by: actor, at: options.now ?? at(10_000) }))];
          const again = decideCase(command, fold(after), context(actor, { ...options, commandId: 'command-2' }));
          expect(isRefusal(again) ? [] : again).toEqual([]);
        },
        thenRefused(code: RefusalCode, ...gaps: readonly string[]): void {
          expect(outcome).toMatchObject({ kind: 'REFUSED', code });
          if (gaps.length > 0 && isRefusal(outcome)) expect(outcome.gaps.map((gap) => gap.code).sort()).toEqual([...gaps].sort());
        },
      };
    },
    state: () => fold(history),
    and: (...more: readonly Given[]) => given(...history, ...more),
    history,
  };
}

export const eventTypes = Object.keys(caseEvents) as CaseEventType[];
