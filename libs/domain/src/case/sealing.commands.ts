import type { CourtOrderId, PersonId, ShreddingId } from '../kernel/ids.js';

export interface SealingCommands {
  /** `order`: a `SEAL` order; the users that it names see the case, beside RECORDS. */
  sealCase: { readonly order: CourtOrderId };
  /** Once the order on which it was sealed has ended. */
  unsealCase: { readonly order: CourtOrderId; readonly reason: string };
  requestShredding: {
    /** An `EXPUNGE` order that names them; without subjects it covers the whole case. */
    readonly order: CourtOrderId;
    readonly persons: readonly PersonId[];
    /** Also narratives, notes and other free text, which one key of the case seals. */
    readonly caseTexts: boolean;
    readonly reason: string;
  };
  confirmShredding: { readonly shredding: ShreddingId };
}
