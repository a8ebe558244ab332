import { type Case, type CaseState, isEntries, type Json, type StatementState } from '#libs/domain';

/** What of a case can come, change or go. */
export const changedThings = [
  'CASE',
  'STAGE',
  'REPORT',
  'SCENE_DETAIL',
  'LINKED_CASE',
  'AGENT',
  'PERSON',
  'STATEMENT',
  'IDENTIFICATION_ATTEMPT',
  'IDENTIFICATION',
  'IDENTIFICATION_CONFIRMATION',
  'RECORDS_REQUEST',
  'PRESERVATION',
  'FOOTAGE',
  'RELEASE_REQUEST',
  'UNAVAILABILITY',
  'EXHIBIT',
  'COURT_ORDER',
  'SEALING',
  'SHREDDING',
  'VIOLATION',
  'EVIDENCE_LINK',
  'IMMUNITY_ASSESSMENT',
  'CONTRARY_FACT',
  'OUTSIDE_CONTACT',
  'APPOINTED_APPROVER',
  'REFERRAL',
  'CLOSING_PROPOSAL',
  'ACCESS_GRANT',
  'MISSED_DEADLINE',
] as const;
export type ChangedThing = (typeof changedThings)[number];
export type ChangeKind = 'ADDED' | 'CHANGED' | 'REMOVED';

export interface FieldChange {
  readonly field: string;
  /** Null where there was nothing, and for protected text, which is never shown here. */
  readonly from: Json;
  readonly to: Json;
  /** The text is protected: that it changed is all that is said. */
  readonly protected: boolean;
}

export interface StateChange {
  readonly kind: ChangeKind;
  readonly thing: ChangedThing;
  /** Of the thing, within its case; null where there is one alone. */
  readonly id: string | null;
  readonly fields: readonly FieldChange[];
}

/** Whether the reader may know of a statement: a compelled one is walled off. */
export type Wall = (statement: StatementState) => boolean;

type Things = Iterable<readonly [id: string | null, value: unknown]>;
type Told = readonly (readonly [ChangedThing, Things])[];
type Parts = { readonly [K in keyof Case]: ((value: Case[K], wall: Wall) => Told) | null };

const one = (thing: ChangedThing) => (value: unknown): Told => [[thing, value === null ? [] : [[null, value]]]];
const each = (thing: ChangedThing) => (values: ReadonlyMap<string, unknown>): Told => [[thing, values]];
const named = (thing: ChangedThing) => (values: Iterable<string>): Told => [[thing, [...values].map((id) => [id, { id }])]];
const listed =
  <T>(thing: ChangedThing, idOf: (value: T) => string) =>
  (values: Iterable<T>): Told => [[thing, [...values].map((value) => [idOf(value), value])]];
const byEvent = (value: { readonly event: string }): string => value.event;
const field = (name: keyof Case) => (value: unknown): Told => [['CASE', [[null, { [name]: value }]]]];

/**
 * Every part of a case, and as what its changes are told. Null: told elsewhere (facts and corrections are the steps themselves, ids never
 * change), or not told: who may approve what follows from steps that not every reader may know of.
 */
const parts: Parts = {
  exists: null,
  id: null,
  facts: null,
  corrections: null,
  hands: null,
  material: null,
  materialBeforeLegal: null,
  number: field('number'),
  sealed: field('sealed'),
  openedAt: field('openedAt'),
  origin: field('origin'),
  triaged: field('triaged'),
  investigator: field('investigator'),
  stage: one('STAGE'),
  reports: each('REPORT'),
  sceneDetails: each('SCENE_DETAIL'),
  links: named('LINKED_CASE'),
  agents: each('AGENT'),
  persons: each('PERSON'),
  statements: (values, wall) => [['STATEMENT', [...values].filter(([, statement]) => wall(statement))]],
  federalSupervisor: ({ attempts, identified, confirmed }) => [
    ...listed('IDENTIFICATION_ATTEMPT', byEvent)(attempts),
    ...listed('IDENTIFICATION', byEvent)(identified),
    ...listed('IDENTIFICATION_CONFIRMATION', byEvent)(confirmed),
  ],
  recordsRequests: each('RECORDS_REQUEST'),
  preservations: each('PRESERVATION'),
  footage: each('FOOTAGE'),
  releaseRequests: each('RELEASE_REQUEST'),
  unavailabilities: listed('UNAVAILABILITY', byEvent),
  exhibits: each('EXHIBIT'),
  courtOrders: each('COURT_ORDER'),
  sealing: one('SEALING'),
  shreddings: each('SHREDDING'),
  violations: each('VIOLATION'),
  evidenceLinks: each('EVIDENCE_LINK'),
  immunity: listed('IMMUNITY_ASSESSMENT', byEvent),
  contrary: (values) => [['CONTRARY_FACT', [...values].map(([id, marks]) => [id, { marks }] as const)]],
  contacts: each('OUTSIDE_CONTACT'),
  appointed: listed('APPOINTED_APPROVER', ({ person, approval }) => `${approval}/${person}`),
  referrals: each('REFERRAL'),
  closingProposed: one('CLOSING_PROPOSAL'),
  grants: each('ACCESS_GRANT'),
  missedDeadlines: named('MISSED_DEADLINE'),
};

