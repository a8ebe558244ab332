import { InputType } from '@nestjs/graphql';
import type { CourtOrderId, PersonId, ShreddingId } from '#libs/domain';
import { CaseActionInput } from './command.inputs.js';
import { Flag, Paragraph, Uuid, Uuids } from './fields.js';

@InputType({ description: 'The sealing of a case: from then on RECORDS and the users whom the order names see it, and nobody else.' })
export class SealCaseInput extends CaseActionInput {
  @Uuid('The court order to seal, recorded before.')
  order!: CourtOrderId;
}

@InputType({ description: 'The end of a sealing.' })
export class UnsealCaseInput extends CaseActionInput {
  @Uuid('The order on which it was sealed; how it ended is recorded before.')
  order!: CourtOrderId;

  @Paragraph('On what the unsealing rests.')
  reason!: string;
}

@InputType({ description: "A request to destroy the keys of persons' protected texts. A second person confirms." })
export class RequestShreddingInput extends CaseActionInput {
  @Uuid('The court order to expunge, recorded before.')
  order!: CourtOrderId;

  @Uuids('Whose texts.')
  persons!: readonly PersonId[];

  @Flag('Also narratives, notes and other free text of the whole case, which share one key.')
  caseTexts!: boolean;

  @Paragraph('On what the request rests. Name no person here.')
  reason!: string;
}

@InputType({ description: 'The confirmation of a shredding, by another person than who asked for it.' })
export class ConfirmShreddingInput extends CaseActionInput {
  @Uuid('The request.')
  shredding!: ShreddingId;
}
