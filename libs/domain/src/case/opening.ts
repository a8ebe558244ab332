import type { CaseId } from '../kernel/ids.js';
import { FactLog } from './fact-log.js';
import type { CaseEvent } from './events.js';
import type { Case } from './state.js';

const streamPrefix = 'case-';

export const caseStream = (id: CaseId): string => `${streamPrefix}${id}`;

/** The case as its first report finds it: everything empty. */
export function openCase(event: Extract<CaseEvent, { readonly type: 'ReportFiled' }>): Case {
  const binding = { materialRevision: event.meta.revision, leaf: event.meta.leaf };
  return {
    exists: true,
    // A stream of this category is named after its case's id.
    id: event.meta.stream.slice(streamPrefix.length) as CaseId,
    number: event.data.caseNumber ?? '',
    stage: { name: 'REPORTED' },
    sealed: false,
    openedAt: event.meta.recordedAt,
    origin: event.data.origin,
    triaged: false,
    investigator: null,
    hands: {
      filed: new Set(),
      workedOn: new Set(),
      witnessed: new Set(),
      recused: new Set(),
      contacted: new Set(),
      assessedImmunity: new Set(),
    },
    facts: FactLog.empty(),
    corrections: new Map(),
    material: binding,
    materialBeforeLegal: binding,
    reports: new Map(),
    sceneDetails: new Map(),
    links: new Set(),
    agents: new Map(),
    persons: new Map(),
    statements: new Map(),
    federalSupervisor: { attempts: [], identified: [], confirmed: [] },
    recordsRequests: new Map(),
    preservations: new Map(),
    footage: new Map(),
    releaseRequests: new Map(),
    unavailabilities: [],
    exhibits: new Map(),
    courtOrders: new Map(),
    violations: new Map(),
    evidenceLinks: new Map(),
    immunity: [],
    contrary: new Map(),
    contacts: new Map(),
    appointed: [],
    referrals: new Map(),
    closingProposed: null,
    grants: new Map(),
    missedDeadlines: new Set(),
  };
}
