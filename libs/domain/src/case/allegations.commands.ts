import type { AgentId, EventId, EvidenceLinkId, EvidenceRef, ViolationId } from '../kernel/ids.js';
import type { EvidenceBearing, Jurisdiction, Limb, OffenseClass } from './values.js';

export interface AllegationCommands {
  allegeViolation: {
    readonly jurisdiction: Jurisdiction;
    readonly citation: string;
    readonly textVersion: string;
    readonly elements: readonly string[];
    readonly agents: readonly AgentId[];
    readonly offenseClass: OffenseClass;
    readonly description: string | null;
  };
  linkEvidence: {
    readonly violation: ViolationId;
    readonly element: number;
    readonly evidence: EvidenceRef;
    readonly bearing: EvidenceBearing;
    readonly note: string | null;
  };
  withdrawEvidenceLink: { readonly link: EvidenceLinkId; readonly reason: string };
  withdrawViolation: { readonly violation: ViolationId; readonly reason: string };
  assessImmunity: {
    readonly violation: ViolationId;
    readonly agent: AgentId;
    /** Null limbs, and limbs without facts against, are refused. */
    readonly authorized: Limb | null;
    readonly necessaryAndProper: Limb | null;
    readonly reportedBelief: string | null;
    readonly beliefReasonable: string | null;
    readonly removalNote: string | null;
  };
  markContrary: { readonly event: EventId; readonly why: string; readonly cityWitness: boolean };
}
