import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { userStreamId } from '#libs/accounts';
import type { Config } from '#libs/config';
import { userActions, type UserCommand, type UserId, type UserStanding } from '#libs/domain';
import type { StreamOutcome, StreamRecorder } from '#libs/recorder';
import { CONFIG, issuerOf, USER_RECORDER } from '#libs/service';
import { DisableUserInput, EnableUserInput, type UserActionInput } from './inputs/user.inputs.js';
import { type Acting, mutationsFor } from './mutations-for.js';

/** One command for one user, of the issuer in force. */
export class RunUserCommand extends Command<StreamOutcome> {
  constructor(readonly asked: { readonly type: UserCommand['type']; readonly user: UserId; readonly reason: string; readonly expectedRevision: number | null } & Acting) {
    super();
  }
}

@CommandHandler(RunUserCommand)
export class RunUserHandler implements ICommandHandler<RunUserCommand> {
  constructor(
    @Inject(USER_RECORDER) private readonly recorder: StreamRecorder<UserCommand, UserStanding>,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  execute({ asked: { type, user, reason, ...request } }: RunUserCommand): Promise<StreamOutcome> {
    const issuer = issuerOf(this.config);
    return this.recorder.record({ ...request, id: userStreamId(issuer, user), command: { type, data: { issuer, user, reason } }, causationId: null });
  }
}

const userInputs = { disableUser: DisableUserInput, enableUser: EnableUserInput };

/** One mutation for each action on a user. */
export const UserMutations = mutationsFor('UserMutations', userActions, userInputs, (type: keyof typeof userInputs, input: UserActionInput) => {
  const { user, reason, expectedRevision } = input;
  return {
    data: { user, reason },
    commandFor: (acting) => new RunUserCommand({ ...acting, user, expectedRevision, reason, type }),
  };
});
