import { Inject, type Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { ActionRow, Actor, CaseCommand } from '#libs/domain';
import { actingFor, CorrelationId, CurrentActor } from '../auth/current-actor.js';
import { badInput } from './bad-input.js';
import { NEW_COMMAND_ID, type NewCommandId, openedCaseId } from './command-ids.js';
import { findOversize } from './command-size.js';
import { InputPipe } from './input.pipe.js';
import type { CommandInput } from './inputs/command.inputs.js';
import { type ActionAnswer, ActionResult, answerOf } from './results.js';
import { RunCaseCommand } from './run-case.command.js';

/** What every generated mutation does; one instance serves them all. */
class CaseMutationsBase {
  constructor(
    private readonly commands: CommandBus,
    private readonly newCommandId: NewCommandId,
  ) {}

  async run(command: CaseCommand, input: CommandInput, actor: Actor, correlationId: string): Promise<ActionAnswer> {
    const oversize = findOversize(command.data);
    if (oversize !== null) throw badInput([oversize]);
    const commandId = input.commandId ?? this.newCommandId();
    const outcome = await this.commands.execute(
      new RunCaseCommand({
        commandId,
        caseId: input.caseId ?? openedCaseId(commandId),
        command,
        actor: actingFor(actor, input),
        expectedRevision: input.expectedRevision,
        correlationId,
        causationId: null,
      }),
    );
    return answerOf(outcome);
  }
}

/** What an action says of itself in the schema. */
const describe = ({ about, allow }: ActionRow): string => `${about} For ${allow.join(', ')}.`;

/**
 * A resolver with one mutation for each action that has an input: its name, its description with who may do it, its one argument `input`.
 * The decorators are called as the compiler would call them on written methods.
 */
export function mutationsFor<K extends string>(
  name: string,
  actions: Readonly<Record<NoInfer<K>, ActionRow>>,
  inputs: Readonly<Record<K, Type<CommandInput>>>,
  commandOf: (type: NoInfer<K>, input: CommandInput) => CaseCommand,
): Type<object> {
  const made = { [name]: class extends CaseMutationsBase {} }[name];
  if (made === undefined) throw new Error('unreachable: the class was just made');
  const { prototype } = made;
  // A derivation: the keys of `inputs` are the actions.
  for (const type of Object.keys(inputs) as K[]) {
    Object.defineProperty(prototype, type, {
      configurable: true,
      value(this: CaseMutationsBase, input: CommandInput, actor: Actor, correlationId: string) {
        return this.run(commandOf(type, input), input, actor, correlationId);
      },
    });
    const descriptor = Object.getOwnPropertyDescriptor(prototype, type) ?? {};
    const input = inputs[type];
    Reflect.defineMetadata('design:paramtypes', [Object, Object, String], prototype, type);
    Args('input', { type: () => input, description: 'What to record.' }, new InputPipe(input))(prototype, type, 0);
    CurrentActor()(prototype, type, 1);
    CorrelationId()(prototype, type, 2);
    Mutation(() => ActionResult, { description: describe(actions[type]) })(prototype, type, descriptor);
  }
  Inject(CommandBus)(made, undefined, 0);
  Inject(NEW_COMMAND_ID)(made, undefined, 1);
  Resolver()(made);
  return made;
}
