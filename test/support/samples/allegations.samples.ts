import type { AgentId, allegationEvents, CaseEventData, EventId, EvidenceLinkId, FootageId, ViolationId } from '#libs/domain';

/** One complete example of each event of the group. Everything in it is invented. */
export const allegationsSamples: { readonly [T in keyof typeof allegationEvents]: CaseEventData<T> } = {
  ViolationAlleged: {
    violation: 'violation-1' as ViolationId,
    jurisdiction: 'STATE',
    citation: '720 ILCS 5/12-3',
    textVersion: 'P.A. 96-1551, in force on 2026-03-01',
    elements: ['knowingly, without legal justification', 'by any means', 'causes bodily harm or makes contact of an insulting or provoking nature'],
    agents: ['agent-1' as AgentId],
    offenseClass: 'MISDEMEANOR',
    description: 'Invented: the affected person is reported to have been pushed to the ground.',
  },
  EvidenceLinked: {
    link: 'evidence-link-1' as EvidenceLinkId,
    violation: 'violation-1' as ViolationId,
    element: 2,
    evidence: { kind: 'FOOTAGE', id: 'footage-1' as FootageId },
    bearing: 'SUPPORTS',
    note: 'Invented: the contact is visible from 00:41.',
  },
  EvidenceLinkWithdrawn: { link: 'evidence-link-1' as EvidenceLinkId, reason: 'Invented: the recording shows another person.' },
  ViolationWithdrawn: { violation: 'violation-1' as ViolationId, reason: 'Invented: alleged twice under two citations.' },
  ImmunityAssessed: {
    violation: 'violation-1' as ViolationId,
    agent: 'agent-1' as AgentId,
    authorized: {
      finding: 'UNDETERMINED',
      authority: '8 U.S.C. 1357(a)',
      factsFor: 'Invented: an administrative warrant was shown.',
      factsAgainst: 'Invented: it named another person.',
    },
    necessaryAndProper: {
      finding: 'NO',
      authority: 'In re Neagle, 135 U.S. 1 (1890)',
      factsFor: 'Invented: the agent stated that the person reached for a pocket.',
      factsAgainst: 'Invented: the footage shows both hands raised.',
    },
    reportedBelief: 'Invented: the agent is reported to have feared a weapon.',
    beliefReasonable: 'Invented: undetermined until the footage of the second camera is had.',
    removalNote: 'Invented: removal under 28 U.S.C. 1442 is likely.',
  },
  ContraryFactMarked: {
    event: '0190b5a0-0000-8000-9000-000000000000' as EventId,
    why: 'Invented: the report gives another order of events than the footage.',
    cityWitness: true,
  },
};
