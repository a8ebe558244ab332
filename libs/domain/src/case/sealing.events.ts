import { clear, defineEvent } from '../kernel/event-schema.js';
import type { CourtOrderId, PersonId, ShreddingId, UserId } from '../kernel/ids.js';

export const sealingEvents = {
  CaseSealed: defineEvent({
    title: 'Case sealed',
    fields: {
      order: clear<CourtOrderId>(),
      /** Whom the order lets see the case. */
      named: clear<readonly UserId[]>(),
    },
  }),
  CaseUnsealed: defineEvent({
    title: 'Case unsealed',
    fields: { order: clear<CourtOrderId>(), reason: clear<string>() },
  }),
  ShreddingRequested: defineEvent({
    title: 'Shredding requested',
    fields: {
      shredding: clear<ShreddingId>(),
      order: clear<CourtOrderId>(),
      persons: clear<readonly PersonId[]>(),
      caseTexts: clear<boolean>(),
      reason: clear<string>(),
    },
  }),
  /** From here on the keys named are destroyed wherever they turn up again: after a restore too. */
  SubjectExpunged: defineEvent({
    title: 'Protected texts expunged',
    fields: {
      shredding: clear<ShreddingId>(),
      order: clear<CourtOrderId>(),
      requestedBy: clear<UserId>(),
      /** Whose texts; null: those of the case itself. */
      person: clear<PersonId | null>(),
      /** Ids of the data keys that sealed them. By id, since whoever is recorded again gets a new key. */
      keys: clear<readonly string[]>(),
      /** How many protected values they sealed. */
      values: clear<number>(),
    },
  }),
};
