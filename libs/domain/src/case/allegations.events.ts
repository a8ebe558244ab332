import { clear, defineEvent, sealedForCase } from '../kernel/event-schema.js';
import type { AgentId, EventId, EvidenceLinkId, EvidenceRef, ViolationId } from '../kernel/ids.js';
import type { EvidenceBearing, Jurisdiction, Limb, OffenseClass } from './values.js';

export const allegationEvents = {
  ViolationAlleged: defineEvent({
    title: 'Violation alleged',
    material: true,
    fields: {
      violation: clear<ViolationId>(),
      jurisdiction: clear<Jurisdiction>(),
      citation: clear<string>(),
      /** Which version of the text was in force at the incident. */
      textVersion: clear<string>(),
      elements: clear<readonly string[]>(),
      agents: clear<readonly AgentId[]>(),
      offenseClass: clear<OffenseClass>(),
      description: sealedForCase<string | null>(),
    },
  }),
  EvidenceLinked: defineEvent({
    title: 'Evidence linked',
    material: true,
    fields: {
      link: clear<EvidenceLinkId>(),
      violation: clear<ViolationId>(),
      /** Index into the violation's elements, from 0. */
      element: clear<number>(),
      evidence: clear<EvidenceRef>(),
      bearing: clear<EvidenceBearing>(),
      note: sealedForCase<string | null>(),
    },
  }),
  EvidenceLinkWithdrawn: defineEvent({
    title: 'Evidence link withdrawn',
    material: true,
    fields: { link: clear<EvidenceLinkId>(), reason: clear<string>() },
  }),
  ViolationWithdrawn: defineEvent({
    title: 'Violation withdrawn',
    material: true,
    fields: { violation: clear<ViolationId>(), reason: clear<string>() },
  }),
  ImmunityAssessed: defineEvent({
    title: 'Immunity assessed',
    material: true,
    fields: {
      violation: clear<ViolationId>(),
      agent: clear<AgentId>(),
      /** Limb 1: was the act authorized under federal law. */
      authorized: clear<Limb>(),
      /** Limb 2: was it no more than was necessary and proper. */
      necessaryAndProper: clear<Limb>(),
      reportedBelief: clear<string | null>(),
      beliefReasonable: clear<string | null>(),
      /** A likely removal to federal court is noted apart and decides nothing. */
      removalNote: clear<string | null>(),
    },
  }),
  ContraryFactMarked: defineEvent({
    title: 'Contrary fact marked',
    fields: { event: clear<EventId>(), why: sealedForCase<string>(), cityWitness: clear<boolean>() },
  }),
};
