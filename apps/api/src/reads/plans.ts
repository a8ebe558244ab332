import { parseGlobalId } from '../graphql/global-id.js';
import type { ReadKind, ReadOutcome, ReadWhat } from '#libs/reads/port';
import { ProtectedText } from '../queries/types/protected-text.js';
import type { AskedFor } from './words.js';

/** One field as it is asked. */
export interface Asking {
  /** `Query.case`. */
  readonly source: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly parent: unknown;
  readonly askedFor: AskedFor;
}

/** What is recorded of a field: beside its reading, where it is known before, or once it is known what is shown. */
export type Plan = { readonly beside: (asking: Asking) => ReadWhat } | { readonly afterwards: (asking: Asking, result: unknown) => ReadWhat };

const what = (kind: ReadKind, outcome: ReadOutcome, { source, askedFor }: Asking, more: Partial<ReadWhat> = {}): ReadWhat => ({
  kind,
  outcome,
  source,
  case: null,
  things: [],
  detail: askedFor.detail,
  words: askedFor.words,
  ...more,
});

function textOf(value: unknown, key: string): string | null {
  const found: unknown = typeof value === 'object' && value !== null && key in value ? (value as Record<string, unknown>)[key] : null;
  return typeof found === 'string' ? found : null;
}

const items = (result: unknown): readonly unknown[] => {
  if (Array.isArray(result)) return result;
  const edges: unknown = typeof result === 'object' && result !== null && 'edges' in result ? result.edges : null;
  return Array.isArray(edges) ? edges.map((edge: { readonly node?: unknown }) => edge.node) : [];
};

const footageThings = (shown: readonly unknown[]): readonly string[] =>
  shown.flatMap((item) => {
    const id = textOf(item, 'footageId') ?? textOf(item, 'id');
    return id === null ? [] : [`footage:${id}`];
  });

const oneCase: Plan = {
  afterwards(asking, result) {
    const found = textOf(result, 'caseId');
    if (result === null || result === undefined) return what('AccessDenied', 'DENIED', asking, { case: textOf(asking.args, 'caseId') });
    return what('CaseViewed', 'SHOWN', asking, { case: found });
  },
};

const namedByGlobalId: Plan = {
  afterwards(asking, result) {
    const named = parseGlobalId(String(asking.args['id']));
    const thing = named === null ? [] : [`${named.type.toLowerCase()}:${named.id}`];
    if (result === null || result === undefined) return what('AccessDenied', 'DENIED', asking, { case: named?.type === 'Case' ? named.id : null, things: thing, words: null });
    return what(named?.type === 'Footage' ? 'FootageViewed' : 'CaseViewed', 'SHOWN', asking, { case: textOf(result, 'caseId'), things: thing, words: null });
  },
};

const listOfFootage: Plan = {
  afterwards: (asking, result) => what('FootageViewed', 'SHOWN', asking, { case: textOf(asking.args, 'caseId'), things: footageThings(items(result)) }),
};

/** Recorded once it is known whether it was shown: a text that is withheld was asked for in vain. */
const protectedText: Plan = {
  afterwards(asking, result) {
    const { parent } = asking;
    if (!(parent instanceof ProtectedText)) throw new Error('unreachable: only protected texts have this field');
    const [stream = '', event = '', field = ''] = parent.sealed['@at'].split('/');
    const shown = typeof result === 'string';
    return what(shown ? 'ProtectedFieldViewed' : 'AccessDenied', shown ? 'SHOWN' : 'DENIED', asking, {
      case: stream.slice('case-'.length),
      things: [`key:${parent.sealed['@sealed'].key}`, `event:${event}`],
      detail: { field },
    });
  },
};

/** Whatever hangs on a case is read from its folded stream: to ask for it is to open the case. */
export const partOfCase: Plan = { beside: (asking) => what('CaseViewed', 'SHOWN', asking, { case: textOf(asking.parent, 'caseId') }) };

/** Every query that is named nowhere: that it ran, and what was asked. */
export const anyQuery: Plan = { beside: (asking) => what('SearchRun', 'ASKED', asking, { case: textOf(asking.args, 'caseId') }) };

/** The past of a case is its content, too. */
const historyOfCase: Plan = { afterwards: (asking) => what('CaseViewed', 'SHOWN', asking, { case: textOf(asking.args, 'caseId') }) };

const oneApproval: Plan = {
  afterwards: (asking, result) => what('CaseViewed', 'SHOWN', asking, { case: textOf((result as { readonly approval?: unknown } | null)?.approval, 'caseId') }),
};

export const followCase = {
  beside: (asking: Asking) => what(textOf(asking.args, 'caseId') === null ? 'SearchRun' : 'CaseViewed', 'ASKED', asking, { case: textOf(asking.args, 'caseId') }),
} satisfies Plan;

/** A bundle leaves the service: that it was asked for is recorded before its job is named to anybody. */
const exportOfCase: Plan = { afterwards: (asking) => what('ExportMade', 'ASKED', asking, { case: textOf(asking.args, 'caseId') }) };

const exportOfTrail: Plan = { afterwards: (asking) => what('ExportMade', 'ASKED', asking, { case: textOf(asking.args['filter'], 'caseId') }) };

/** What is recorded otherwise than as {@link anyQuery}. */
export const plans: Readonly<Record<string, Plan>> = {
  'Query.case': oneCase,
  'Query.caseByNumber': oneCase,
  'Query.node': namedByGlobalId,
  'Query.footage': listOfFootage,
  'Query.caseHistory': historyOfCase,
  'Query.caseDiff': historyOfCase,
  'Query.whyThisDeadline': historyOfCase,
  'Query.whatTheyKnew': oneApproval,
  'Case.footage': { afterwards: (asking, result) => what('FootageViewed', 'SHOWN', asking, { case: textOf(asking.parent, 'caseId'), things: footageThings(items(result)) }) },
  'ProtectedText.text': protectedText,
  'Mutation.exportCase': exportOfCase,
  'Mutation.exportAuditTrail': exportOfTrail,
};

/** Queries of which no record is kept: they say nothing of any case. Anything else is recorded, new queries too. */
export const notSensitive: ReadonlySet<string> = new Set([
  // Sums, of which those below k are shown only to who sees every case; their `drillDown` is recorded.
  'Query.dashboards',
  'Query.checkpoint',
  // Sums of deliveries, of no case; the list of them is recorded.
  'Query.webhookEndpoints',
  // Rules, of no case.
  'Query.policies',
  'Query.inclusionProof',
  'Query.consistencyProof',
  'Query.witnesses',
  'Query.ledgerAlarms',
  'Subscription.ledgerCheckpoints',
  // One's own; that it was asked for is recorded with the asking.
  'Query.exportJob',
]);

/** Refusals that say "not for you", in contrast to "not now" or "not so". */
export const denyingCodes: ReadonlySet<string> = new Set([
  ...['CASE_UNKNOWN', 'ROLE_NOT_ALLOWED', 'RECUSED', 'NOT_ASSIGNED', 'SEALED', 'NOT_FOUND', 'FORBIDDEN'],
  // Attempts against separate hands: overseers look for them.
  ...['BARRED', 'ASSIGNEE_BARRED', 'TARGET_BARRED', 'ONESELF', 'CONFIRMER_IDENTIFIED', 'GRANTEE_BARRED'],
]);

export function denied(asking: Asking, code: string): ReadWhat {
  const input: unknown = asking.args['input'] ?? asking.args;
  return what('AccessDenied', 'DENIED', asking, { case: textOf(input, 'caseId'), detail: { code }, words: null });
}
