import { Module } from '@nestjs/common';
import { caseActions, type CommandId } from '#libs/domain';
import { systemRandom, uuidv7 } from '#libs/envelope';
import { NEW_COMMAND_ID, type NewCommandId } from './command-ids.js';
import { ImportReportsResolver } from './import-reports.resolver.js';
import { caseInputs, commandOf } from './inputs/index.js';
import { mutationsFor } from './mutations-for.js';
import { RunCaseHandler } from './run-case.command.js';

/** One mutation for each action of the table. */
export const CaseMutations = mutationsFor('CaseMutations', caseActions, caseInputs, commandOf);

/** The resolvers of the write side, for the schema. */
export const actionResolvers = [CaseMutations, ImportReportsResolver] as const;

const newCommandId: NewCommandId = () => uuidv7({ now: Date.now, random: systemRandom }) as string as CommandId;

/** The write side of GraphQL. Needs from global modules: the CommandBus, and RECORDER (libs/service). */
@Module({
  providers: [...actionResolvers, RunCaseHandler, { provide: NEW_COMMAND_ID, useValue: newCommandId }],
})
export class ActionsModule {}
