import type { CaseId } from '../kernel/ids.js';
import { noEntries, noMembers } from '../kernel/collections.js';
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
      filed: noMembers,
      workedOn: noMembers,
      witnessed: noMembers,
      recused: noMembers,
      contacted: noMembers,
      assessedImmunity: noMembers,
    },
    facts: FactLog.empty(),
    corrections: noEntries,
    material: binding,
    materialBeforeLegal: binding,
    reports: noEntries,
    sceneDetails: noEntries,
    links: noMembers,
    agents: noEntries,
    persons: noEntries,
    statements: noEntries,
    federalSupervisor: { attempts: [], identified: [], confirmed: [] },
    recordsRequests: noEntries,
    preservations: noEntries,
    footage: noEntries,
    releaseRequests: noEntries,
    unavailabilities: [],
    exhibits: noEntries,
    courtOrders: noEntries,
    sealing: null,
    shreddings: noEntries,
    violations: noEntries,
    evidenceLinks: noEntries,
    immunity: [],
    contrary: noEntries,
    contacts: noEntries,
    appointed: [],
    referrals: noEntries,
    closingProposed: null,
    grants: noEntries,
    missedDeadlines: noMembers,
  };
}
