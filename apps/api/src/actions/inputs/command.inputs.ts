import { InputType } from '@nestjs/graphql';
import type { CaseId, CommandId } from '#libs/domain';
import { MaybeCount, MaybeLine, MaybeUuid, Uuid } from './fields.js';

/** What every action takes beside its own data, whatever it is about. */
@InputType({ isAbstract: true })
export abstract class ActionInput {
  @MaybeUuid(
    'Id of this command, a UUIDv7 made by the client: sent again, the command is recorded once and its first receipt comes back. ' +
      'Absent: one is made and returned.',
  )
  commandId!: CommandId | null;

  @MaybeCount(0, 'Revision that the client last saw, of the case or of what else the action is about; if it has moved on, the answer is a conflict. Absent: decided on what is there.')
  expectedRevision!: number | null;

  @MaybeLine('Why you act on this case, in your words; stored with the event.')
  purpose!: string | null;

  @MaybeLine('The order, appointment or assignment on which you act, in your words; stored with the event.')
  authority!: string | null;
}

/** An action on a case. */
@InputType({ isAbstract: true })
export abstract class CommandInput extends ActionInput {
  abstract caseId: CaseId | null;
}

/** An action on a case that is there. */
@InputType({ isAbstract: true })
export abstract class CaseActionInput extends CommandInput {
  @Uuid('The case.')
  override caseId!: CaseId;
}
