import { Inject } from '@nestjs/common';
import { Args, Resolver, Subscription } from '@nestjs/graphql';
import type { SignedCheckpoint } from '#libs/ledger-feed';
import { BadInput } from '#libs/read-models';
import { SafeIntScalar } from '../graphql/scalars.js';
import { checkpointOf, LedgerCheckpoint } from '../ledger/ledger.types.js';
import { CheckpointWatch } from './checkpoint-watch.js';

interface Message {
  readonly ledgerCheckpoints: LedgerCheckpoint;
}

@Resolver()
export class LedgerCheckpointsSubscription {
  private readonly messages = new WeakMap<SignedCheckpoint, Message>();

  constructor(@Inject(CheckpointWatch) private readonly watch: CheckpointWatch) {}

  @Subscription(() => LedgerCheckpoint, { description: 'Signed checkpoints as they come; with `after`, also those that were missed. They say nothing of any case.' })
  ledgerCheckpoints(
    @Args('after', { type: () => SafeIntScalar, nullable: true, description: 'Resume after the checkpoint of this size; 0 for all there are.' }) after: number | null,
  ): AsyncGenerator<Message> {
    if (typeof after === 'number' && after < 0) throw new BadInput('after', 'is no size of a tree');
    const found = this.watch.follow(after ?? null);
    return mapped(found, (checkpoint) => this.messageOf(checkpoint));
  }

  /** One object for all who are sent it. */
  private messageOf(checkpoint: SignedCheckpoint): Message {
    const message = this.messages.get(checkpoint) ?? { ledgerCheckpoints: checkpointOf(checkpoint) };
    this.messages.set(checkpoint, message);
    return message;
  }
}

/** The same generator with other values: whoever ends it ends its source. */
function mapped<From, To>(source: AsyncGenerator<From>, how: (value: From) => To): AsyncGenerator<To> {
  const result = async (step: Promise<IteratorResult<From>>): Promise<IteratorResult<To>> => {
    const { done, value } = await step;
    return done === true ? { done, value: undefined } : { done: false, value: how(value) };
  };
  const generator: AsyncGenerator<To> = {
    next: () => result(source.next()),
    return: () => result(source.return(undefined)),
    throw: (error: unknown) => result(source.throw(error)),
    [Symbol.asyncIterator]: () => generator,
    [Symbol.asyncDispose]: async () => void (await source.return(undefined)),
  };
  return generator;
}