/** What came, changed and went between two states of a case, thing by thing; a part that stayed the same object costs nothing. */
export function changesBetween(before: CaseState, after: CaseState, wall: Wall): readonly StateChange[] {
  const changes = (Object.keys(parts) as (keyof Case)[]).flatMap((part) => {
    const [was, is] = [before.exists ? before[part] : undefined, after.exists ? after[part] : undefined];
    // Each part's function is given values of that very part.
    const tell = parts[part] as ((value: unknown, wall: Wall) => Told) | null;
    if (tell === null || was === is) return [];
    const old = was === undefined ? [] : tell(was, wall);
    const now = is === undefined ? [] : tell(is, wall);
    const things = new Set([...old, ...now].map(([thing]) => thing));
    return [...things].flatMap((thing) => changesOf(thing, find(old, thing), find(now, thing)));
  });
  return joinCase(changes, before, after);
}

const find = (told: Told, thing: ChangedThing): ReadonlyMap<string | null, unknown> =>
  new Map(told.find(([name]) => name === thing)?.[1] ?? []);

function changesOf(thing: ChangedThing, old: ReadonlyMap<string | null, unknown>, now: ReadonlyMap<string | null, unknown>): readonly StateChange[] {
  const ids = new Set([...old.keys(), ...now.keys()]);
  return [...ids].flatMap((id): readonly StateChange[] => {
    const [was, is] = [old.get(id), now.get(id)];
    if (was === is) return [];
    const fields = fieldChanges(plainFields(was), plainFields(is));
    if (fields.length === 0 && was !== undefined && is !== undefined) return [];
    return [{ kind: was === undefined ? 'ADDED' : is === undefined ? 'REMOVED' : 'CHANGED', thing, id, fields }];
  });
}

/** The case's own fields are one thing. */
function joinCase(changes: readonly StateChange[], before: CaseState, after: CaseState): readonly StateChange[] {
  const own = changes.filter(({ thing }) => thing === 'CASE');
  if (own.length === 0) return changes;
  const kind = !before.exists ? 'ADDED' : !after.exists ? 'REMOVED' : 'CHANGED';
  return [{ kind, thing: 'CASE', id: null, fields: own.flatMap(({ fields }) => fields) }, ...changes.filter(({ thing }) => thing !== 'CASE')];
}

interface Plain {
  readonly value: Json;
  readonly protected: boolean;
}

function plainFields(thing: unknown): ReadonlyMap<string, Plain> {
  if (typeof thing !== 'object' || thing === null) return new Map();
  return new Map(Object.entries(thing).map(([name, value]) => [name, plain(value)]));
}

/** As JSON: sets and lists in their order, and of what is sealed its commitment, by which one text is told from another. */
function plain(value: unknown): Plain {
  let isProtected = false;
  const walk = (part: unknown): Json => {
    if (part instanceof Set) return [...part].map(walk);
    if (isEntries(part)) return Object.fromEntries([...part].map(([key, of]) => [String(key), walk(of)]));
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return (part ?? null) as Json; // What is left of a state is JSON's own.
    if ('@sealed' in part) {
      isProtected = true;
      return (part as { readonly '@sealed': { readonly commitment: string } })['@sealed'].commitment;
    }
    return Object.fromEntries(Object.entries(part).map(([key, of]) => [key, walk(of)]));
  };
  return { value: walk(value), protected: isProtected };
}

const nothing: Plain = { value: null, protected: false };

function fieldChanges(old: ReadonlyMap<string, Plain>, now: ReadonlyMap<string, Plain>): readonly FieldChange[] {
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].flatMap((name): readonly FieldChange[] => {
    const [was, is] = [old.get(name) ?? nothing, now.get(name) ?? nothing];
    if (JSON.stringify(was.value) === JSON.stringify(is.value)) return [];
    const isProtected = was.protected || is.protected;
    return [{ field: name, from: was.protected ? null : was.value, to: is.protected ? null : is.value, protected: isProtected }];
  });
}
