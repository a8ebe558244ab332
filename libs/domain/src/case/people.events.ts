import { clear, defineEvent, sealedForCase, sealedForPerson } from '../kernel/event-schema.js';
import type { AgentId, EventId, FootageId, PersonId, RecordsRequestId, StatementId, UserId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.types.js';
import type {
  Confidence,
  FederalAnswer,
  IdentificationOutcome,
  IdentityBasis,
  PersonIdentity,
  PersonRole,
  StatementGiver,
  StatementKind,
  Timecode,
  Voluntariness,
  YesNoUnknown,
} from './values.js';

export const peopleEvents = {
  AgentRecorded: defineEvent({
    title: 'Agent recorded',
    material: true,
    fields: {
      agent: clear<AgentId>(),
      /** Stays with the agent whatever is learnt later: `UA-1`. */
      designation: clear<string>(),
      agencyClaimed: clear<string | null>(),
      agencyConfirmed: clear<string | null>(),
      badgeSeen: clear<string | null>(),
      faceCovered: clear<YesNoUnknown>(),
      clothing: clear<string | null>(),
      markings: clear<string | null>(),
      role: clear<string | null>(),
      timecode: clear<Timecode | null>(),
    },
  }),
  AgentIdentityLinked: defineEvent({
    title: 'Agent identity linked',
    material: true,
    fields: {
      agent: clear<AgentId>(),
      name: sealedForCase<string>(),
      agency: clear<string | null>(),
      badge: clear<string | null>(),
      bases: clear<readonly IdentityBasis[]>(),
      basis: clear<string>(),
      confidence: clear<Confidence>(),
    },
  }),
  AgentIdentityUnlinked: defineEvent({
    title: 'Agent identity unlinked',
    material: true,
    fields: { agent: clear<AgentId>(), reason: clear<string>() },
  }),
  FederalSupervisorIdentificationAttempted: defineEvent({
    title: 'Identification of the federal supervisor attempted',
    material: true,
    fields: {
      outcome: clear<IdentificationOutcome>(),
      method: clear<string | null>(),
      wordsUsed: clear<string | null>(),
      agent: clear<AgentId | null>(),
      attemptedAt: clear<Instant>(),
      timecode: clear<Timecode | null>(),
    },
  }),
  FederalSupervisorIdentified: defineEvent({
    title: 'Federal supervisor identified',
    material: true,
    fields: {
      name: sealedForCase<string>(),
      agency: clear<string>(),
      badge: clear<string | null>(),
      agent: clear<AgentId | null>(),
      method: clear<string>(),
      confidence: clear<Confidence>(),
      timecode: clear<Timecode | null>(),
    },
  }),
  FederalSupervisorConfirmed: defineEvent({
    title: 'Federal supervisor confirmed',
    material: true,
    fields: {
      /** The `FederalSupervisorIdentified` event that is confirmed. */
      identification: clear<EventId>(),
      basis: clear<string>(),
    },
  }),
  PersonRecorded: defineEvent({
    title: 'Person recorded',
    material: true,
    fields: {
      person: clear<PersonId>(),
      /** `C-1` where the person is confidential or anonymous; it stays. */
      designation: clear<string | null>(),
      roles: clear<readonly PersonRole[]>(),
      identity: clear<PersonIdentity>(),
      minor: clear<YesNoUnknown>(),
      contactDeclined: clear<boolean>(),
      name: sealedForPerson<string | null>('person'),
      contact: sealedForPerson<string | null>('person'),
    },
  }),
  StatementTaken: defineEvent({
    title: 'Statement taken',
    material: 'BY_DATA',
    fields: {
      statement: clear<StatementId>(),
      giver: clear<StatementGiver>(),
      /** The person whose key seals the text; null for an agent's or a city member's statement. */
      person: clear<PersonId | null>(),
      voluntariness: clear<Voluntariness>(),
      warnings: clear<string | null>(),
      language: clear<string>(),
      interpreter: clear<string | null>(),
      kind: clear<StatementKind>(),
      recording: clear<FootageId | null>(),
      present: clear<readonly string[]>(),
      guardian: sealedForPerson<string | null>('person'),
      takenAt: clear<Instant>(),
      text: sealedForPerson<string>('person'),
      /** A compelled statement is walled off (domain.md): no approval binds it, no packet holds it. Then false. */
      material: clear<boolean>(),
      /** The one reader of a compelled statement. */
      reader: clear<UserId | null>(),
    },
  }),
  ComplainantNotified: defineEvent({
    title: 'Complainant told',
    // Version 1 did not say when they were told.
    version: 2,
    fields: { person: clear<PersonId>(), channel: clear<string>(), toldAt: clear<Instant>(), substance: sealedForPerson<string>('person') },
  }),
  FederalRecordsRequested: defineEvent({
    title: 'Federal records requested',
    fields: {
      request: clear<RecordsRequestId>(),
      addressee: clear<string>(),
      text: clear<string>(),
      citation: clear<string>(),
      /** The requester attests that the text names no complainant, witness or affected person: names are sealed, so no rule can compare. */
      namesNobody: clear<boolean>(),
    },
  }),
  FederalRecordsAnswered: defineEvent({
    title: 'Federal records answered',
    material: true,
    fields: {
      request: clear<RecordsRequestId>(),
      answer: clear<FederalAnswer>(),
      answeredAt: clear<Instant>(),
      note: clear<string | null>(),
    },
  }),
};
