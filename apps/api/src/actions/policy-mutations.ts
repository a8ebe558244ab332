import { createHash } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { parsePolicy, PolicyError } from '#infra/policy';
import { type Adoptions, type Policy, policyActions, type PolicyCommand } from '#libs/domain';
import type { StreamOutcome, StreamRecorder } from '#libs/recorder';
import { POLICY, POLICY_RECORDER, type PolicySource } from '#libs/service';
import { badInput } from './bad-input.js';
import { AdoptPolicyInput } from './inputs/policy.inputs.js';
import { type Acting, mutationsFor } from './mutations-for.js';

/** One command for the policy that is in force. */
export class RunPolicyCommand extends Command<StreamOutcome> {
  constructor(readonly asked: { readonly command: PolicyCommand; readonly expectedRevision: number | null } & Acting) {
    super();
  }
}

@CommandHandler(RunPolicyCommand)
export class RunPolicyHandler implements ICommandHandler<RunPolicyCommand> {
  constructor(
    @Inject(POLICY_RECORDER) private readonly recorder: StreamRecorder<PolicyCommand, Adoptions>,
    @Inject(POLICY) private readonly policies: PolicySource,
  ) {}

  execute({ asked }: RunPolicyCommand): Promise<StreamOutcome> {
    return this.recorder.record({ ...asked, id: this.policies.baseline.name, causationId: null });
  }
}

/** One mutation for each action on the policy. */
export const PolicyMutations = mutationsFor('PolicyMutations', policyActions, { adoptPolicy: AdoptPolicyInput }, (type, { file, reason, expectedRevision }: AdoptPolicyInput) => {
  const data = { policy: readPolicy(file), sha256: createHash('sha256').update(file).digest('hex'), reason };
  return { data, commandFor: (acting) => new RunPolicyCommand({ ...acting, command: { type, data }, expectedRevision }) };
});

/** @throws GraphQLError BAD_INPUT, which names the first bad key */
function readPolicy(file: string): Policy {
  try {
    return parsePolicy(file, 'file');
  } catch (error) {
    if (error instanceof PolicyError) throw badInput([{ path: error.key === null ? 'file' : `file.${error.key}`, problems: [error.message] }]);
    throw error;
  }
}
