import { Inject, type Type } from '@nestjs/common';
import { type Command, CommandBus } from '@nestjs/cqrs';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { ActionRow, Actor, CommandId } from '#libs/domain';
import type { RecordOutcome, StreamOutcome } from '#libs/recorder';
import { type Telemetry, TELEMETRY } from '#libs/service';
import { actingFor, CorrelationId, CurrentActor } from '../auth/current-actor.js';
import { badInput } from './bad-input.js';
import { NEW_COMMAND_ID, type NewCommandId } from './command-ids.js';
import { findOversize } from './command-size.js';
import { InputPipe } from './input.pipe.js';
import type { ActionInput } from './inputs/command.inputs.js';
import { type ActionAnswer, ActionResult, answerOf } from './results.js';

type Described = Pick<ActionRow, 'about' | 'allow'>;

/** Who acts, under which ids. */
export interface Acting {
  readonly commandId: CommandId;
  readonly actor: Actor;
  readonly correlationId: string;
}

/** What an action's input asks for: its data, whose size is checked, and the Nest command that records it. */
export interface Asked {
  readonly data: object;
  commandFor(acting: Acting): Command<RecordOutcome | StreamOutcome>;
}

/** What every generated mutation does; one instance serves them all. */
class MutationsBase {
  constructor(
    private readonly commands: CommandBus,
    private readonly newCommandId: NewCommandId,
    private readonly telemetry: Telemetry,
  ) {}

  run(action: string, asked: Asked, input: ActionInput, actor: Actor, correlationId: string): Promise<ActionAnswer> {
    return this.telemetry.tracing.span(`mutation ${action}`, { correlationId }, { action }, async () => {
      const oversize = findOversize(asked.data);
      if (oversize !== null) throw badInput([oversize]);
      const commandId = input.commandId ?? this.newCommandId();
      return answerOf(await this.commands.execute(asked.commandFor({ commandId, actor: actingFor(actor, input), correlationId })));
    });
  }
}

/** What an action says of itself in the schema. */
const describe = ({ about, allow }: Described): string => `${about} For ${allow.join(', ')}.`;

/**
 * A resolver with one mutation for each action that has an input: its name, its description with who may do it, its one argument `input`.
 * The decorators are called as the compiler would call them on written methods.
 */
export function mutationsFor<K extends string, I extends ActionInput>(
  name: string,
  actions: Readonly<Record<NoInfer<K>, Described>>,
  inputs: Readonly<Record<K, Type<I>>>,
  askedBy: (type: NoInfer<K>, input: I) => Asked,
): Type<object> {
  const made = { [name]: class extends MutationsBase {} }[name];
  if (made === undefined) throw new Error('unreachable: the class was just made');
  const { prototype } = made;
  // A derivation: the keys of `inputs` are the actions.
  for (const type of Object.keys(inputs) as K[]) {
    Object.defineProperty(prototype, type, {
      configurable: true,
      value(this: MutationsBase, input: I, actor: Actor, correlationId: string) {
        return this.run(type, askedBy(type, input), input, actor, correlationId);
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
  Inject(TELEMETRY)(made, undefined, 2);
  Resolver()(made);
  return made;
}
