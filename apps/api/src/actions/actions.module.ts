import { Module } from '@nestjs/common';
import { caseActions, type CommandId } from '#libs/domain';
import { pooledRandom, uuidv7 } from '#libs/envelope';
import { NEW_COMMAND_ID, type NewCommandId, openedCaseId } from './command-ids.js';
import { ImportReportsResolver } from './import-reports.resolver.js';
import type { CommandInput } from './inputs/command.inputs.js';
import { caseInputs, commandOf } from './inputs/index.js';
import { mutationsFor } from './mutations-for.js';
import { PolicyMutations, RunPolicyHandler } from './policy-mutations.js';
import { RunUserHandler, UserMutations } from './user-mutations.js';
import { DeliveryMutations, RunDeliveryHandler } from './webhook-mutations.js';
import { RunCaseCommand, RunCaseHandler } from './run-case.command.js';

/** One mutation for each action of the table. */
export const CaseMutations = mutationsFor<keyof typeof caseInputs, CommandInput>('CaseMutations', caseActions, caseInputs, (type, input) => {
  const command = commandOf(type, input);
  const { expectedRevision } = input;
  return {
    data: command.data,
    commandFor: (acting) => new RunCaseCommand({ ...acting, caseId: input.caseId ?? openedCaseId(acting.commandId), command, expectedRevision, causationId: null }),
  };
});

/** The resolvers of the write side, for the schema. */
export const actionResolvers = [CaseMutations, UserMutations, PolicyMutations, DeliveryMutations, ImportReportsResolver] as const;

const newCommandId: NewCommandId = () => uuidv7({ now: Date.now, random: pooledRandom }) as string as CommandId;

/** The write side of GraphQL. Needs from global modules: the CommandBus, and RECORDER (libs/service). */
@Module({
  providers: [...actionResolvers, RunCaseHandler, RunUserHandler, RunPolicyHandler, RunDeliveryHandler, { provide: NEW_COMMAND_ID, useValue: newCommandId }],
})
export class ActionsModule {}
