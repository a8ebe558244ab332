import type { CaseEventData, CourtOrderId, PersonId, sealingEvents, ShreddingId, UserId } from '#libs/domain';

/** One complete example of each event of the group. Everything in it is invented. */
export const sealingSamples: { readonly [T in keyof typeof sealingEvents]: CaseEventData<T> } = {
  CaseSealed: { order: 'order-1' as CourtOrderId, named: ['legal-2' as UserId] },
  CaseUnsealed: { order: 'order-1' as CourtOrderId, reason: 'Invented: the order was vacated.' },
  ShreddingRequested: {
    shredding: 'shredding-1' as ShreddingId,
    order: 'order-1' as CourtOrderId,
    persons: ['person-1' as PersonId],
    caseTexts: false,
    reason: 'Invented: paragraph 2 of the order.',
  },
  SubjectExpunged: {
    shredding: 'shredding-1' as ShreddingId,
    order: 'order-1' as CourtOrderId,
    requestedBy: 'records-1' as UserId,
    person: 'person-1' as PersonId,
    keys: ['0190b5a0-0000-4000-8000-000000000001'],
    values: 3,
  },
};
